package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.runtime.samplejob.StagesProgram;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A batch job whose coordinator and workers are all killed, and which is started again: what is
 * complete in a shuffle service is not computed again, what is not there any more is, and the
 * result is exact (INV B9). Real processes.
 */
class ResumedJobTest {

    /** Attempts of the cluster that comes next, and of the one after that. */
    private static final int SECOND = StagesCluster.RESTARTS + 1;

    private static final int THIRD = 2 * SECOND;

    /** Without regions. */
    private static final int NOTE_BYTES = 60;

    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path output;
    @TempDir Path shuffle;
    @TempDir Path holds;

    private FileChannel passed;
    private FileChannel totals;

    @BeforeEach
    void hold() throws IOException {
        passed = locked("passed");
        totals = locked("totals");
    }

    private FileChannel locked(final String stage) throws IOException {
        final FileChannel file =
                FileChannel.open(
                        holds.resolve(stage), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.lock();
        return file;
    }

    @AfterEach
    void letGo() throws IOException {
        passed.close();
        totals.close();
    }

    private StagesCluster startUntil(final String stage) throws IOException {
        return StagesCluster.startUntil(stage, places());
    }

    private StagesCluster.Places places() {
        return new StagesCluster.Places(shuffle, output, holds);
    }

    /** Starts the job again, lets everybody go, and waits for its end. */
    private JobResult resume() throws Exception {
        return resume(StagesCluster.options(output));
    }

    private JobResult resume(final SampleOptions options) throws Exception {
        letGo();
        try (ProcessCluster cluster = StagesCluster.here(shuffle)) {
            return cluster.submit(StagesProgram.request(options, holds), ProgressListener.NONE)
                    .result()
                    .get(180, TimeUnit.SECONDS);
        }
    }

    private void verify(final JobResult result, final SampleOptions options) {
        assertThat(result.failure()).isEmpty();
        assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
        assertThat(SampleResult.read(options).lines().get("totals"))
                .isEqualTo(SampleResult.expected(options).lines().get("totals"));
        assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
    }

    /** What ran, as subtask#attempt; each is a region of its own. */
    private static List<String> ran(final JobResult result, final String stage) {
        return result.tasks().stream()
                .filter(task -> task.isOf(stage))
                .map(task -> task.subtask() + "#" + task.attempt())
                .sorted()
                .toList();
    }

    private static List<String> all(final int attempt) {
        return List.of("0#" + attempt, "1#" + attempt, "2#" + attempt);
    }

    /** Nothing but what is left until the lease is over, and that takes no room. */
    private void verifyNothingIsLeft() throws IOException {
        try (var files = Files.walk(shuffle)) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .map(f -> f.getFileName().toString())
                                    .map(name -> name.replaceFirst("-[0-9a-f]{32}$", "")))
                    .containsExactlyInAnyOrder(
                            "lock", "address", "lease", "guarded", "token", "master", "note");
        }
        try (var files = Files.list(output)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("totals-0.csv", "totals-1.csv", "totals-2.csv");
        }
    }

    private Path find(final String name) throws IOException {
        try (var files = Files.walk(ServiceDirectory.jobs(shuffle))) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    @Test
    void theStageThatWasCompleteIsNotComputedAgain() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            startUntil("passed").kill();
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).isEmpty();
            assertThat(ran(result, "passed")).isEqualTo(all(SECOND));
            assertThat(ran(result, "totals")).isEqualTo(all(SECOND));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-1-0.data", "0-1-0.index"})
    void whoHasProducedWhatIsGoneRunsAgainAndNobodyElse(final String gone) throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            startUntil("passed").kill();
            Files.delete(find(gone));
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).containsExactly("1#" + SECOND);
            assertThat(ran(result, "passed")).isEqualTo(all(SECOND));
            assertThat(ran(result, "totals")).isEqualTo(all(SECOND));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /** INV B8: nobody looks into blocks before they are read. */
    @Test
    void whoReadsADamagedBlockHasItsProducerRunAgain() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            startUntil("passed").kill();
            flipMiddle(find("0-1-0.data"));
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).containsExactly("1#" + SECOND);
            assertThat(ran(result, "passed")).isEqualTo(all(SECOND + 1));
            assertThat(ran(result, "totals")).isEqualTo(all(SECOND));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /**
     * The same a stage later: what that was made from is gone, and who else has read it too late.
     */
    @Test
    void whatADamagedBlockWasMadeFromIsComputedAgain() throws Exception {
        passed.close();
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            startUntil("totals").kill();
            flipMiddle(find("1-2-0.data"));
            passed = locked("passed");
            totals.close();
            final JobResult result;
            try (ProcessCluster cluster = StagesCluster.here(shuffle)) {
                final CountDownLatch waits = new CountDownLatch(1);
                final Cluster.RunningJob job = submit(cluster, waits);
                assertThat(waits.await(120, TimeUnit.SECONDS)).isTrue();
                try (var files = Files.walk(ServiceDirectory.jobs(shuffle))) {
                    assertThat(files.map(file -> file.getFileName().toString()))
                            .contains("0-0-" + SECOND + ".index")
                            .noneMatch(name -> name.startsWith("1-"));
                }
                passed.close();
                result = job.result().get(180, TimeUnit.SECONDS);
            }

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).isEqualTo(all(SECOND));
            assertThat(ran(result, "passed")).isEqualTo(all(SECOND));
            assertThat(ran(result, "totals")).isEqualTo(all(SECOND + 1));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /** Starts the job, and tells when its second stage waits. */
    private Cluster.RunningJob submit(final ProcessCluster cluster, final CountDownLatch waits) {
        return cluster.submit(
                StagesCluster.request(output, holds),
                progress -> {
                    if (StagesCluster.waits(progress, "passed")) {
                        waits.countDown();
                    }
                });
    }

    private static void flipMiddle(final Path file) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }

    /** What was released, since all had read it, is not missed. */
    @Test
    void aJobThatIsKilledTwiceGoesOnWhereItWas() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            startUntil("passed").kill();
            passed.close();
            startUntil("totals").kill();
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).isEmpty();
            assertThat(ran(result, "passed")).isEmpty();
            assertThat(ran(result, "totals")).isEqualTo(all(THIRD));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /** What a lost result was made from was released: that too, and so all who had read it. */
    @Test
    void whatALostResultWasMadeFromIsComputedAgain() throws Exception {
        passed.close();
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            startUntil("totals").kill();
            Files.delete(find("1-2-0.data"));
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).isEqualTo(all(SECOND));
            assertThat(ran(result, "passed")).isEqualTo(all(SECOND));
            assertThat(ran(result, "totals")).isEqualTo(all(SECOND));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    @Test
    void anotherProgramOfTheSameNameReadsNothingOfIt() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            startUntil("passed").kill();
            final SampleOptions other = StagesCluster.options(output).withSeed(2);
            final JobResult result = resume(other);

            verify(result, other);
            assertThat(ran(result, "events")).isEqualTo(all(SECOND));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /** INV B2: a worker that nobody could kill goes on writing, and harms nobody. */
    @Test
    void aWorkerThatIsAsleepMeanwhileHarmsNobody() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle);
                StagesCluster first = startUntil("passed")) {
            final long asleep = first.workers().get(0);
            signal("STOP", asleep);
            first.kill(first.workers().subList(1, 2));
            passed.close();
            try (StagesCluster second = startUntil("totals")) {
                final ProcessHandle worker = ProcessHandle.of(asleep).orElseThrow();
                signal("CONT", asleep); // it waits for a file that nobody holds any more
                worker.onExit().get(60, TimeUnit.SECONDS);
                second.kill();
            }
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "passed")).isEmpty();
            assertThat(ran(result, "totals")).isEqualTo(all(THIRD));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /** Whenever that is, in the middle of whatever. */
    @Test
    void aClusterThatIsKilledAgainAndAgainGivesTheResultOnce() throws Exception {
        letGo();
        final StringBuilder kills = new StringBuilder();
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            for (int kill = 0; kill < 3; kill++) {
                final int finished = seed.random().nextInt(2 * StagesCluster.WIDTH);
                StagesCluster.startUntil(finished, places()).kill();
                kills.append(" after finished=").append(finished).append(note());
            }
            final JobResult result = resume();

            System.out.println(
                    "seed="
                            + seed.value()
                            + " killed:"
                            + kills
                            + " at last ran="
                            + result.tasks().size());
            verify(result, StagesCluster.options(output));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /** How many regions were noted, by the size of the note. */
    private String note() throws IOException {
        try (var files = Files.walk(ServiceDirectory.jobs(shuffle))) {
            return files.filter(file -> file.endsWith("note"))
                    .map(file -> " noted=" + (file.toFile().length() - NOTE_BYTES) / 8)
                    .findFirst()
                    .orElse(" noted nothing");
        }
    }

    private static void signal(final String name, final long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
                .isZero();
    }

    /** Two clusters never run a job at a time. */
    @Test
    void aJobThatRunsIsNotTakenOver() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle);
                StagesCluster first = startUntil("passed")) {
            try (ProcessCluster second = StagesCluster.here(shuffle)) {
                final JobResult refused =
                        second.submit(StagesCluster.request(output, holds), ProgressListener.NONE)
                                .result()
                                .get(60, TimeUnit.SECONDS);

                assertThat(refused.failure().orElseThrow().message())
                        .contains("another coordinator runs the job");
            }
            first.kill();
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).isEmpty();
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }

    /** Whoever cancels a job, or sees it fail, can go on with it within its lease. */
    @Test
    void aJobThatWasCancelledGoesOn() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle)) {
            try (ProcessCluster cluster = StagesCluster.here(shuffle)) {
                final CountDownLatch waits = new CountDownLatch(1);
                final Cluster.RunningJob job = submit(cluster, waits);
                assertThat(waits.await(120, TimeUnit.SECONDS)).isTrue();
                job.cancel();
                assertThat(job.result().get(60, TimeUnit.SECONDS).status())
                        .isEqualTo(JobStatus.CANCELED);
            }
            final JobResult result = resume();

            verify(result, StagesCluster.options(output));
            assertThat(ran(result, "events")).isEmpty();
            assertThat(ran(result, "passed")).isEqualTo(all(SECOND));
            assertThat(ran(result, "totals")).isEqualTo(all(SECOND));
            assertThat(service).isNotNull();
        }
        verifyNothingIsLeft();
    }
}
