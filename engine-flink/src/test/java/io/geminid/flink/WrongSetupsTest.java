package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.flink.testing.FlinkProcesses;
import io.geminid.flink.testing.SequencedJob;
import io.geminid.flink.testing.SequencedJob.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is set up wrongly ends soon, in one message that says what to do. Real processes. */
@Tag("packaged")
class WrongSetupsTest {

    private static final String CLASSES = "GEMINID_FLINK_CLASSES";
    private static final String JOBS = Path.of("target/test-classes").toAbsolutePath().toString();

    private static final String FACTORY = "io.geminid.flink.GeminidShuffleServiceFactory";
    private static final String NO_FACTORY = "ClassNotFoundException: " + FACTORY;
    private static final String NO_BACKEND =
            "Cannot find configured state backend factory class:"
                    + " io.geminid.flink.GeminiStateBackendFactory";

    private static final String SECRET = "correct-horse-battery-staple";

    private static final Map<String, String> THEIR_SHUFFLE = Map.of("GEMINID_SHUFFLE", "netty");

    @TempDir Path directory;

    @Test
    void taskManagersSayWhyTheyDoNotStart() throws Exception {
        try (FlinkProcesses cluster = start(Map.of(CLASSES, ""))) {
            cluster.taskManager("misspelt", Map.of(), "geminid.tcp.event-loop=2");
            cluster.taskManager("plugin", Map.of("GEMINID_JAR_IN", "plugins"));
            cluster.taskManager("without", Map.of("GEMINID_JAR_IN", "none"));
            cluster.taskManager("open", Map.of(), "taskmanager.bind-host=0.0.0.0");
            cluster.taskManager("encrypted", Map.of(), "security.ssl.internal.enabled=true");
            assertEnds(
                    cluster,
                    "misspelt",
                    "unknown key=geminid.tcp.event-loop, nearest known key=geminid.tcp.event-loops");
            assertEnds(cluster, "plugin", NO_FACTORY);
            assertEnds(cluster, "without", NO_FACTORY);
            assertEnds(cluster, "open", "geminid.security.allow-insecure=true");
            assertEnds(cluster, "encrypted", "security.ssl.internal.enabled");
        }
    }

    @Test
    void aJobManagerWithoutTheJarDoesNotStart() {
        assertThatThrownBy(() -> start(Map.of(CLASSES, "", "GEMINID_JAR_IN", "none")).close())
                .hasMessageContaining("process jobmanager has ended")
                .hasMessageContaining(NO_FACTORY);
    }

    @Test
    void theStateBackendIsMissedBeforeAnythingRuns() throws Exception {
        final Map<String, String> noJar =
                with(Map.of(CLASSES, JOBS, "GEMINID_JAR_IN", "none"), THEIR_SHUFFLE);
        try (FlinkProcesses cluster = start(noJar)) {
            assertJobFails(cluster, new Configuration(), NO_BACKEND);
        }
    }

    @Test
    void oneTaskManagerWithoutTheStateBackendFailsTheJob() throws Exception {
        final Map<String, String> theirShuffle = with(Map.of(CLASSES, JOBS), THEIR_SHUFFLE);
        try (FlinkProcesses cluster = start(theirShuffle)) {
            final Configuration misspelt = new Configuration();
            misspelt.setString("geminid.flink.state.memory-byte", "64mb");
            assertJobFails(
                    cluster,
                    misspelt,
                    "unknown key=geminid.flink.state.memory-byte, nearest known"
                            + " key=geminid.flink.state.memory-bytes");
            cluster.taskManager("with", Map.of());
            cluster.taskManager("without", Map.of("GEMINID_JAR_IN", "none"));
            assertJobFails(cluster, new Configuration(), NO_BACKEND);
        }
    }

    @Test
    void versionsThatDifferAreBothNamed() throws Exception {
        // The class path's first file of this name tells Flink its own version.
        final Path older = Files.createDirectories(directory.resolve("older"));
        Files.writeString(
                older.resolve(".flink-runtime.version.properties"), "project.version=2.2.9\n");
        try (FlinkProcesses cluster = start(Map.of(CLASSES, JOBS))) {
            cluster.taskManager("here", Map.of());
            cluster.taskManager("there", Map.of(CLASSES, older + ":" + JOBS));
            assertJobFails(cluster, new Configuration(), "versions differ: here=", "flink 2.2.9");
        }
    }

    @Test
    void whoDoesNotKnowTheSecretIsNotLetIn() throws Exception {
        try (FlinkProcesses cluster = start(Map.of(CLASSES, JOBS))) {
            cluster.taskManager("short", Map.of(), "geminid.flink.secret=1234");
            assertEnds(cluster, "short", "geminid.flink.secret has characters=4, at least 16");
            cluster.taskManager("here", Map.of(), "geminid.flink.secret=" + SECRET);
            cluster.taskManager("there", Map.of(), "geminid.flink.secret=" + SECRET + "-not");
            assertJobFails(
                    cluster,
                    new Configuration(),
                    "geminid.flink.secret must be the same on all TaskManagers");
            assertThat(cluster.log("here") + cluster.log("there"))
                    .contains("geminid.flink.secret=(hidden)")
                    .doesNotContain(SECRET);
        }
    }

    @Test
    @Tag("long")
    void aTaskManagerWithAnotherShuffleFailsTheJobSoon() throws Exception {
        try (FlinkProcesses cluster = start(Map.of(CLASSES, JOBS))) {
            cluster.taskManager("ours", Map.of(), "geminid.tcp.handshake-timeout=2s");
            cluster.taskManager("theirs", THEIR_SHUFFLE);
            assertJobFails(cluster, new Configuration(), "task manager");
            // Who reads first finds it out: ours that they do not answer, or theirs that ours
            // closes.
            assertThat(cluster.log("ours"))
                    .containsAnyOf("It does not speak Geminid's protocol", "BAD_MAGIC");
        }
    }

    /** A JobManager; the environment is that of all processes. */
    private FlinkProcesses start(final Map<String, String> environment) throws Exception {
        return FlinkProcesses.start(
                directory, with(environment, Map.of("GEMINID_TASKMANAGERS", "0")));
    }

    private static Map<String, String> with(
            final Map<String, String> some, final Map<String, String> more) {
        final Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    private void assertJobFails(
            final FlinkProcesses cluster, final Configuration job, final String... messages)
            throws Exception {
        job.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        final JobGraph graph =
                SequencedJob.graph(job, 4, new Load(1000 * SequencedJob.KEYS, 100, 0));
        try (RestClusterClient<String> client = cluster.client()) {
            final var failure =
                    assertThatThrownBy(
                            () -> {
                                client.submitJob(graph).get();
                                client.requestJobResult(graph.getJobID())
                                        .get(4, TimeUnit.MINUTES)
                                        .toJobExecutionResult(getClass().getClassLoader());
                            });
            for (final String message : messages) {
                failure.hasStackTraceContaining(message);
            }
        }
    }

    private static void assertEnds(
            final FlinkProcesses cluster, final String name, final String message) {
        assertThat(cluster.awaitLog(name, message)).as("%s says %s", name, message).isTrue();
        assertThat(FlinkProcesses.await(() -> !isAlive(cluster, name), Duration.ofMinutes(4)))
                .as("%s has ended", name)
                .isTrue();
    }

    private static boolean isAlive(final FlinkProcesses cluster, final String name) {
        try {
            return cluster.process(name).isAlive();
        } catch (final IOException | NoSuchElementException e) {
            return false;
        }
    }
}
