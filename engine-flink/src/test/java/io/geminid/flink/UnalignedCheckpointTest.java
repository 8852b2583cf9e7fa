package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.testing.CollectingReporter;
import io.geminid.flink.testing.FlinkCluster;
import io.geminid.flink.testing.SequencedJob;
import io.geminid.flink.testing.SequencedJob.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In-flight data is in checkpoints, comes back, and comes back once. */
class UnalignedCheckpointTest {

    private static final Load LOAD = new Load(96 * SequencedJob.KEYS, 2000, 1_000_000);
    private static final int CHECKPOINTS_BEFORE_FAILURE = 3;

    @TempDir Path checkpoints;

    @Test
    void inFlightDataIsCapturedAndRestored() throws Exception {
        final CheckpointStatsSnapshot stats = runWithFailure(configuration());
        assertThat(stats.getSummaryStats().getPersistedDataStats().getMaximum()).isPositive();
    }

    @ParameterizedTest
    @Tag("long")
    @CsvSource({
        "unaligned, 0, 1000, false",
        "unaligned, 0, 1, false",
        "unaligned, 0, 1, true",
        "aligned, 0, 1000, false",
        "aligned, 0, 1, false",
        "timeout, 50, 1000, true",
        "timeout, 50, 1, false",
    })
    void everyKindOfBarrierAndOfGate(
            final String barriers,
            final int alignMs,
            final int requiredPerGate,
            final boolean debloating)
            throws Exception {
        final Configuration configuration = configuration();
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, !barriers.equals("aligned"));
        configuration.set(
                CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, Duration.ofMillis(alignMs));
        configuration.set(
                NettyShuffleEnvironmentOptions.NETWORK_READ_MAX_REQUIRED_BUFFERS_PER_GATE,
                requiredPerGate);
        configuration.set(TaskManagerOptions.BUFFER_DEBLOAT_ENABLED, debloating);
        runWithFailure(configuration);
    }

    private Configuration configuration() {
        final Configuration configuration = FlinkCluster.configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        // One failure is wanted. Another one is a number lost or repeated.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        return configuration;
    }

    private static CheckpointStatsSnapshot runWithFailure(final Configuration configuration)
            throws Exception {
        try (FlinkCluster cluster = FlinkCluster.start(configuration, 2, 2)) {
            SequencedJob.failAfterCheckpoints(CHECKPOINTS_BEFORE_FAILURE);
            final JobGraph graph = SequencedJob.graph(configuration, 4, LOAD);
            cluster.flink().submitJob(graph).get();
            final JobExecutionResult result =
                    cluster.flink()
                            .requestJobResult(graph.getJobID())
                            .get(2, TimeUnit.MINUTES)
                            .toJobExecutionResult(UnalignedCheckpointTest.class.getClassLoader());
            assertThat(result.<Long>getAccumulatorResult(SequencedJob.COMPLETE))
                    .isEqualTo(SequencedJob.KEYS);
            final CheckpointStatsSnapshot stats =
                    cluster.flink()
                            .getExecutionGraph(graph.getJobID())
                            .get()
                            .getCheckpointStatsSnapshot();
            assertThat(stats.getLatestRestoredCheckpoint()).isNotNull();
            assertThat(CollectingReporter.sum("bytesReceived")).isPositive();
            assertThat(CollectingReporter.sum("piecesUnregistered")).isZero();
            return stats;
        }
    }
}
