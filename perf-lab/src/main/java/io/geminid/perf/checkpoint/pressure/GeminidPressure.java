package io.geminid.perf.checkpoint.pressure;

import io.geminid.config.GeminidProperties;
import io.geminid.perf.CommandFailure;
import io.geminid.perf.ConfigurationKeys;
import io.geminid.runtime.cluster.Cluster.RunningJob;
import io.geminid.runtime.cluster.ClusterConfig;
import io.geminid.runtime.cluster.ClusterException;
import io.geminid.runtime.cluster.ClusterKeys;
import io.geminid.runtime.cluster.ProcessCluster;
import io.geminid.runtime.cluster.ProcessOptions;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.state.provider.StateStores;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Ours: worker processes of this one, over TCP. */
final class GeminidPressure implements PressureSubject {

    private static final int WAIT_SECONDS = 60;

    /** Longer than a checkpoint may take whose barriers wait behind all that waits. */
    private static final int CHECKPOINT_SECONDS = 300;

    private final ProcessCluster cluster;
    private final RunningJob job;
    private final BlockingQueue<JobProgress> progress = new LinkedBlockingQueue<>();

    private GeminidPressure(
            final ProcessCluster cluster, final int recordBytes, final boolean slow) {
        this.cluster = cluster;
        job =
                cluster.submit(
                        PressureProgram.request(
                                PressurePlan.PARALLELISM,
                                recordBytes,
                                slow ? PressurePlan.SINK_MILLIS : 0,
                                !slow),
                        progress::add);
    }

    /** A job whose sink is slow; returns when data waits in its channels. */
    static GeminidPressure start(
            final PressurePlan.Setting setting, final int recordBytes, final Path directory)
            throws InterruptedException {
        final Map<String, String> entries = new TreeMap<>();
        entries.put(CheckpointSettings.INTERVAL.name(), "24h");
        entries.put(
                CheckpointSettings.ALIGNMENT.name(), setting.aligned() ? "aligned" : "unaligned");
        entries.put(
                ShuffleOptions.EXCLUSIVE_PER_CHANNEL.name(),
                Integer.toString(setting.buffersPerChannel()));
        final GeminidPressure started = start(entries, recordBytes, true, directory);
        started.awaitPressure();
        return started;
    }

    /** A job with this configuration, whose sink is slow or which has state; returns at once. */
    static GeminidPressure start(
            final Map<String, String> more,
            final int recordBytes,
            final boolean slow,
            final Path directory) {
        final Map<String, String> entries = new TreeMap<>(more);
        entries.put(ShuffleServices.SERVICE.name(), "tcp");
        entries.put(CheckpointSettings.DIRECTORY.name(), directory.resolve("chk").toString());
        entries.put(StateStores.LOCAL_DIR.name(), directory.resolve("local").toString());
        entries.put(ClusterKeys.PROGRESS_INTERVAL.name(), "250ms");
        try {
            final ProcessCluster cluster =
                    ProcessCluster.start(
                            new ClusterConfig(
                                    PressurePlan.WORKERS,
                                    PressurePlan.SLOTS_PER_WORKER,
                                    GeminidProperties.of(entries, ConfigurationKeys.all())),
                            ProcessOptions.ofThisProcess());
            return new GeminidPressure(cluster, recordBytes, slow);
        } catch (final ClusterException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    /** Until sources have waited for most of the time between two reports, and tasks for longer. */
    private void awaitPressure() throws InterruptedException {
        long before = Long.MAX_VALUE;
        int full = 0;
        while (full < 4) {
            final long waited = nextReport().sum(TaskReport.Counters.BACK_PRESSURED_NS);
            full = waited - before > TimeUnit.MILLISECONDS.toNanos(500) ? full + 1 : 0;
            before = waited;
        }
    }

    /** Records that sinks have got, and when that was said. */
    JobProgress nextReport() throws InterruptedException {
        final JobProgress report = progress.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (job.result().isDone()) {
            throw new CommandFailure("the job ended: " + job.await().failure());
        }
        if (report == null) {
            throw new CommandFailure("no report within seconds=" + WAIT_SECONDS);
        }
        return report;
    }

    @Override
    public double checkpointMillis() throws InterruptedException {
        final long beganNs = System.nanoTime();
        try {
            job.keep(KeepMode.CHECKPOINT).get(CHECKPOINT_SECONDS, TimeUnit.SECONDS);
        } catch (final ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new CommandFailure("a checkpoint failed: " + e, e);
        }
        return (System.nanoTime() - beganNs) / 1e6;
    }

    /** Ends the job. */
    JobResult cancel() {
        job.cancel();
        return job.await();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
