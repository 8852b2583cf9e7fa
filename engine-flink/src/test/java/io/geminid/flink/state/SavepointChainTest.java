package io.geminid.flink.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.GeminiStateBackendFactory;
import io.geminid.flink.testing.CollectingReporter;
import io.geminid.flink.testing.FlinkCluster;
import io.geminid.flink.testing.FlinkProcesses;
import io.geminid.flink.testing.SequencedJob;
import io.geminid.flink.testing.SequencedJob.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One job that is stopped with a canonical savepoint again and again, and goes on with another
 * state backend and another parallelism each time.
 */
@Tag("long")
class SavepointChainTest {

    private static final String GEMINI = GeminiStateBackendFactory.class.getName();
    private static final Load SLOW = new Load(4000 * SequencedJob.KEYS, 100, 1_000_000);

    /** Numbers that all hops send, so that the last one can come to the end. */
    private static final Load FAST = new Load(SLOW.numbers(), SLOW.payloadBytes(), 0);

    @TempDir Path directory;

    @Test
    void fromRocksDbToGeminiToTheHeapToGemini() throws Exception {
        String savepoint = stop("rocksdb", 3, null);
        savepoint = stop(GEMINI, 4, savepoint);
        savepoint = stop("hashmap", 2, savepoint);
        savepoint = stop(GEMINI, 1, savepoint);
        savepoint = stop(GEMINI, 3, savepoint);
        final Configuration job = job("hashmap");
        try (FlinkCluster cluster = FlinkCluster.start(job, 2, 2)) {
            final JobID id = submit(cluster, job, 4, FAST, savepoint);
            final JobExecutionResult result =
                    cluster.flink()
                            .requestJobResult(id)
                            .get(2, TimeUnit.MINUTES)
                            .toJobExecutionResult(getClass().getClassLoader());
            assertThat(result.<Long>getAccumulatorResult(SequencedJob.COMPLETE))
                    .isEqualTo(SequencedJob.KEYS);
            assertRestored(cluster, id);
        }
    }

    /** Runs the job on from a savepoint for a while; returns where the next one is. */
    private String stop(final String backend, final int parallelism, final String from)
            throws Exception {
        final Configuration job = job(backend);
        try (FlinkCluster cluster = FlinkCluster.start(job, 2, 2)) {
            final JobID id = submit(cluster, job, parallelism, SLOW, from);
            // By then every key has been seen here.
            assertThat(
                            FlinkProcesses.await(
                                    () -> completed(cluster, id) >= 3, Duration.ofMinutes(2)))
                    .as("three checkpoints on %s", backend)
                    .isTrue();
            final String savepoint =
                    cluster.flink()
                            .stopWithSavepoint(
                                    id,
                                    directory.resolve("savepoints").toUri().toString(),
                                    false,
                                    SavepointFormatType.CANONICAL)
                            .get(2, TimeUnit.MINUTES);
            if (backend.equals(GEMINI)) {
                assertThat(CollectingReporter.sum("slotStateBytesMax")).isPositive();
            }
            if (from != null) {
                assertRestored(cluster, id);
            }
            return savepoint;
        }
    }

    private static JobID submit(
            final FlinkCluster cluster,
            final Configuration job,
            final int parallelism,
            final Load load,
            final String from)
            throws Exception {
        final JobGraph graph = SequencedJob.graph(job, parallelism, load);
        if (from != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(from, false));
        }
        cluster.flink().submitJob(graph).get();
        return graph.getJobID();
    }

    private static long completed(final FlinkCluster cluster, final JobID id) {
        try {
            return cluster.flink()
                    .getExecutionGraph(id)
                    .get()
                    .getCheckpointStatsSnapshot()
                    .getCounts()
                    .getNumberOfCompletedCheckpoints();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (final ExecutionException e) {
            return 0;
        }
    }

    private static void assertRestored(final FlinkCluster cluster, final JobID id)
            throws Exception {
        assertThat(
                        cluster.flink()
                                .getExecutionGraph(id)
                                .get()
                                .getCheckpointStatsSnapshot()
                                .getCounts()
                                .getNumberOfRestoredCheckpoints())
                .isPositive();
    }

    private Configuration job(final String backend) {
        final Configuration configuration = FlinkCluster.configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        // A number that is lost or repeated must end the job.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        return configuration;
    }
}
