package io.geminid.runtime.cluster;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.process.WarmUpProgram;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.state.base.Directories;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a process that waits to become a worker do once what a worker does, small: a job between two
 * embedded workers with state in the configured store, a checkpoint, and the same again from it. So
 * the classes are loaded and the hottest of them compiled before they are needed. A worker that
 * starts cold takes a second or two for that, on cores that it shares.
 */
final class WarmUp implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private static final int WORKERS = 2;
    private static final int ROUNDS = 3;
    private static final Duration ROUND_MAX = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofMillis(5);

    private final HostEnvironment host;
    private final Map<String, String> configured;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean unwanted;

    WarmUp(final HostEnvironment host, final Map<String, String> configured) {
        this.host = host;
        this.configured = configured;
    }

    /** A name for where a process that waits puts files; whoever survives it removes them. */
    static Path newDirectory(final GeminidProperties properties, final UUID id) {
        final String given = properties.get(StateStores.LOCAL_DIR);
        return Path.of(given.isEmpty() ? System.getProperty("java.io.tmpdir") : given)
                .resolve("geminid-warm-up-" + id)
                .toAbsolutePath();
    }

    /** The process has become a worker: begin nothing more. Any thread. */
    void stop() {
        unwanted = true;
    }

    /** Waits until what was begun has ended, and no file of it is left. */
    void await() {
        CoordinatorNode.await(ended, ROUND_MAX);
    }

    @Override
    public void run() {
        try {
            runIn(Files.createDirectories(Path.of(configured.get(StateStores.LOCAL_DIR.name()))));
        } catch (final IOException e) {
            LOG.info("not warmed up: {}", e.toString());
        } finally {
            ended.complete(null);
        }
    }

    private void runIn(final Path directory) {
        try (Cluster cluster = EmbeddedCluster.start(config(directory))) {
            for (int round = 0; round < ROUNDS && !unwanted; round++) {
                runOnce(cluster, directory);
            }
        } catch (final ClusterException | RuntimeException e) {
            LOG.info("not warmed up: {}", e.toString());
        } finally {
            try {
                Directories.delete(directory);
            } catch (final UncheckedIOException e) {
                LOG.info("warm-up leaves files behind: {}", e.getMessage());
            }
        }
    }

    private void runOnce(final Cluster cluster, final Path directory) {
        final Cluster.RunningJob job =
                cluster.submit(WarmUpProgram.request(directory, WORKERS), ProgressListener.NONE);
        final long beganNs = host.nanoClock().getAsLong();
        boolean kept = false;
        while (!kept && !unwanted && !job.result().isDone()) {
            kept = isKept(job); // not before all tasks run
            if (host.nanoClock().getAsLong() - beganNs > ROUND_MAX.toNanos()) {
                break;
            }
        }
        job.cancel();
        CoordinatorNode.await(job.result(), ROUND_MAX);
    }

    private static boolean isKept(final Cluster.RunningJob job) {
        final CompletableFuture<?> kept = job.keep(KeepMode.CHECKPOINT);
        CoordinatorNode.await(kept, ROUND_MAX);
        if (kept.isDone() && !kept.isCompletedExceptionally()) {
            return true;
        }
        CoordinatorNode.await(job.result(), RETRY);
        return false;
    }

    private ClusterConfig config(final Path directory) {
        final Map<String, String> entries = new HashMap<>(configured);
        entries.put(SegmentPoolContext.SEGMENT_BYTES.name(), "32kb");
        entries.put(SegmentPoolContext.SLAB_BYTES.name(), "1mb");
        entries.put(SegmentPoolContext.MAX_BYTES.name(), "32mb");
        entries.put(ShuffleServices.SERVICE.name(), "tcp");
        entries.put(CheckpointSettings.DIRECTORY.name(), directory.resolve("chk").toString());
        // Each round goes on from the one before.
        entries.put(CheckpointSettings.JOB.name(), "warm-up");
        entries.put(CheckpointSettings.FROM.name(), "");
        entries.put(CheckpointSettings.RESTARTS.name(), "0");
        entries.put(StateStores.LOCAL_DIR.name(), directory.resolve("local").toString());
        return new ClusterConfig(WORKERS, 1, WorkerMain.properties(entries));
    }
}
