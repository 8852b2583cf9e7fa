package io.geminid.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.CommandRun;
import io.geminid.perf.demo.job.AccessLogProgram;
import io.geminid.perf.demo.job.GeneratedLogSource;
import io.geminid.perf.demo.log.AccessLogGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs of the demo in a directory, and what they must have written there. */
final class DemoRuns {

    /** Real input where it is to be had; relative to the module. */
    static final Path ACCESS_LOG = Path.of("..", "..", "shared", "data", "access.log");

    private final Path directory;

    DemoRuns(final Path directory) {
        this.directory = directory;
    }

    CommandRun demo(final String... args) {
        final List<String> all =
                new ArrayList<>(List.of("demo", "--output", directory.resolve("out").toString()));
        all.addAll(List.of(args));
        return CommandRun.of(all.toArray(String[]::new));
    }

    Path generatedLog(final int lines) throws IOException {
        final AccessLogGenerator generator = new AccessLogGenerator(lines, GeneratedLogSource.SEED);
        return Files.write(
                directory.resolve("generated.log"),
                IntStream.range(0, lines).mapToObj(generator::line).toList());
    }

    static void assertPassed(final CommandRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("PASSED");
        assertThat(run.exitCode()).isZero();
    }

    void assertResultsAre(final AccessLogOracle oracle) throws IOException {
        assertThat(results(AccessLogProgram.CLIENTS_FILES))
                .containsExactlyElementsOf(oracle.clients());
        assertThat(results(AccessLogProgram.SESSIONS_FILES))
                .containsExactlyElementsOf(oracle.sessions());
    }

    /** Those of {@link #ACCESS_LOG}, as they are known without this code. */
    void assertResultsAreTheKnownOnes(final CommandRun run) throws IOException {
        assertThat(run.out()).contains("1,753, busiest 66.249.73.135 with 482 requests");
        assertThat(results(AccessLogProgram.CLIENTS_FILES))
                .hasSize(1_753)
                .contains("66.249.73.135,482", "46.105.14.53,364", "130.237.218.86,357");
        assertResultsAre(AccessLogOracle.of(ACCESS_LOG));
    }

    List<String> results(final String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("out"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix + "-"))
                    .flatMap(DemoRuns::lines)
                    .sorted()
                    .toList();
        }
    }

    private static Stream<String> lines(final Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
