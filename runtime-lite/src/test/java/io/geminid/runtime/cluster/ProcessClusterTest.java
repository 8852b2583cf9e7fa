package io.geminid.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.runtime.samplejob.SampleFault;
import io.geminid.runtime.samplejob.SampleOptions;
import io.geminid.runtime.samplejob.SampleResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on workers that are processes, and what becomes of them when somebody dies. */
class ProcessClusterTest {

    private static final int SIGKILL_EXIT_CODE = 137;

    @TempDir Path output;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final List<Long> pids = new ArrayList<>();

    private ProcessOptions options() {
        return ProcessOptions.ofThisProcess()
                .withHeapBytes(256L << 20)
                .withOutput(new ProcessOptions.Output(lines::add, lines::add));
    }

    private ProcessCluster start(final Map<String, String> properties) throws ClusterException {
        final ProcessCluster cluster =
                ProcessCluster.start(
                        new ClusterConfig(2, 2, TestProperties.small(properties)), options());
        pids.addAll(cluster.workerPids());
        assertThat(pids).hasSize(2);
        return cluster;
    }

    @AfterEach
    void noWorkerIsLeft() {
        assertThat(pids)
                .allSatisfy(
                        pid ->
                                assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                                        .isEmpty());
    }

    @Test
    void theResultIsThatOfASingleLoop() throws ClusterException {
        final SampleOptions options = SampleOptions.of(output, 4);
        try (Cluster cluster = start(Map.of())) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure()).isEmpty();
            assertThat(SampleResult.read(options)).isEqualTo(SampleResult.expected(options));
            assertThat(result.workers())
                    .hasSize(2)
                    .allMatch(worker -> worker.bytesReceived() > 0)
                    .allMatch(worker -> pids.contains(worker.pid()))
                    .allMatch(worker -> worker.segmentsInUse() == 0);
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void aFaultInAWorkerIsToldByName() throws ClusterException {
        final SampleOptions options = SampleOptions.of(output, 2).withFault(SampleFault.PROCESS);
        try (Cluster cluster = start(Map.of())) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().toString())
                    .contains("(2/2) on worker-")
                    .contains("made by a test in PROCESS");
        }
    }

    // F01
    @Test
    void aWorkerThatIsKilledIsReportedWithinASecond() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 2).withRecords(-1);
        try (ProcessCluster cluster = start(Map.of())) {
            final CompletableFuture<Void> flowing = new CompletableFuture<>();
            final Cluster.RunningJob job = cluster.submit(options.request(), flows(flowing));
            awaitFlow(flowing, job);

            final long killedNs = System.nanoTime();
            ProcessHandle.of(pids.get(1)).orElseThrow().destroyForcibly();
            final JobResult result = job.result().get(10, TimeUnit.SECONDS);

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs))
                    .isLessThan(1_000);
            assertThat(result.status()).isEqualTo(JobStatus.FAILED);
            assertThat(result.failure().orElseThrow().toString())
                    .startsWith("worker-2: worker lost:")
                    .contains("pid=" + pids.get(1))
                    .contains("exitCode=" + SIGKILL_EXIT_CODE);
            assertThat(result.workers())
                    .singleElement()
                    .matches(worker -> worker.worker().equals("worker-1"))
                    .matches(worker -> worker.segmentsInUse() == 0);
            assertThat(cluster.workerPids()).containsExactly(pids.get(0));
        }
    }

    // F13
    @Test
    void aWorkerWithoutHeapEndsAndSaysWhy() throws ClusterException {
        final SampleOptions options =
                SampleOptions.of(output, 2).withFault(SampleFault.OUT_OF_MEMORY);
        try (Cluster cluster = start(Map.of())) {
            final JobResult result = cluster.run(options.request(), ProgressListener.NONE);

            assertThat(result.failure().orElseThrow().toString())
                    .startsWith("worker-2: worker lost:")
                    .contains("exitCode=3")
                    .contains("java.lang.OutOfMemoryError: Java heap space");
        }
    }

    @Test
    void aWorkerThatIsStoppedIsGivenUpAndKilled() throws Exception {
        final SampleOptions options = SampleOptions.of(output, 2).withRecords(-1);
        final Map<String, String> impatient =
                Map.of(
                        ClusterKeys.HEARTBEAT_INTERVAL.name(), "50ms",
                        ClusterKeys.HEARTBEAT_TIMEOUT.name(), "4s",
                        ClusterKeys.STOP_TIMEOUT.name(), "200ms");
        try (ProcessCluster cluster = start(impatient)) {
            final CompletableFuture<Void> flowing = new CompletableFuture<>();
            final Cluster.RunningJob job = cluster.submit(options.request(), flows(flowing));
            awaitFlow(flowing, job);

            signal("STOP", pids.get(0));
            final JobResult result = job.result().get(30, TimeUnit.SECONDS);

            assertThat(result.failure().orElseThrow().toString())
                    .startsWith("worker-1: worker lost: silent");
            final ProcessHandle stopped = ProcessHandle.of(pids.get(0)).orElse(null);
            if (stopped != null) {
                stopped.onExit().get(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void workersEndWithTheirCoordinator() throws Exception {
        final Process coordinator =
                new ProcessBuilder(
                                options().java().toString(),
                                "-cp",
                                options().classPath(),
                                CoordinatorProcess.class.getName(),
                                output.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                coordinator.getInputStream(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null && !line.startsWith("workers=[")) {
                line = reader.readLine();
            }
            assertThat(line).isNotNull();
            for (final String pid : line.replaceAll("[^0-9,]", "").split(",")) {
                pids.add(Long.valueOf(pid));
            }
            assertThat(pids).hasSize(2);
        } finally {
            coordinator.destroyForcibly().waitFor();
        }
        for (final long pid : pids) {
            final ProcessHandle worker = ProcessHandle.of(pid).orElse(null);
            if (worker != null) {
                worker.onExit().get(15, TimeUnit.SECONDS);
            }
        }
        assertThat(output).isEmptyDirectory();
    }

    @Test
    void aBinaryThatDiesAtOnceGivesOneMessage() throws IOException {
        final Path script = output.resolve("java");
        Files.writeString(script, "#!/bin/sh\necho no such flag >&2\nexit 3\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));

        assertThatThrownBy(() -> startWith(options().withJava(script)))
                .isInstanceOf(ClusterException.class)
                .hasMessageMatching(
                        "worker-\\d died at its start: exitCode=3 last words:\\n  no such flag");
    }

    @Test
    void aBinaryThatIsNotThereIsNamed() {
        final Path missing = output.resolve("missing");

        assertThatThrownBy(() -> startWith(options().withJava(missing)))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("worker-1 cannot be started: java=" + missing);
    }

    @Test
    void aWorkerWhoseFlagsAreWrongTellsItself() {
        assertThatThrownBy(() -> startWith(options().withJvmFlags(List.of("-XX:+NoSuchFlag"))))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("exitCode=1")
                .hasMessageContaining("NoSuchFlag");
    }

    // F35
    @Test
    void aPortInUseIsNamedWithItsKey() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = Integer.toString(taken.getLocalPort());
            final GeminidProperties properties =
                    TestProperties.small(Map.of(ClusterKeys.CONTROL_PORT.name(), port));

            assertThatThrownBy(
                            () ->
                                    ProcessCluster.start(
                                            new ClusterConfig(1, 1, properties), options()))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("geminid.cluster.control-port=" + port)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aWorkerThatNeverRegistersIsGivenUp() throws IOException {
        final Path script = output.resolve("java");
        Files.writeString(script, "#!/bin/sh\nexec cat >/dev/null\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        final GeminidProperties properties =
                TestProperties.small(Map.of(ClusterKeys.START_TIMEOUT.name(), "300ms"));

        assertThatThrownBy(
                        () ->
                                ProcessCluster.start(
                                        new ClusterConfig(2, 1, properties),
                                        options().withJava(script)))
                .isInstanceOf(ClusterException.class)
                .hasMessage("workers=2 not all up after geminid.cluster.start-timeout=300ms");
    }

    @Test
    void theTokenIsNotAmongTheArguments() throws Exception {
        try (ProcessCluster cluster = start(Map.of())) {
            for (final long pid : cluster.workerPids()) {
                final String arguments =
                        Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                                + Files.readString(Path.of("/proc/" + pid + "/environ"));
                assertThat(arguments).contains("WorkerMain").doesNotContainPattern("[0-9a-f]{64}");
            }
        }
    }

    private void startWith(final ProcessOptions options) throws ClusterException {
        ProcessCluster.start(new ClusterConfig(2, 1, TestProperties.small()), options);
    }

    private static ProgressListener flows(final CompletableFuture<Void> flowing) {
        return progress -> {
            if (progress.sum(TaskReport.Counters.RECORDS_IN) > 1_000) {
                flowing.complete(null);
            }
        };
    }

    /** A job that ends before records flow fails the test with its own reason. */
    private static void awaitFlow(
            final CompletableFuture<Void> flowing, final Cluster.RunningJob job) throws Exception {
        job.result()
                .thenAccept(
                        ended ->
                                flowing.completeExceptionally(
                                        new AssertionError("ended before it flowed: " + ended)));
        flowing.get(60, TimeUnit.SECONDS);
    }

    private static void signal(final String name, final long pid) throws Exception {
        // The shell's own: a minimal system has no program of that name.
        final Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start();
        assertThat(kill.waitFor()).isZero();
    }
}
