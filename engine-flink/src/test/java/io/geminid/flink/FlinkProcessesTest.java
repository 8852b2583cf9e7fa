package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    private static final Map<String, String> NO_TASK_MANAGERS =
            Map.of("GEMINID_TASKMANAGERS", "0", "GEMINID_FLINK_CLASSES", "");

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
        try (FlinkProcesses cluster = FlinkProcesses.start(directory, WITH_JOBS);
                RestClusterClient<String> client = cluster.client()) {
            client.submitJob(graph).get();
            assertThat(cluster.awaitLog("jobmanager", "Completed checkpoint 3 "))
                    .as("a third checkpoint")
                    .isTrue();
            // Where the source is, nobody need read from elsewhere.
            assertThat(cluster.log("tm1") + cluster.log("tm2")).contains(READS);
            cluster.process("tm2").destroyForcibly();
            cluster.taskManager("tm3", Map.of());
            final JobExecutionResult result =
                    client.requestJobResult(graph.getJobID())
                            .get(4, TimeUnit.MINUTES)
                            .toJobExecutionResult(getClass().getClassLoader());
            assertThat(result.<Long>getAccumulatorResult(SequencedJob.COMPLETE))
                    .isEqualTo(SequencedJob.KEYS);
            assertThat(cluster.log("jobmanager"))
                    .contains("Restoring job", "from Checkpoint")
                    .doesNotContain(SequencedJob.OUT_OF_ORDER);
            assertThat(cluster.log("tm1") + cluster.log("tm3")).contains(READS);
        }
    }

    @Test
    void wrongTaskManagersSayWhyAndDoNotStart() throws Exception {
        try (FlinkProcesses cluster = FlinkProcesses.start(directory, NO_TASK_MANAGERS)) {
            cluster.taskManager("misspelt", Map.of(), "geminid.tcp.event-loop=2");
            cluster.taskManager("plugin", Map.of("GEMINID_JAR_IN", "plugins"));
            cluster.taskManager("open", Map.of(), "taskmanager.bind-host=0.0.0.0");
            cluster.taskManager("encrypted", Map.of(), "security.ssl.internal.enabled=true");
            assertEnds(
                    cluster,
                    "misspelt",
                    "unknown key=geminid.tcp.event-loop, nearest known key=geminid.tcp.event-loops");
            assertEnds(
                    cluster,
                    "plugin",
                    "ClassNotFoundException: io.geminid.flink.GeminidShuffleServiceFactory");
            assertEnds(cluster, "open", "geminid.security.allow-insecure=true");
            assertEnds(cluster, "encrypted", "security.ssl.internal.enabled");
        }
    }

    @Test
    @Tag("long")
    void aTaskManagerWithAnotherShuffleFailsTheJobSoon() throws Exception {
        final Configuration job = new Configuration();
        job.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        final JobGraph graph =
                SequencedJob.graph(job, 4, new Load(1000 * SequencedJob.KEYS, 100, 0));
        final Map<String, String> environment =
                Map.of(
                        "GEMINID_TASKMANAGERS",
                        "0",
                        "GEMINID_FLINK_CLASSES",
                        WITH_JOBS.get("GEMINID_FLINK_CLASSES"));
        try (FlinkProcesses cluster = FlinkProcesses.start(directory, environment);
                RestClusterClient<String> client = cluster.client()) {
            cluster.taskManager("ours", Map.of(), "geminid.tcp.handshake-timeout=2s");
            cluster.taskManager("theirs", Map.of("GEMINID_SHUFFLE", "netty"));
            client.submitJob(graph).get();
            assertThatThrownBy(
                            () ->
                                    client.requestJobResult(graph.getJobID())
                                            .get(4, TimeUnit.MINUTES)
                                            .toJobExecutionResult(getClass().getClassLoader()))
                    .hasStackTraceContaining("task manager");
            // Who reads first finds it out: ours that they do not answer, or theirs that ours
            // closes.
            assertThat(cluster.log("ours"))
                    .containsAnyOf("It does not speak Geminid's protocol", "BAD_MAGIC");
        }
    }

    private static void assertEnds(
            final FlinkProcesses cluster, final String name, final String message)
            throws Exception {
        if (cluster.log(name).isEmpty() || !cluster.log(name).contains(message)) {
            assertThat(cluster.awaitLog(name, message)).as("%s says %s", name, message).isTrue();
        }
        assertThat(FlinkProcesses.await(() -> !isAlive(cluster, name), Duration.ofMinutes(4)))
                .as("%s has ended", name)
                .isTrue();
    }

    private static boolean isAlive(final FlinkProcesses cluster, final String name) {
        try {
            return cluster.process(name).isAlive();
        } catch (final java.io.IOException | java.util.NoSuchElementException e) {
            return false;
        }
    }
}
