package io.geminid.flink.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.flink.GeminiStateBackendFactory;
import io.geminid.flink.testing.CollectingReporter;
import io.geminid.flink.testing.FlinkCluster;
import io.geminid.flink.testing.SequencedJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs on a cluster whose state is ours, which fail once and go on from a checkpoint. */
class StateOnMiniClusterTest {

    private static final SequencedJob.Load LOAD =
            new SequencedJob.Load(96 * SequencedJob.KEYS, 2000, 1_000_000);
    private static final int CHECKPOINTS_BEFORE_FAILURE = 3;

    @TempDir Path directory;

    @Test
    @Tag("long")
    void jobGoesOnFromItsLastCheckpoint() throws Exception {
        runWithFailure(configuration());
        assertThat(CollectingReporter.sum("slotStateBytesMax")).isPositive();
    }

    @ParameterizedTest
    @Tag("long")
    @CsvSource({
        "true, true, false",
        "true, false, true",
        "true, true, true",
        "false, true, false",
        "false, false, true"
    })
    void everyKindOfCheckpoint(
            final boolean incremental, final boolean localRecovery, final boolean merging)
            throws Exception {
        final Configuration configuration = configuration();
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, incremental);
        configuration.set(StateRecoveryOptions.LOCAL_RECOVERY, localRecovery);
        configuration.set(CheckpointingOptions.LOCAL_BACKUP_ENABLED, localRecovery);
        configuration.set(CheckpointingOptions.FILE_MERGING_ENABLED, merging);
        runWithFailure(configuration);
    }

    @Test
    void tooLittleMemoryIsSaid() {
        final Configuration configuration = configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.parse("64kb"));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        assertThatThrownBy(() -> runWithFailure(configuration))
                .hasStackTraceContaining("memory for Gemini's state: bytes=")
                .hasStackTraceContaining("raise taskmanager.memory.managed.size");
    }

    private Configuration configuration() {
        final Configuration configuration = FlinkCluster.configuration();
        configuration.set(
                StateBackendOptions.STATE_BACKEND, GeminiStateBackendFactory.class.getName());
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        // The failure must come while there is something left to do.
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString());
        configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ZERO);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        // One failure is wanted. Another one is a number lost or repeated.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        return configuration;
    }

    private static void runWithFailure(final Configuration configuration) throws Exception {
        try (FlinkCluster cluster = FlinkCluster.start(configuration, 2, 2)) {
            SequencedJob.failAfterCheckpoints(CHECKPOINTS_BEFORE_FAILURE);
            final JobGraph graph = SequencedJob.graph(configuration, 4, LOAD);
            cluster.flink().submitJob(graph).get();
            final JobExecutionResult result =
                    cluster.flink()
                            .requestJobResult(graph.getJobID())
                            .get(2, TimeUnit.MINUTES)
                            .toJobExecutionResult(StateOnMiniClusterTest.class.getClassLoader());
            assertThat(result.<Long>getAccumulatorResult(SequencedJob.COMPLETE))
                    .isEqualTo(SequencedJob.KEYS);
            final CheckpointStatsSnapshot stats =
                    cluster.flink()
                            .getExecutionGraph(graph.getJobID())
                            .get()
                            .getCheckpointStatsSnapshot();
            assertThat(stats.getLatestRestoredCheckpoint()).isNotNull();
        }
    }
}
