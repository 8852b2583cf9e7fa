package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.samplejob.SampleFault;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleProgram;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.runtime.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs on embedded workers, with the real transport between them. */
class EmbeddedClusterTest {

    private static final String RECORDS_IN = TaskReport.Counters.RECORDS_IN;

    @TempDir Path output;

    private static EmbeddedCluster start(final int workers, final int slots)
            throws ClusterException {
        return EmbeddedCluster.start(new ClusterConfig(workers, slots, TestProperties.small()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theResultIsThatOfASingleLoop(final int workers) throws ClusterException {
        final SampleOptions options = SampleOptions.of(output, 4);
        try (Cluster cluster = start(workers, 4)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure()).isEmpty();
            assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
            assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
            assertThat(result.sum("events", RECORDS_IN)).isEqualTo(options.records());
            assertThat(result.sum("windows", RECORDS_IN)).isEqualTo(options.records());
            assertThat(result.sum("seen", RECORDS_IN)).isEqualTo(4 * options.records());
            assertThat(result.segmentsTaken()).isPositive().isEqualTo(result.segmentsReturned());
            assertThat(result.checksumFailures()).isZero();
            assertThat(result.workers()).hasSize(workers);
            assertThat(result.tasks()).allMatch(task -> task.state().equals("FINISHED"));
        }
    }

    @Test
    void recordsCrossWorkersOverTheTransport() throws ClusterException {
        final SampleOptions options = SampleOptions.of(output, 2);
        try (Cluster cluster = start(2, 1)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.workers()).allMatch(worker -> worker.bytesReceived() > 0);
        }
    }

    // BL-27
    @Test
    void chainedAndUnchainedJobsGiveTheSame() throws ClusterException {
        final SampleOptions chained = SampleOptions.of(output, 2);
        final SampleOptions unchained = chained.withChaining(false);
        try (Cluster cluster = start(2, 2)) {
            final JobResult first = cluster.run(chained.request(), ProgressListener.NONE);
            final SampleResult chainedResult = SampleResult.read(chained);
            final JobResult second = cluster.run(unchained.request(), ProgressListener.NONE);

            assertThat(second.failure()).isEmpty();
            assertThat(second.tasks()).hasSizeGreaterThan(first.tasks().size());
            assertThat(SampleResult.read(unchained)).isEqualTo(chainedResult);
        }
    }

    // RT-04
    @Test
    void twentyJobsInOneClusterLeaveNothing() throws ClusterException {
        final SampleOptions options = SampleOptions.of(output, 2).withRecords(500);
        try (Cluster cluster = start(2, 2)) {
            for (int i = 0; i < 20; i++) {
                final JobResult result = cluster.run(options.request(), ProgressListener.NONE);
                assertThat(result.failure()).isEmpty();
                assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
            }
        }
    }

    // BL-19
    @Test
    void aJobThatFailsDoesNotDisturbAnother() throws IOException, ClusterException {
        final Path otherOutput = Files.createDirectory(output.resolve("other"));
        final SampleOptions good = SampleOptions.of(output, 2);
        final SampleOptions bad = SampleOptions.of(otherOutput, 2).withFault(SampleFault.PROCESS);
        try (Cluster cluster = start(2, 2)) {
            final Cluster.RunningJob running =
                    cluster.submit(good.request(), ProgressListener.NONE);
            final JobResult failed = cluster.run(bad.request(), ProgressListener.NONE);

            assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
            assertThat(running.await().failure()).isEmpty();
            assertThat(SampleResult.read(good)).isEqualTo(SampleResult.expected(good));
        }
    }

    // F14
    @ParameterizedTest
    @EnumSource(
            value = SampleFault.class,
            names = {"OPEN", "PROCESS", "TIMER", "CLOSE", "ERROR"})
    void theFirstCauseIsToldAndEverythingGivenBack(final SampleFault fault)
            throws ClusterException {
        final SampleOptions options = SampleOptions.of(output, 2).withFault(fault);
        try (Cluster cluster = start(2, 1)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.status()).isEqualTo(JobStatus.FAILED);
            assertThat(result.failure().orElseThrow().where())
                    .contains(SampleProgram.FAULTY)
                    .contains("worker-2");
            assertThat(result.failure().orElseThrow().message()).contains("made by a test");
            assertThat(result.failure().orElseThrow().detail()).contains("FaultyOperator");
            assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
            assertThat(result.tasks())
                    .allMatch(task -> TaskState.valueOf(task.state()).isTerminal());
            assertThat(output).isDirectoryNotContaining("glob:**/.*");
        }
    }

    // F16
    @Test
    void anUnboundedJobIsCancelledWithItsTemporaryFiles() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 2).withRecords(-1);
        final CompletableFuture<JobProgress> flowing = new CompletableFuture<>();
        try (Cluster cluster = start(2, 1)) {
            final Cluster.RunningJob job =
                    cluster.submit(
                            options.request(),
                            progress -> {
                                if (progress.sum(RECORDS_IN) > 1_000) {
                                    flowing.complete(progress);
                                }
                            });
            final JobProgress progress = flowing.get(60, TimeUnit.SECONDS);
            assertThat(progress.segmentsInUse()).isPositive();
            job.cancel();
            final JobResult result = job.result().get(10, TimeUnit.SECONDS);

            assertThat(result.status()).isEqualTo(JobStatus.CANCELED);
            assertThat(result.failure()).isEmpty();
            assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
            assertThat(output).isEmptyDirectory();
        }
    }

    // F16, INV M3: everybody before the stuck task is blocked on output
    @Test
    void aTaskThatIsStuckInARecordIsInterrupted() throws Exception {
        final SampleOptions options =
                SampleOptions.of(output, 2).withRecords(-1).withFault(SampleFault.STUCK);
        final CompletableFuture<JobProgress> blocked = new CompletableFuture<>();
        try (Cluster cluster = start(2, 1)) {
            final Cluster.RunningJob job =
                    cluster.submit(
                            options.request(),
                            progress -> {
                                if (progress.sum(TaskReport.Counters.BACK_PRESSURED_NS) > 0) {
                                    blocked.complete(progress);
                                }
                            });
            blocked.get(60, TimeUnit.SECONDS);
            job.cancel();
            final JobResult result = job.result().get(10, TimeUnit.SECONDS);

            assertThat(result.status()).isEqualTo(JobStatus.CANCELED);
            assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
        }
    }

    // RT-22
    @Test
    void tooFewSlotsAreNamedAfterATimeout() throws ClusterException {
        final ClusterConfig config =
                new ClusterConfig(
                        2,
                        1,
                        TestProperties.small(Map.of(ClusterKeys.SLOT_TIMEOUT.name(), "100ms")));
        try (Cluster cluster = EmbeddedCluster.start(config)) {
            final JobResult result =
                    cluster.run(SampleOptions.of(output, 3).request(), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().toString())
                    .contains("slotsNeeded=3")
                    .contains("parallelism of \"events\"")
                    .contains("slotsFree=2 slotsTotal=2 workers=2");
            assertThat(result.tasks()).isEmpty();
        }
    }

    // F13
    @Test
    void tooFewSegmentsAreNamedBeforeAnythingStarts() throws ClusterException {
        final ClusterConfig config =
                new ClusterConfig(
                        1,
                        4,
                        TestProperties.small(Map.of(SegmentPoolContext.MAX_BYTES.name(), "128kb")));
        try (Cluster cluster = EmbeddedCluster.start(config)) {
            final JobResult result =
                    cluster.run(SampleOptions.of(output, 4).request(), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().message())
                    .contains(SegmentPoolContext.MAX_BYTES.name())
                    .contains("capacity=32")
                    .contains("stamp1 (1/4) output 0")
                    .containsPattern("state of .*16 .* stores x 16 .*geminid.state.store");
            assertThat(result.segmentsTaken()).isZero();
            assertThat(result.tasks()).allMatch(task -> task.state().equals("CREATED"));
        }
    }

    @Test
    void whatIsNoProgramIsNamed() throws ClusterException {
        try (Cluster cluster = start(1, 1)) {
            final JobResult result =
                    cluster.run(new JobRequest("nonsense", List.of()), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().toString())
                    .startsWith("coordinator:")
                    .contains("program=nonsense");
        }
    }

    @Test
    void aWorkerThatCannotBuildTheGraphIsNamed() throws ClusterException {
        final SampleOptions options = SampleOptions.of(output, 1).withFault(SampleFault.DEFINE);
        try (Cluster cluster = start(1, 1)) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().toString())
                    .startsWith("worker-1:")
                    .contains("no graph on a worker");
        }
    }

    @Test
    void anInterruptedCallerCancelsItsJob() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 1).withRecords(-1);
        final CompletableFuture<JobResult> seen = new CompletableFuture<>();
        try (Cluster cluster = start(1, 1)) {
            final Thread caller =
                    new Thread(
                            () ->
                                    seen.complete(
                                            cluster.run(options.request(), ProgressListener.NONE)));
            caller.start();
            caller.interrupt();

            assertThat(seen.get(30, TimeUnit.SECONDS).status()).isEqualTo(JobStatus.CANCELED);
            caller.join();
        }
    }

    @Test
    void closingTheClusterCancelsWhatRuns() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 1).withRecords(-1);
        final Cluster cluster = start(1, 1);
        final Cluster.RunningJob job = cluster.submit(options.request(), ProgressListener.NONE);

        cluster.close();
        cluster.close();

        assertThatThrownBy(() -> cluster.submit(options.request(), ProgressListener.NONE))
                .isInstanceOf(IllegalStateException.class);
        assertThat(job.result().get(10, TimeUnit.SECONDS).status()).isEqualTo(JobStatus.CANCELED);
    }
}
