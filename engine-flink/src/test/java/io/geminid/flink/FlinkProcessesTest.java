package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.flink.testing.FlinkProcesses;
import io.geminid.flink.testing.SequencedJob;
import io.geminid.flink.testing.SequencedJob.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of real processes that have the jar in their lib directory. */
@Tag("packaged")
class FlinkProcessesTest {

    private static final Map<String, String> WITH_JOBS =
            Map.of("GEMINID_FLINK_CLASSES", Path.of("target/test-classes").toAbsolutePath() + "");

    private static final String SECRET = "geminid.flink.secret=correct-horse-battery-staple";

    private static final String READS = "Geminid shuffle: reads over tcp";

    @TempDir Path directory;

    @Test
    void aTaskManagerIsKilledInTheMiddleOfAJob() throws Exception {
        final Configuration job = new Configuration();
        job.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        job.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        job.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        // Flink tries the slots of the lost TaskManager again before it knows.
        job.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
        job.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
        final JobGraph graph =
                SequencedJob.graph(job, 4, new Load(1000 * SequencedJob.KEYS, 1000, 2_000_000));
        try (FlinkProcesses cluster = FlinkProcesses.start(directory, WITH_JOBS, SECRET);
                RestClusterClient<String> client = cluster.client()) {
            client.submitJob(graph).get();
            assertThat(cluster.awaitLog("jobmanager", "Completed checkpoint 3 "))
                    .as("a third checkpoint")
                    .isTrue();
            // Where the source is, nobody need read from elsewhere.
            assertThat(cluster.log("tm1") + cluster.log("tm2")).contains(READS);
            cluster.process("tm2").destroyForcibly();
            // It would have RDMA, if there was any; the other one would not hear of it.
            cluster.taskManager("tm3", Map.of(), SECRET, "geminid.flink.transport=auto");
            final JobExecutionResult result =
                    client.requestJobResult(graph.getJobID())
                            .get(4, TimeUnit.MINUTES)
                            .toJobExecutionResult(getClass().getClassLoader());
            assertThat(result.<Long>getAccumulatorResult(SequencedJob.COMPLETE))
                    .isEqualTo(SequencedJob.KEYS);
            assertThat(cluster.log("jobmanager"))
                    .contains("Restoring job", "from Checkpoint")
                    .doesNotContain(SequencedJob.OUT_OF_ORDER);
            assertThat(cluster.log("tm3")).contains("uses tcp: the peer is set to tcp alone");
        }
    }
}
