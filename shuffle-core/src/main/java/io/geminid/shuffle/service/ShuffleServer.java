package io.geminid.shuffle.service;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what workers of this host have published in a directory, whatever becomes of them: a
 * process of its own, or a part of another one. Everything it knows is in the directory, so the
 * next one that starts there goes on where it was.
 *
 * <p>Any thread.
 */
public final class ShuffleServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ShuffleServer.class);

    /** Looks this often within a lease: a job's files live at most a quarter longer than it. */
    private static final int SWEEPS_PER_LEASE = 4;

    /**
     * What a server promises.
     *
     * @param lease a job that nobody wrote or read for so long is removed
     * @param jobQuotaBytes most that one job may have
     */
    public record Terms(Duration lease, long jobQuotaBytes) {}

    private final ServiceDirectory directory;
    private final SegmentPool pool;
    private final ShuffleEnvironment environment;
    private final ScheduledExecutorService sweeper;
    private final Duration lease;
    private InetSocketAddress address;

    private ShuffleServer(
            final ServiceDirectory directory,
            final ShuffleServiceFactory service,
            final GeminidProperties properties,
            final Duration lease) {
        this.directory = directory;
        this.lease = lease;
        pool = new SegmentPool(SegmentPoolContext.from(properties));
        environment =
                service.createShuffleEnvironment(
                        new ShuffleEnvironmentContext(
                                        UUID.randomUUID(), properties, pool, System::nanoTime)
                                .withToken(
                                        new ServiceTokens(
                                                        SortMergeOptions.serviceDirectory(
                                                                properties))
                                                .ring(new SecureRandom())));
        sweeper =
                Executors.newSingleThreadScheduledExecutor(
                        job -> {
                            final Thread thread = new Thread(job, "geminid-shuffle-leases");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Takes the directory over and listens.
     *
     * @param service over whose transport it serves
     * @param properties with {@link SortMergeOptions#SERVICE_DIRECTORY}
     * @param terms leases and quotas
     * @return the server, which listens
     * @throws IOException if another server runs there, or the address cannot be bound
     */
    public static ShuffleServer start(
            final ShuffleServiceFactory service,
            final GeminidProperties properties,
            final Terms terms)
            throws IOException {
        final Path root = SortMergeOptions.serviceDirectory(properties);
        if (root == null) {
            throw new IllegalArgumentException(SortMergeOptions.SERVICE_DIRECTORY + " is not set");
        }
        final ServiceDirectory directory = ServiceDirectory.open(root);
        try {
            directory.limitJobs(terms.jobQuotaBytes());
            final ShuffleServer server =
                    new ShuffleServer(directory, service, properties, terms.lease());
            server.listen();
            return server;
        } catch (final IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private void listen() throws IOException {
        try {
            address = environment.start();
            directory.announce(address);
        } catch (final IOException | RuntimeException e) {
            sweeper.shutdownNow();
            environment.close();
            pool.close();
            throw e;
        }
        final long periodMs = Math.max(1, lease.toMillis() / SWEEPS_PER_LEASE);
        sweeper.scheduleAtFixedRate(this::sweep, 0, periodMs, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        try {
            for (final Path job : directory.sweep(Instant.now(), lease)) {
                LOG.info("lease is over: removed {}", job);
            }
        } catch (final IOException | RuntimeException e) {
            LOG.warn("cannot look for leases that are over", e);
        }
    }

    /**
     * Where it listens.
     *
     * @return what consumers connect to
     */
    public InetSocketAddress address() {
        return address;
    }

    /** Serves no more; partitions stay. Once. */
    @Override
    public void close() throws IOException {
        sweeper.shutdownNow();
        try {
            environment.close();
            pool.close();
        } finally {
            directory.close();
        }
    }
}
