package io.geminid.perf.demo;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.geminid.perf.CommandRun;
import io.geminid.perf.demo.job.AccessLogProgram;
import io.geminid.verbs.Verbs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job gives what plain loops give, whoever runs it. */
class DemoCommandTest {

    private static final int LINES = 5_000;

    @TempDir private Path directory;

    private DemoRuns runs;

    @BeforeEach
    void useDirectory() {
        runs = new DemoRuns(directory);
    }

    @Test
    void twoProcessesAgreeWithPlainLoops() throws IOException {
        final Path log = runs.generatedLog(LINES);
        DemoRuns.assertPassed(runs.demo("--input", log.toString()));
        runs.assertResultsAre(AccessLogOracle.of(log));
    }

    @Test
    void embeddedWorkersAgreeWithPlainLoops() throws IOException {
        final Path log = runs.generatedLog(LINES);
        DemoRuns.assertPassed(runs.demo("--input", log.toString(), "--embedded", "--workers", "3"));
        runs.assertResultsAre(AccessLogOracle.of(log));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini", "heap", "rocksdb"})
    void everyStoreGivesTheSameInProcessesOfItsOwn(final String store) throws IOException {
        final Path log = runs.generatedLog(LINES);
        final Path local = directory.resolve("local");
        final CommandRun run =
                runs.demo(
                        "--no-kill", // whoever is killed takes nothing away
                        "--input",
                        log.toString(),
                        "--state",
                        store,
                        "--set",
                        "geminid.state.local-dir=" + local);
        DemoRuns.assertPassed(run);
        assertThat(run.out()).contains("state in " + store);
        runs.assertResultsAre(AccessLogOracle.of(log));
        if (store.equals("rocksdb")) {
            assertThat(local).isEmptyDirectory(); // used, and left as it was
        }
    }

    // U9, R1
    @ParameterizedTest
    @ValueSource(strings = {"gemini", "heap", "rocksdb"})
    void aWorkerThatIsKilledInTheMiddleChangesNothing(final String store) throws IOException {
        final Path log = runs.generatedLog(LINES);
        final CommandRun run =
                runs.demo(
                        "--input",
                        log.toString(),
                        "--state",
                        store,
                        "--set",
                        "geminid.state.local-dir=" + directory.resolve("local"));
        DemoRuns.assertPassed(run);
        assertThat(run.out())
                .contains("killing a worker with -9: pid=", "1 restart", "equal to an independent");
        runs.assertResultsAre(AccessLogOracle.of(log));
        if (store.equals("rocksdb")) {
            assertThat(directory.resolve("local")).isEmptyDirectory(); // the dead one's too
        }
    }

    @Test
    void withoutRdmaOneLineSaysWhyAndTcpDoesTheWork() {
        final CommandRun run = runs.demo("--embedded", "--records", "500");
        DemoRuns.assertPassed(run);
        assertThat(run.out().lines().filter(line -> line.contains(whyThereIsNoRdma())))
                .singleElement(as(STRING))
                .contains("over tcp (");
    }

    @Test
    void withoutRdmaWhoeverAsksForItIsToldWhyThereIsNone() {
        final CommandRun run = runs.demo("--embedded", "--records", "500", "--transport", "rdma");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement(as(STRING)).contains(whyThereIsNoRdma());
    }

    private static String whyThereIsNoRdma() {
        final Optional<String> why = Verbs.unavailabilityCause();
        assumeTrue(why.isPresent(), "SKIPPED: this host has RDMA");
        return why.orElseThrow();
    }

    @Test
    void stateThatDoesNotFitIntoMemoryGivesTheSame() throws IOException {
        final Path log = runs.generatedLog(LINES);
        final Path local = directory.resolve("local");
        final List<String> arguments =
                List.of(
                        "--input",
                        log.toString(),
                        "--state",
                        "gemini",
                        "--set",
                        "geminid.state.local-dir=" + local,
                        "--set",
                        "geminid.memory.segment-bytes=4kb",
                        "--set",
                        "geminid.memory.slab-bytes=64kb",
                        "--set",
                        "geminid.memory.max-bytes=16mb",
                        "--set",
                        "geminid.state.gemini.memory-percent=1");
        DemoRuns.assertPassed(runs.demo(arguments.toArray(String[]::new)));
        runs.assertResultsAre(AccessLogOracle.of(log));
        assertThat(local).isEmptyDirectory();
        final List<String> withoutDisk = new ArrayList<>(arguments);
        withoutDisk.addAll(List.of("--set", "geminid.state.gemini.disk-max-bytes=0"));
        final CommandRun tooLarge = runs.demo(withoutDisk.toArray(String[]::new));
        assertThat(tooLarge.exitCode()).isEqualTo(1);
        assertThat(tooLarge.out() + tooLarge.err())
                .contains("its state does not fit into its share of memory");
    }

    @Test
    void anUnknownStoreIsWrongUsageAndTheKnownOnesAreNamed() {
        final CommandRun run = runs.demo("--state", "rock");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("geminid.state.store=rock is not one of [", "heap, rocksdb");
    }

    @Test
    void theGeneratedLogIsTheSameAsFromAFile() throws IOException {
        final Path log = runs.generatedLog(LINES);
        DemoRuns.assertPassed(runs.demo("--records", Integer.toString(LINES), "--embedded"));
        runs.assertResultsAre(AccessLogOracle.of(log));
    }

    @Test
    void severalFilesAreOneInput() throws IOException {
        final Path log = runs.generatedLog(LINES);
        final List<String> lines = Files.readAllLines(log);
        final Path first = Files.write(directory.resolve("a.log"), lines.subList(0, 1_234));
        final Path second = Files.write(directory.resolve("b.log"), lines.subList(1_234, LINES));
        DemoRuns.assertPassed(
                runs.demo("--embedded", "--input", first.toString(), second.toString()));
        runs.assertResultsAre(AccessLogOracle.of(log));
    }

    @Test
    void repeatedInputGivesEveryCountAsOften() throws IOException {
        final Path log = runs.generatedLog(LINES);
        DemoRuns.assertPassed(runs.demo("--input", log.toString(), "--embedded", "--loop", "3"));
        final AccessLogOracle once = new AccessLogOracle(Files.lines(log));
        assertThat(runs.results(AccessLogProgram.CLIENTS_FILES))
                .containsExactlyElementsOf(
                        once.clients().stream().map(DemoCommandTest::threeTimes).sorted().toList());
        assertThat(runs.results(AccessLogProgram.SESSIONS_FILES))
                .hasSize(3 * once.sessions().size());
    }

    @Test
    void aRealLogHasTheKnownResult() throws IOException {
        assumeTrue(
                Files.exists(DemoRuns.ACCESS_LOG),
                "SKIPPED: the real access log is not beside this checkout: " + DemoRuns.ACCESS_LOG);
        final CommandRun run = runs.demo("--input", DemoRuns.ACCESS_LOG.toString());
        DemoRuns.assertPassed(run);
        runs.assertResultsAreTheKnownOnes(run);
    }

    private static String threeTimes(final String clientAndRequests) {
        final int comma = clientAndRequests.indexOf(',');
        final long requests = Long.parseLong(clientAndRequests.substring(comma + 1));
        return clientAndRequests.substring(0, comma + 1) + 3 * requests;
    }
}
