package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.samplejob.RescaledProgram;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.testing.Seed;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job goes on with other parallelisms, from unaligned checkpoints, on real threads (INV U10). */
class RescaledClusterTest {

    private static final int[] PARALLELISMS = {2, 3, 7, 1};

    private static final int RECORDS = 100_000;

    /** Few records a second, so that no job is done before its process is killed. */
    private static final int UNHURRIED_MILLIS = 50;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir private Path directory;

    private ClusterConfig config(final String persister) {
        final GeminidProperties properties =
                TestProperties.small(
                        Map.of(
                                "geminid.memory.max-bytes",
                                "16mb",
                                CheckpointSettings.DIRECTORY.name(),
                                directory.resolve("checkpoints").toString(),
                                CheckpointSettings.JOB.name(),
                                "rescaled",
                                ClusterKeys.SLOT_TIMEOUT.name(),
                                "100s",
                                CheckpointSettings.PERSISTER.name(),
                                persister,
                                CheckpointSettings.INTERVAL.name(),
                                "20ms",
                                CheckpointSettings.RESTARTS.name(),
                                "100"));
        return new ClusterConfig(2, 4, properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkpoint", "continuous"})
    void embedded(final String persister) throws Exception {
        final SampleOptions options =
                SampleOptions.of(directory, 1).withRecords(60_000).withPayloadBytesMax(300);
        try (Cluster cluster = EmbeddedCluster.start(config(persister))) {
            for (final int parallelism : PARALLELISMS) {
                final SampleOptions own =
                        options.withParallelism(Collections.nCopies(4, parallelism));
                final Cluster.RunningJob job =
                        cluster.submit(RescaledProgram.request(own), ProgressListener.NONE);
                if (parallelism != 1) {
                    keepAndCancel(job);
                }
                final JobResult result = job.result().get(120, TimeUnit.SECONDS);
                assertThat(result.failure()).isEmpty();
                if (result.status() == JobStatus.FINISHED) {
                    break;
                }
            }
        }
        RescaledProgram.verify(options);
    }

    /** Each of these jobs loses a process before it is cancelled, the last one before it ends. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"checkpoint", "continuous"})
    void processesThatAreKilledInBetween(final String persister) throws Exception {
        final SampleOptions options =
                SampleOptions.of(directory, 1).withRecords(RECORDS).withPayloadBytesMax(300);
        long bytesGivenBack = 0;
        try (ProcessCluster cluster = ProcessCluster.start(config(persister), quiet())) {
            for (final int parallelism : PARALLELISMS) {
                final SampleOptions own =
                        options.withParallelism(Collections.nCopies(4, parallelism))
                                .withPauseMillis(parallelism == 1 ? 1 : UNHURRIED_MILLIS);
                final BlockingQueue<JobProgress> progress = new LinkedBlockingQueue<>();
                final Cluster.RunningJob job =
                        cluster.submit(RescaledProgram.request(own), progress::add);
                final JobProgress running = awaitAttempt(job, progress, 0);
                assertThat(keep(job))
                        .as("ended before it was killed: %s", job.result().getNow(null))
                        .isTrue();
                kill(running);
                awaitAttempt(job, progress, 1);
                if (parallelism != 1) {
                    keepAndCancel(job);
                }
                final JobResult result = job.result().get(240, TimeUnit.SECONDS);
                assertThat(result.failure()).isEmpty();
                assertThat(result.status())
                        .isEqualTo(parallelism == 1 ? JobStatus.FINISHED : JobStatus.CANCELED);
                assertThat(result.checkpoints().restarts()).isPositive();
                assertThat(result.checkpoints().givenBack())
                        .isEqualTo(result.checkpoints().persisted());
                bytesGivenBack += result.checkpoints().givenBack();
            }
        }
        assertThat(bytesGivenBack).isPositive();
        RescaledProgram.verify(options);
    }

    private static ProcessOptions quiet() {
        return ProcessOptions.ofThisProcess()
                .withHeapBytes(256L << 20)
                .withOutput(new ProcessOptions.Output(line -> {}, line -> {}));
    }

    /** Until a task of this attempt or a later one has got records. */
    private static JobProgress awaitAttempt(
            final Cluster.RunningJob job,
            final BlockingQueue<JobProgress> progress,
            final int attempt)
            throws InterruptedException {
        while (true) {
            final JobProgress reported = progress.poll(60, TimeUnit.SECONDS);
            assertThat(job.result()).isNotDone();
            assertThat(reported).isNotNull();
            final boolean reached =
                    reported.tasks().stream()
                            .filter(task -> task.attempt() >= attempt)
                            .anyMatch(task -> task.counter(TaskReport.Counters.RECORDS_IN) > 1_000);
            if (reached) {
                return reported;
            }
        }
    }

    /** A worker that has tasks: with few of them, one may do without the other. */
    private void kill(final JobProgress running) {
        final int any = seed.random().nextInt(running.tasks().size());
        final String name = running.tasks().get(any).worker();
        running.workers().stream()
                .filter(worker -> worker.worker().equals(name))
                .forEach(worker -> ProcessHandle.of(worker.pid()).orElseThrow().destroyForcibly());
    }

    /** Whether there was a checkpoint before the job ended. */
    private static boolean keep(final Cluster.RunningJob job) throws Exception {
        while (!job.result().isDone()) {
            try {
                job.keep(KeepMode.CHECKPOINT).get(120, TimeUnit.SECONDS);
                return true;
            } catch (final ExecutionException e) {
                // Not all tasks run yet, or no longer.
            }
        }
        return false;
    }

    private static void keepAndCancel(final Cluster.RunningJob job) throws Exception {
        if (keep(job)) {
            job.cancel();
        }
    }
}
