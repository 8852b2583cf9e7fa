package io.geminid.runtime.cluster;

import io.geminid.runtime.cluster.control.InMemoryControl;
import io.geminid.runtime.cluster.coordinator.WorkerHost;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.message.ControlToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator and its workers in this JVM, each worker with a segment pool and a shuffle
 * environment of its own, so that records between two workers take the real transport.
 */
public final class EmbeddedCluster implements Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

    private final ClusterConfig config;
    private final ControlToken token;
    private final CoordinatorNode coordinator;
    private final List<WorkerNode> workers = new ArrayList<>();
    private volatile boolean closed;

    private EmbeddedCluster(final ClusterConfig config, final HostEnvironment host) {
        this.config = config;
        token = ControlToken.random(host.random());
        coordinator = new CoordinatorNode(host, config, token, WorkerHost.NONE);
    }

    /**
     * Starts workers in this JVM.
     *
     * @param config how many and how
     * @return a cluster that is ready for jobs; to be closed by the caller
     * @throws ClusterException if it cannot start; nothing is left of it then
     * @throws io.geminid.config.ConfigException if the properties do not fit each other
     */
    public static EmbeddedCluster start(final ClusterConfig config) throws ClusterException {
        final HostEnvironment host = new HostEnvironment();
        final EmbeddedCluster cluster = new EmbeddedCluster(config, host);
        try {
            cluster.startWorkers(host);
        } catch (final IOException | RuntimeException e) {
            cluster.close();
            throw new ClusterException("embedded workers cannot start: " + e.getMessage(), e);
        }
        return cluster;
    }

    private void startWorkers(final HostEnvironment host) throws IOException {
        for (int index = 0; index < config.workers(); index++) {
            final WorkerNode worker =
                    new WorkerNode(
                            host,
                            new WorkerNode.Offer(index, token, config.slotsPerWorker()),
                            config.properties());
            workers.add(worker);
            worker.start(
                    InMemoryControl.connector(
                            worker.loop(),
                            coordinator.loop(),
                            coordinator.coordinator().acceptor()));
        }
        CoordinatorNode.await(coordinator.coordinator().ready(), startTimeout());
    }

    private Duration startTimeout() {
        return config.properties().get(ClusterKeys.START_TIMEOUT);
    }

    @Override
    public RunningJob submit(final JobRequest request, final ProgressListener listener) {
        if (closed) {
            throw new IllegalStateException("cluster is closed: program=" + request.program());
        }
        return coordinator.submit(request, listener);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if a worker could not give everything back; says what
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        final Duration timeout = config.properties().get(ClusterKeys.CANCEL_TIMEOUT);
        if (!coordinator.stop(timeout.plus(timeout))) {
            LOG.error("workers have not ended in time: timeoutMs={}", timeout.toMillis());
        }
        final List<Throwable> failures = new ArrayList<>();
        for (final WorkerNode worker : workers) {
            worker.stop("cluster closed");
            CoordinatorNode.await(
                    worker.ended().whenComplete((reason, failure) -> addTo(failures, failure)),
                    timeout.plus(timeout));
            worker.close();
        }
        coordinator.close();
        if (!failures.isEmpty()) {
            final Throwable first = failures.get(0);
            throw new IllegalStateException("worker not given back: " + first.getMessage(), first);
        }
    }

    private static void addTo(final List<Throwable> failures, final Throwable failure) {
        if (failure != null) {
            failures.add(failure);
        }
    }
}
