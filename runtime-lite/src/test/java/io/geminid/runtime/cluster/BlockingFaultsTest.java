package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.samplejob.HeldProgram;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was produced is damaged, or whoever has it dies, with real processes: the result is exact,
 * exactly those run again that must, and nothing is left behind (RT-27, RT-28; INV B3 to B8).
 */
class BlockingFaultsTest {

    private static final int RECORDS = 20_000;

    @TempDir Path output;
    @TempDir Path shuffle;

    private final BlockingQueue<JobProgress> seen = new LinkedBlockingQueue<>();

    /** How a partition is damaged. */
    enum Damage {
        DATA_DELETED(".data"),
        DATA_TRUNCATED(".data"),
        DATA_FLIPPED(".data"),
        INDEX_DELETED(".index"),
        INDEX_FLIPPED(".index");

        private final String suffix;

        Damage(final String suffix) {
            this.suffix = suffix;
        }

        void apply(final Path file) throws IOException {
            switch (this) {
                case DATA_DELETED, INDEX_DELETED -> Files.delete(file);
                case DATA_TRUNCATED -> {
                    try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        bytes.truncate(bytes.size() - 1);
                    }
                }
                case DATA_FLIPPED, INDEX_FLIPPED -> {
                    try (FileChannel bytes =
                            FileChannel.open(
                                    file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                        final ByteBuffer one = ByteBuffer.allocate(1);
                        bytes.read(one, bytes.size() / 2);
                        one.put(0, (byte) (one.get(0) ^ 4)).rewind();
                        bytes.write(one, bytes.size() / 2);
                    }
                }
            }
        }
    }

    private SampleOptions options() {
        return SampleOptions.of(output, 2).withRecords(RECORDS);
    }

    private ProcessCluster start(final Map<String, String> more) throws ClusterException {
        final Map<String, String> entries = new TreeMap<>();
        entries.put(SortMergeOptions.DIRECTORY.name(), shuffle.toString());
        entries.put(CheckpointSettings.RESTARTS.name(), "100");
        entries.put(CheckpointSettings.RESTART_DELAY.name(), "100ms");
        entries.putAll(more);
        return ProcessCluster.start(
                new ClusterConfig(2, 1, TestProperties.small(entries)),
                ProcessOptions.ofThisProcess().withHeapBytes(128L << 20));
    }

    /** A job whose readers wait. */
    private final class HeldJob implements AutoCloseable {

        private final FileChannel hold;
        private final FileLock lock;
        private final Cluster.RunningJob job;

        /** When all was first seen to be produced, and when its readers had the slots. */
        private volatile long producedNs;

        private volatile long heldNs;

        HeldJob(final Cluster cluster) throws Exception {
            final Path file = output.resolve("hold");
            hold = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = hold.lock();
            final ProgressListener listener =
                    progress -> {
                        note(progress);
                        seen.add(progress);
                    };
            job = cluster.submit(HeldProgram.request(options(), file), listener);
            awaitHeld(2, task -> true);
        }

        private void note(final JobProgress progress) {
            final long nowNs = System.nanoTime();
            if (producedNs == 0 && isEach(progress, "events", "FINISHED")) {
                producedNs = nowNs;
            }
            if (heldNs == 0 && isEach(progress, "held", "INITIALIZING")) {
                heldNs = nowNs;
            }
        }

        private static boolean isEach(
                final JobProgress progress, final String vertex, final String state) {
            return progress.tasks().stream()
                            .filter(task -> task.isOf(vertex))
                            .filter(task -> task.state().equals(state))
                            .count()
                    == 2;
        }

        /** Until so many readers wait that match. */
        void awaitHeld(final int count, final Predicate<TaskReport> which) throws Exception {
            awaitProgress(
                    progress ->
                            progress.tasks().stream()
                                            .filter(task -> task.isOf("held"))
                                            .filter(task -> task.state().equals("INITIALIZING"))
                                            .filter(which)
                                            .count()
                                    == count);
        }

        void awaitProgress(final Predicate<JobProgress> condition) throws Exception {
            JobProgress latest = seen.poll(120, TimeUnit.SECONDS);
            while (latest != null && !condition.test(latest)) {
                assertThat(job.result()).as("%s", latest).isNotDone();
                latest = seen.poll(120, TimeUnit.SECONDS);
            }
            assertThat(latest).isNotNull();
        }

        JobResult letGo() throws Exception {
            lock.release();
            return result();
        }

        JobResult result() throws Exception {
            return job.result().get(180, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            hold.close();
        }
    }

    private void verify(final JobResult result) {
        assertThat(result.failure()).isEmpty();
        assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
        assertThat(SampleResult.read(options()).lines().get("totals"))
                .isEqualTo(SampleResult.expected(options()).lines().get("totals"));
        assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
    }

    private static List<Integer> attempts(final JobResult result, final String vertex) {
        return result.tasks().stream()
                .filter(task -> task.isOf(vertex))
                .sorted((a, b) -> Integer.compare(a.subtask(), b.subtask()))
                .map(TaskReport::attempt)
                .toList();
    }

    private static Path find(final Path root, final String name) throws IOException {
        try (var all = Files.walk(root)) {
            return all.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    private static void assertNoFiles(final Path root, final String... but) throws IOException {
        try (var all = Files.walk(root)) {
            assertThat(
                            all.filter(Files::isRegularFile)
                                    .map(f -> f.getFileName().toString())
                                    .map(name -> name.replaceFirst("-[0-9a-f]{32}$", "")))
                    .isSubsetOf(but);
        }
    }

    // RT-28, INV B8
    @ParameterizedTest
    @EnumSource(Damage.class)
    void whoHasProducedWhatIsDamagedRunsAgainWithItsReadersAndNobodyElse(final Damage damage)
            throws Exception {
        try (ProcessCluster cluster = start(Map.of());
                HeldJob job = new HeldJob(cluster)) {
            damage.apply(find(shuffle, "0-1-0" + damage.suffix));
            final JobResult result = job.letGo();

            verify(result);
            assertThat(attempts(result, "events")).containsExactly(0, 1);
            assertThat(attempts(result, "held")).containsExactly(1, 1);
        }
        assertNoFiles(shuffle);
    }

    // INV B4: what a dead process had is produced again, and only that
    @Test
    void theResultsOfAKilledWorkerAreProducedAgain() throws Exception {
        try (ProcessCluster cluster = start(Map.of());
                HeldJob job = new HeldJob(cluster)) {
            ProcessHandle.of(cluster.workerPids().get(1)).orElseThrow().destroyForcibly();
            job.awaitHeld(2, task -> task.attempt() == 1);
            final JobResult result = job.letGo();

            verify(result);
            assertThat(attempts(result, "events")).containsExactly(0, 1);
            assertThat(attempts(result, "held")).containsExactly(1, 1);
        }
        assertNoFiles(shuffle);
    }

    // SU-02, SU-04, INV B4: the same with a service costs the readers of the killed worker only
    @Test
    void aReaderThatIsKilledFiveTimesReadsAgainWhatAServiceHas() throws Exception {
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle);
                ProcessCluster cluster =
                        start(
                                Map.of(
                                        SortMergeOptions.SERVICE_DIRECTORY.name(),
                                        shuffle.toString()));
                HeldJob job = new HeldJob(cluster)) {
            for (int kill = 1; kill <= 5; kill++) {
                final int attempt = kill;
                ProcessHandle.of(cluster.workerPids().get(1)).orElseThrow().destroyForcibly();
                job.awaitHeld(1, task -> task.attempt() == attempt);
            }
            final JobResult result = job.letGo();

            verify(result);
            assertThat(attempts(result, "events")).containsExactly(0, 0);
            assertThat(attempts(result, "held")).containsExactlyInAnyOrder(0, 5);
            assertThat(service).isNotNull();
        }
        assertNoFiles(shuffle, "lock", "address", "lease", "guarded", "token");
    }

    // What a producer has written does not need its slot: its readers are there at once.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSlotOfAProducerThatHasFinishedIsFree(final boolean external) throws Exception {
        final Map<String, String> entries =
                external
                        ? Map.of(SortMergeOptions.SERVICE_DIRECTORY.name(), shuffle.toString())
                        : Map.of();
        try (ShuffleServiceProcess service =
                        external ? ShuffleServiceProcess.start(shuffle) : null;
                ProcessCluster cluster = start(entries);
                HeldJob job = new HeldJob(cluster)) {
            final long millis = (job.heldNs - job.producedNs) / 1_000_000;
            System.out.println("external=" + external + " millisUntilSlotsAreTaken=" + millis);
            assertThat(millis).isLessThan(10_000); // 1 s, on a machine that does nothing else
            verify(job.letGo());
            assertThat(service != null).isEqualTo(external);
        }
    }

    // A service that dies costs its readers a moment, and nobody runs again who has produced.
    @Test
    void aServiceThatIsKilledGoesOnWhereItWas() throws Exception {
        final Map<String, String> entries =
                Map.of(SortMergeOptions.SERVICE_DIRECTORY.name(), shuffle.toString());
        final ShuffleServiceProcess first = ShuffleServiceProcess.start(shuffle);
        try (first;
                ProcessCluster cluster = start(entries);
                HeldJob job = new HeldJob(cluster)) {
            first.kill();
            job.lock.release();
            job.awaitProgress(
                    progress ->
                            progress.tasks().stream()
                                    .anyMatch(task -> task.isOf("held") && task.attempt() > 0));
            try (ShuffleServiceProcess second = ShuffleServiceProcess.start(shuffle)) {
                final JobResult result = job.result();

                verify(result);
                assertThat(attempts(result, "events")).containsExactly(0, 0);
                assertThat(attempts(result, "held")).allMatch(attempt -> attempt > 0);
                assertThat(second).isNotNull();
            }
        }
        assertNoFiles(shuffle, "lock", "address", "lease", "guarded", "token");
    }

    // INV B8: with a job's directory a service loses its token too, and refuses the job's readers
    @Test
    void whatAServiceHasLostIsProducedAgain() throws Exception {
        final Map<String, String> entries =
                Map.of(SortMergeOptions.SERVICE_DIRECTORY.name(), shuffle.toString());
        try (ShuffleServiceProcess service = ShuffleServiceProcess.start(shuffle);
                ProcessCluster cluster = start(entries);
                HeldJob job = new HeldJob(cluster)) {
            try (var all = Files.walk(ServiceDirectory.jobs(shuffle))) {
                for (final Path file : all.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
            final JobResult result = job.letGo();

            verify(result);
            assertThat(attempts(result, "events")).containsExactly(1, 1);
            assertThat(service).isNotNull();
        }
    }

    // F38: a disk that is really full, in the middle of a region
    @Test
    void aFullDiskIsNamedAndNothingIsLeftOnIt() throws Exception {
        final Path small = Files.createDirectory(shuffle.resolve("small"));
        assumeTrue(
                sh("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString()),
                "only root can make a small file system");
        try {
            try (ProcessCluster cluster =
                    start(
                            Map.of(
                                    SortMergeOptions.DIRECTORY.name(),
                                    small.toString(),
                                    CheckpointSettings.RESTARTS.name(),
                                    "1"))) {
                final Path hold = Files.createFile(output.resolve("free"));
                final JobResult result =
                        cluster.run(HeldProgram.request(options(), hold), ProgressListener.NONE);

                assertThat(result.status()).isEqualTo(JobStatus.FAILED);
                assertThat(result.failure().orElseThrow().message())
                        .contains("No space left on device")
                        .contains("geminid.shuffle.blocking.dir");
                assertThat(result.segmentsTaken()).isEqualTo(result.segmentsReturned());
                assertNoFiles(small, "lock");
            }
            assertNoFiles(small);
        } finally {
            sh("umount", small.toString());
        }
    }

    private static boolean sh(final String... command) throws Exception {
        final CompletableFuture<Process> exit =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .onExit();
        return exit.get(60, TimeUnit.SECONDS).exitValue() == 0;
    }
}
