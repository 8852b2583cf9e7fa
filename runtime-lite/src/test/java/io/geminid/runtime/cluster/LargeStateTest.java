package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.KeepMode;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.samplejob.LargeStateProgram;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.state.gemini.GeminiProvider;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A job with four times as much state as its stores may keep in memory, interrupted once. */
class LargeStateTest {

    private static final int RECORDS = 40_000;
    private static final int KEYS = 12_000;
    private static final int PAYLOAD_BYTES_MAX = 1_000;
    private static final long MEMORY_BYTES = 16 << 20;
    private static final int PERCENT = 4;
    private static final int STORES = 2;

    @TempDir private Path directory;
    @TempDir private Path output;

    private final BlockingQueue<JobProgress> seen = new LinkedBlockingQueue<>();

    /** What the coordinator says about failures: why a job began again is in no progress. */
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.geminid.runtime.cluster.coordinator");
    }

    @BeforeEach
    void listen() {
        said.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(said);
    }

    @AfterEach
    void listenNoMore() {
        logger().detachAppender(said);
        logger().setLevel(null);
    }

    private SampleOptions options() {
        return SampleOptions.of(output, STORES)
                .withRecords(RECORDS)
                .withKeys(KEYS)
                .withPayloadBytesMax(PAYLOAD_BYTES_MAX);
    }

    private Path local() {
        return directory.resolve("local");
    }

    private ClusterConfig config() throws IOException {
        final List<ConfigKey<?>> keys = new ArrayList<>();
        keys.add(StateStores.LOCAL_DIR);
        keys.add(GeminiProvider.MEMORY_PERCENT);
        final GeminidProperties properties =
                TestProperties.small(
                        Map.of(
                                "geminid.memory.max-bytes",
                                Long.toString(MEMORY_BYTES),
                                GeminiProvider.MEMORY_PERCENT.name(),
                                Integer.toString(PERCENT),
                                StateStores.LOCAL_DIR.name(),
                                Files.createDirectories(local()).toString(),
                                CheckpointSettings.DIRECTORY.name(),
                                directory.resolve("checkpoints").toString(),
                                CheckpointSettings.INTERVAL.name(),
                                "50ms",
                                CheckpointSettings.RESTARTS.name(),
                                "3",
                                CheckpointSettings.RESTART_DELAY.name(),
                                "50ms"),
                        keys);
        return new ClusterConfig(STORES, 1, properties);
    }

    @Test
    void goesOnAfterAFailure() throws Exception {
        try (Cluster cluster = EmbeddedCluster.start(config())) {
            final Cluster.RunningJob job = halfDone(cluster);
            LargeStateProgram.fail(options());
            awaitProgress(job, progress -> progress.tasks().stream().anyMatch(this::isSecond));
            finish(job);
        }
        assertThat(local()).isEmptyDirectory();
    }

    @Test
    void goesOnAfterAWorkerWasKilled() throws Exception {
        try (ProcessCluster cluster =
                ProcessCluster.start(
                        config(), ProcessOptions.ofThisProcess().withHeapBytes(256L << 20))) {
            final Cluster.RunningJob job = halfDone(cluster);
            ProcessHandle.of(cluster.workerPids().get(1)).orElseThrow().destroyForcibly();
            awaitProgress(job, progress -> progress.tasks().stream().anyMatch(this::isSecond));
            finish(job);
        }
        assertThat(local()).isEmptyDirectory();
    }

    private boolean isSecond(final TaskReport task) {
        return task.attempt() > 0 && task.state().equals("RUNNING");
    }

    /** Until half of the events are in the state and in a checkpoint. */
    private Cluster.RunningJob halfDone(final Cluster cluster) throws Exception {
        final Cluster.RunningJob job =
                cluster.submit(LargeStateProgram.request(options()), seen::add);
        awaitProgress(job, this::isHalfDone);
        job.keep(KeepMode.CHECKPOINT).get(120, TimeUnit.SECONDS);
        assertThat(spilledBytes()).isGreaterThan(3 * STORES * MEMORY_BYTES * PERCENT / 100);
        return job;
    }

    private boolean isHalfDone(final JobProgress progress) {
        // Counters begin anew with each attempt, so waiting would be in vain.
        assertThat(progress.tasks()).as(this::said).allMatch(task -> task.attempt() == 0);
        return remembered(progress) == RECORDS / 2;
    }

    private String said() {
        synchronized (said) {
            return said.list.toString();
        }
    }

    private static long remembered(final JobProgress progress) {
        return progress.tasks().stream()
                .filter(task -> task.isOf(LargeStateProgram.REMEMBER))
                .mapToLong(task -> task.counter(TaskReport.Counters.RECORDS_IN))
                .sum();
    }

    private long spilledBytes() throws IOException {
        try (Stream<Path> all = Files.walk(local())) {
            return all.filter(file -> file.toString().endsWith(".spill"))
                    .mapToLong(LargeStateTest::size)
                    .sum();
        }
    }

    private static long size(final Path file) {
        try {
            return Files.size(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitProgress(final Cluster.RunningJob job, final Predicate<JobProgress> condition)
            throws Exception {
        JobProgress latest = seen.poll(120, TimeUnit.SECONDS);
        while (latest != null && !condition.test(latest)) {
            assertThat(job.result()).as(this::said).isNotDone();
            latest = seen.poll(120, TimeUnit.SECONDS);
        }
        assertThat(latest).isNotNull();
    }

    private void finish(final Cluster.RunningJob job) throws Exception {
        LargeStateProgram.goOn(options());
        final JobResult result = job.result().get(180, TimeUnit.SECONDS);
        assertThat(result.failure()).isEmpty();
        assertThat(result.status()).isEqualTo(JobStatus.FINISHED);
        LargeStateProgram.verify(options());
    }
}
