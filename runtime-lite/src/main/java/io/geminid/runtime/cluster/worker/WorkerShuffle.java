package io.geminid.runtime.cluster.worker;

import io.geminid.runtime.cluster.edge.EdgeServices;
import io.geminid.runtime.cluster.message.WorkerCounters;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleStatistics;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The shuffle environments of a worker, one for each service that a job has used, made when the
 * first job needs it. Opened and closed by the worker's loop, read by tasks.
 */
final class WorkerShuffle {

    private final WorkerContext context;
    private final Map<String, ShuffleEnvironment> environments = new ConcurrentSkipListMap<>();
    private final Map<String, InetSocketAddress> addresses = new TreeMap<>();

    WorkerShuffle(final WorkerContext context) {
        this.context = context;
    }

    /** Starts a service unless it runs; says where it listens. */
    InetSocketAddress open(final String service) throws IOException {
        final InetSocketAddress known = addresses.get(service);
        if (known != null) {
            return known;
        }
        final ShuffleEnvironment environment =
                EdgeServices.factory(context.services(), context.properties(), service)
                        .createShuffleEnvironment(
                                new ShuffleEnvironmentContext(
                                                context.hello().processId(),
                                                context.properties(),
                                                context.pool(),
                                                context.loop()::nanoTime)
                                        .withToken(context.shuffleToken()));
        final InetSocketAddress address;
        try {
            address = environment.start();
        } catch (final IOException | RuntimeException e) {
            environment.close();
            throw e;
        }
        environments.put(service, environment);
        addresses.put(service, address);
        return address;
    }

    ShuffleEnvironment environment(final String service) {
        final ShuffleEnvironment environment = environments.get(service);
        if (environment == null) {
            throw new IllegalStateException("shuffleService=" + service + " is not open");
        }
        return environment;
    }

    void release(final Collection<ResultPartitionId> partitions) {
        environments.values().forEach(e -> e.releasePartitionsLocally(partitions));
    }

    WorkerCounters counters() {
        long bytesSent = 0;
        long bytesReceived = 0;
        long checksumFailures = 0;
        long connectionsRefused = 0;
        long creditsAvailable = 0;
        final int segmentsKept = segmentsKept();
        for (final ShuffleEnvironment environment : environments.values()) {
            final ShuffleStatistics statistics = environment.statistics();
            bytesSent += statistics.bytesSent();
            bytesReceived += statistics.bytesReceived();
            checksumFailures += statistics.checksumFailures();
            connectionsRefused += statistics.connectionsRefused();
            creditsAvailable += statistics.creditsAvailable();
        }
        return new WorkerCounters(
                context.pool().capacity(),
                context.pool().takenTotal() - segmentsKept,
                context.pool().returnedTotal(),
                bytesSent,
                bytesReceived,
                checksumFailures,
                connectionsRefused,
                creditsAvailable);
    }

    /** Segments that open connections keep; the rest is tasks'. */
    int segmentsKept() {
        int kept = 0;
        for (final ShuffleEnvironment environment : environments.values()) {
            kept += environment.statistics().segmentsKept();
        }
        return kept;
    }

    void close() {
        environments.values().forEach(ShuffleEnvironment::close);
        environments.clear();
        addresses.clear();
    }
}
