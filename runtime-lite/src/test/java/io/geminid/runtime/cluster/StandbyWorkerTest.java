package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that wait until a worker is lost, and what becomes of them. */
class StandbyWorkerTest {

    @TempDir private Path output;
    @TempDir private Path checkpoints;
    @TempDir private Path local;

    private final BlockingQueue<JobProgress> progress = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Set<Long> pids = new HashSet<>();

    private ProcessCluster start() throws ClusterException {
        return start(100);
    }

    private ProcessCluster start(final int restarts) throws ClusterException {
        final Map<String, String> entries =
                Map.of(
                        CheckpointSettings.DIRECTORY.name(),
                        checkpoints.toString(),
                        CheckpointSettings.INTERVAL.name(),
                        "50ms",
                        CheckpointSettings.RESTARTS.name(),
                        Integer.toString(restarts),
                        StateStores.LOCAL_DIR.name(),
                        local.toString(),
                        SegmentPoolContext.MAX_BYTES.name(),
                        "32mb",
                        ClusterKeys.STANDBY_WORKERS.name(),
                        "1");
        // With one slot each, so that no worker can do without the other.
        return ProcessCluster.start(
                new ClusterConfig(
                        2, 1, TestProperties.small(entries, List.of(StateStores.LOCAL_DIR))),
                ProcessOptions.ofThisProcess()
                        .withHeapBytes(256L << 20)
                        .withOutput(new ProcessOptions.Output(lines::add, lines::add)));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(pids).hasSizeGreaterThan(2);
        assertThat(pids)
                .allSatisfy(
                        pid ->
                                assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                                        .isEmpty());
        try (Stream<Path> files = Files.walk(local)) {
            assertThat(files).containsExactly(local);
        }
    }

    @Test
    void theOneThatWaitsTakesThePlaceOfALostWorkerAndAnotherFollows() throws Exception {
        try (ProcessCluster cluster = start()) {
            final Cluster.RunningJob job = submit(cluster);
            final long standby = awaitStandby(cluster, job, 0);
            final List<Long> before = cluster.workerPids();

            kill(before.get(1));
            awaitAttempt(job, 1);

            assertThat(cluster.workerPids()).containsExactly(before.get(0), standby);
            awaitStandby(cluster, job, standby);
            cancel(job);
        }
    }

    @Test
    void aNewProcessIsStartedIfTheOneThatWaitsDiesToo() throws Exception {
        try (ProcessCluster cluster = start()) {
            final Cluster.RunningJob job = submit(cluster);
            final long standby = awaitStandby(cluster, job, 0);
            final List<Long> before = cluster.workerPids();

            kill(standby);
            kill(before.get(0));
            awaitAttempt(job, 1);

            assertThat(cluster.workerPids())
                    .hasSize(2)
                    .contains(before.get(1))
                    .doesNotContain(before.get(0), standby);
            awaitStandby(cluster, job, standby);
            cancel(job);
        }
    }

    @Test
    void allWorkersAndTheOneThatWaitsMayDieAtOnce() throws Exception {
        try (ProcessCluster cluster = start()) {
            final Cluster.RunningJob job = submit(cluster);
            final long standby = awaitStandby(cluster, job, 0);
            final List<Long> before = cluster.workerPids();

            kill(before.get(0));
            kill(standby);
            kill(before.get(1));
            awaitAttempt(job, 1);

            assertThat(cluster.workerPids())
                    .hasSize(2)
                    .doesNotContain(before.get(0), before.get(1), standby);
            awaitStandby(cluster, job, standby);
            cancel(job);
        }
    }

    @Test
    void anotherOneFollowsTheOneThatWaitedAndDied() throws Exception {
        try (ProcessCluster cluster = start()) {
            final Cluster.RunningJob job = submit(cluster);
            final long standby = awaitStandby(cluster, job, 0);
            kill(standby);
            assertThat(awaitStandby(cluster, job, standby)).isNotEqualTo(standby);
            cancel(job);
        }
    }

    /** And not the one that has taken its place, whose end nobody could wait for. */
    @Test
    void aFailureNamesTheProcessThatWasLost() throws Exception {
        try (ProcessCluster cluster = start(1)) {
            final Cluster.RunningJob job = submit(cluster);
            final long standby = awaitStandby(cluster, job, 0);
            kill(cluster.workerPids().get(1));
            awaitAttempt(job, 1);
            awaitStandby(cluster, job, standby);

            kill(standby);
            final JobResult result = job.result().get(60, TimeUnit.SECONDS);

            assertThat(result.failure().orElseThrow().toString())
                    .startsWith("worker-2: worker lost:")
                    .contains("pid=" + standby + " exitCode=137 signal=9");
        }
    }

    private Cluster.RunningJob submit(final ProcessCluster cluster) throws Exception {
        // Unhurried: on a busy machine one source is ahead of the others, and windows wait for
        // them.
        final SampleOptions options =
                SampleOptions.of(output, 2).withRecords(-1).withPauseMillis(5);
        final Cluster.RunningJob job = cluster.submit(options.request(), progress::add);
        awaitAttempt(job, 0);
        return job;
    }

    /** Until a task of this attempt or a later one has got records. */
    private void awaitAttempt(final Cluster.RunningJob job, final int attempt) throws Exception {
        await(
                job,
                reported ->
                        reported.tasks().stream()
                                .anyMatch(
                                        task ->
                                                task.attempt() >= attempt
                                                        && task.counter(
                                                                        TaskReport.Counters
                                                                                .RECORDS_IN)
                                                                > 0));
    }

    /** Until one waits that is not this one. */
    private long awaitStandby(
            final ProcessCluster cluster, final Cluster.RunningJob job, final long not)
            throws Exception {
        final List<Long> found = new ArrayList<>();
        await(
                job,
                reported -> {
                    found.clear();
                    found.addAll(cluster.standbyPids());
                    return !found.isEmpty() && !found.contains(not);
                });
        pids.addAll(cluster.workerPids());
        pids.addAll(found);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** Asks with each report of the job. */
    private void await(final Cluster.RunningJob job, final Predicate<JobProgress> until)
            throws InterruptedException {
        boolean reached = false;
        while (!reached) {
            final JobProgress reported = progress.poll(60, TimeUnit.SECONDS);
            assertThat(job.result()).as("lines: %s", lines).isNotDone();
            assertThat(reported).as("lines: %s", lines).isNotNull();
            reached = until.test(reported);
        }
    }

    private static void cancel(final Cluster.RunningJob job) throws Exception {
        job.cancel();
        assertThat(job.result().get(60, TimeUnit.SECONDS).status()).isEqualTo(JobStatus.CANCELED);
    }

    private static void kill(final long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
}
