package io.geminid.perf.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.perf.CommandRun;
import io.geminid.perf.Geminid;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.gate.InputChannelException;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: a service, a producer that dies, and consumers. */
@Timeout(120)
class ShuffleServiceCommandTest {

    @TempDir Path root;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (final Process process : processes) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private Process start(final Class<?> main, final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        final Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        processes.add(process);
        return process;
    }

    private Process startService(final String... more) throws IOException {
        final List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "shuffle-service",
                                "--dir",
                                root.toString(),
                                "--set",
                                "geminid.memory.max-bytes=16mb"));
        arguments.addAll(List.of(more));
        final Process service = start(Geminid.class, arguments.toArray(String[]::new));
        String line = service.inputReader().readLine();
        while (line != null && !line.startsWith("shuffle service listens at")) {
            line = service.inputReader().readLine();
        }
        assertThat(line).isNotNull();
        return service;
    }

    private static List<Long> expected(final int subpartition) {
        return LongStream.range(0, ServiceWorker.RECORDS)
                .filter(i -> i % 2 == subpartition)
                .boxed()
                .toList();
    }

    /** BL-20, F03, F05: producer gone before consumers start; service killed and started again. */
    @Test
    void partitionsOutliveTheirWorkerAndTheService() throws Exception {
        final Process first = startService();
        assertThat(start(ServiceWorker.class, root.toString()).waitFor()).isZero();
        try (ServiceWorker consumer = new ServiceWorker(root.toString())) {
            final ShuffleDescriptor descriptor = consumer.register();
            assertThat(descriptor.storedBy()).isNull();
            assertThat(consumer.read(descriptor, 0)).isEqualTo(expected(0));
            first.destroyForcibly().waitFor();
            assertThatThrownBy(() -> consumer.read(descriptor, 1))
                    .isInstanceOf(InputChannelException.class);
            final Process second = startService();
            assertThat(consumer.register()).isEqualTo(descriptor);
            assertThat(consumer.read(descriptor, 1)).isEqualTo(expected(1));
            assertThat(consumer.read(descriptor, 0)).isEqualTo(expected(0));
            consumer.release(descriptor);
            consumer.release(descriptor);
            assertThatThrownBy(() -> consumer.read(descriptor, 0))
                    .isInstanceOf(InputChannelException.class)
                    .hasMessageContaining("not found");
            second.destroy();
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        try (Stream<Path> left = Files.walk(root)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".data") || name.endsWith(".index"));
        }
    }

    /** INV B5: a job that nobody uses is removed when its lease is over, and no other. */
    @Test
    void aJobIsForgottenWhenItsLeaseIsOver() throws Exception {
        startService();
        assertThat(start(ServiceWorker.class, root.toString()).waitFor()).isZero();
        processes.get(0).destroyForcibly().waitFor();
        try (ServiceDirectory directory = ServiceDirectory.open(root)) {
            final Instant now = Instant.now().plusSeconds(1);
            assertThat(directory.sweep(now, Duration.ofHours(1))).isEmpty();
            assertThat(directory.sweep(now.plus(Duration.ofHours(2)), Duration.ofHours(1)))
                    .hasSize(1);
            try (Stream<Path> left = Files.list(ServiceDirectory.jobs(root))) {
                assertThat(left).isEmpty();
            }
        }
    }

    /** S-18: a job that has as much as it may fails by itself, and leaves nothing; others go on. */
    @Test
    void aJobThatHasItsQuotaFailsAndOthersGoOn() throws Exception {
        startService("--job-quota", "5mb");
        final Process greedy = start(ServiceWorker.class, root.toString(), "2000000");
        final String said = new String(greedy.getInputStream().readAllBytes());
        assertThat(greedy.waitFor()).isEqualTo(ServiceWorker.REFUSED);
        assertThat(said).contains("partition=a/0/0#0").contains("quota");
        try (Stream<Path> left = Files.walk(ServiceDirectory.jobs(root))) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains(".data") || name.contains(".index"));
        }
        assertThat(start(ServiceWorker.class, root.toString()).waitFor()).isZero();
        try (ServiceWorker consumer = new ServiceWorker(root.toString())) {
            assertThat(consumer.read(consumer.register(), 1)).isEqualTo(expected(1));
        }
    }

    @Test
    void oneServiceForADirectory() throws Exception {
        startService();
        final CommandRun run = CommandRun.of("shuffle-service", "--dir", root.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(root + " has a shuffle service that runs");
    }
}
