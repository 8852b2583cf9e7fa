package io.geminid.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job gives what plain loops give, whoever runs it. */
class DemoCommandTest {

    /** Real input where it is to be had; relative to the module. */
    private static final Path ACCESS_LOG = Path.of("..", "..", "shared", "data", "access.log");

    private static final int LINES = 5_000;

    @TempDir private Path directory;

    @Test
    void twoProcessesAgreeWithPlainLoops() throws IOException {
        final Path log = generatedLog();
        assertPassed(demo("--input", log.toString()));
        assertResultsAre(AccessLogOracle.of(log));
    }

    @Test
    void embeddedWorkersAgreeWithPlainLoops() throws IOException {
        final Path log = generatedLog();
        assertPassed(demo("--input", log.toString(), "--embedded", "--workers", "3"));
        assertResultsAre(AccessLogOracle.of(log));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini", "heap", "rocksdb"})
    void everyStoreGivesTheSameInProcessesOfItsOwn(final String store) throws IOException {
        final Path log = generatedLog();
        final Path local = directory.resolve("local");
        final CommandRun run =
                demo(
                        "--no-kill", // whoever is killed takes nothing away
                        "--input",
                        log.toString(),
                        "--state",
                        store,
                        "--set",
                        "geminid.state.local-dir=" + local);
        assertPassed(run);
        assertThat(run.out()).contains("state in " + store);
        assertResultsAre(AccessLogOracle.of(log));
        if (store.equals("rocksdb")) {
            assertThat(local).isEmptyDirectory(); // used, and left as it was
        }
    }

    // U9, R1
    @ParameterizedTest
    @ValueSource(strings = {"gemini", "heap", "rocksdb"})
    void aWorkerThatIsKilledInTheMiddleChangesNothing(final String store) throws IOException {
        final Path log = generatedLog();
        final CommandRun run =
                demo(
                        "--input",
                        log.toString(),
                        "--state",
                        store,
                        "--set",
                        "geminid.state.local-dir=" + directory.resolve("local"));
        assertPassed(run);
        assertThat(run.out())
                .contains("killing a worker with -9: pid=", "1 restart", "equal to an independent");
        assertResultsAre(AccessLogOracle.of(log));
        if (store.equals("rocksdb")) {
            assertThat(directory.resolve("local")).isEmptyDirectory(); // the dead one's too
        }
    }

    @Test
    void anUnknownStoreIsWrongUsageAndTheKnownOnesAreNamed() {
        final CommandRun run = demo("--state", "rock");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("geminid.state.store=rock is not one of [", "heap, rocksdb");
    }

    @Test
    void theGeneratedLogIsTheSameAsFromAFile() throws IOException {
        final Path log = generatedLog();
        assertPassed(demo("--records", Integer.toString(LINES), "--embedded"));
        assertResultsAre(AccessLogOracle.of(log));
    }

    @Test
    void severalFilesAreOneInput() throws IOException {
        final Path log = generatedLog();
        final List<String> lines = Files.readAllLines(log);
        final Path first = Files.write(directory.resolve("a.log"), lines.subList(0, 1_234));
        final Path second = Files.write(directory.resolve("b.log"), lines.subList(1_234, LINES));
        assertPassed(demo("--embedded", "--input", first.toString(), second.toString()));
        assertResultsAre(AccessLogOracle.of(log));
    }

    @Test
    void repeatedInputGivesEveryCountAsOften() throws IOException {
        final Path log = generatedLog();
        assertPassed(demo("--input", log.toString(), "--embedded", "--loop", "3"));
        final AccessLogOracle once = new AccessLogOracle(Files.lines(log));
        assertThat(results(AccessLogProgram.CLIENTS_FILES))
                .containsExactlyElementsOf(
                        once.clients().stream().map(DemoCommandTest::threeTimes).sorted().toList());
        assertThat(results(AccessLogProgram.SESSIONS_FILES)).hasSize(3 * once.sessions().size());
    }

    @Test
    void aRealLogHasTheKnownResult() throws IOException {
        assumeTrue(
                Files.exists(ACCESS_LOG),
                "SKIPPED: the real access log is not beside this checkout: " + ACCESS_LOG);
        final CommandRun run = demo("--input", ACCESS_LOG.toString());
        assertPassed(run);
        assertThat(run.out()).contains("1,753, busiest 66.249.73.135 with 482 requests");
        assertThat(results(AccessLogProgram.CLIENTS_FILES))
                .hasSize(1_753)
                .contains("66.249.73.135,482", "46.105.14.53,364", "130.237.218.86,357");
        assertResultsAre(AccessLogOracle.of(ACCESS_LOG));
    }

    private CommandRun demo(final String... args) {
        final List<String> all =
                new ArrayList<>(List.of("demo", "--output", directory.resolve("out").toString()));
        all.addAll(List.of(args));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private Path generatedLog() throws IOException {
        final AccessLogGenerator generator = new AccessLogGenerator(LINES, GeneratedLogSource.SEED);
        return Files.write(
                directory.resolve("generated.log"),
                IntStream.range(0, LINES).mapToObj(generator::line).toList());
    }

    private static void assertPassed(final CommandRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("PASSED");
        assertThat(run.exitCode()).isZero();
    }

    private void assertResultsAre(final AccessLogOracle oracle) throws IOException {
        assertThat(results(AccessLogProgram.CLIENTS_FILES))
                .containsExactlyElementsOf(oracle.clients());
        assertThat(results(AccessLogProgram.SESSIONS_FILES))
                .containsExactlyElementsOf(oracle.sessions());
    }

    private List<String> results(final String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("out"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix + "-"))
                    .flatMap(DemoCommandTest::lines)
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

    private static String threeTimes(final String clientAndRequests) {
        final int comma = clientAndRequests.indexOf(',');
        final long requests = Long.parseLong(clientAndRequests.substring(comma + 1));
        return clientAndRequests.substring(0, comma + 1) + 3 * requests;
    }
}
