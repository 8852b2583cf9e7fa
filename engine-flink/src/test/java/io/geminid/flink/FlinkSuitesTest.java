package io.geminid.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some of the suites that Flink publishes, with ours in the place of Flink's. {@code
 * engine-flink/flink-suites} runs the rest, and compares.
 */
@Tag("packaged")
class FlinkSuitesTest {

    private static final String TESTS = "org.apache.flink.test.";
    private static final long TIMEOUT_SECONDS = 280;

    /** A line of the script's table. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^(\\S+) +(geminid|gemini) +(\\d+) +(\\d+) +\\d+ +(\\d+) +(\\d+)$");

    @TempDir Path directory;

    /**
     * What the script found.
     *
     * @param used TaskManagers that had our shuffle, or backends of ours
     * @param moved buffers that came through it, or backends that were restored
     */
    private record Row(String suite, int tests, int failed, int used, int moved) {}

    @Test
    void flinksTestsOfKeyedStateAreGreenOnGemini() throws Exception {
        assertGreen(
                suites(
                        "--state",
                        "gemini",
                        TESTS + "checkpointing.KeyedStateCheckpointingITCase",
                        TESTS + "checkpointing.RescalingITCase"),
                5,
                24);
    }

    /** Many inputs and unions under unaligned checkpoints and failures; blocking partitions. */
    @Test
    void flinksTestsOfShufflesAreGreenOverOurs() throws Exception {
        assertGreen(
                suites(
                        "--shuffle",
                        "geminid",
                        TESTS
                                + "checkpointing.UnalignedCheckpointITCase"
                                + "#execute(org.junit.jupiter.api.TestInfo)[7..10]",
                        TESTS
                                + "runtime.ShuffleCompressionITCase"
                                + "#testNoDataCompressionForSortMergeBlockingShuffle()[1..1]"),
                4,
                1);
    }

    /** A suite that ran nothing, or something without ours, is green too. */
    private static void assertGreen(final List<Row> rows, final int... testsMin) {
        assertThat(rows).hasSize(testsMin.length);
        for (int i = 0; i < testsMin.length; i++) {
            final Row row = rows.get(i);
            assertThat(row.tests()).as("tests of %s", row).isGreaterThanOrEqualTo(testsMin[i]);
            assertThat(row.failed()).as("failed tests of %s", row).isZero();
            assertThat(row.used()).as("uses of ours in %s", row).isPositive();
            assertThat(row.moved()).as("what went through ours in %s", row).isPositive();
        }
    }

    private List<Row> suites(final String... arguments) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Path.of("flink-suites").toAbsolutePath().toString());
        command.addAll(List.of(arguments));
        final Path output = directory.resolve("suites.txt");
        final Process script =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        final boolean ended = script.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
        final String said = Files.readString(output);
        assertThat(ended).as(said).isTrue();
        assertThat(script.exitValue()).as(said).isZero();
        final List<Row> rows = new ArrayList<>();
        for (final Matcher row = ROW.matcher(said); row.find(); ) {
            rows.add(
                    new Row(
                            row.group(1),
                            Integer.parseInt(row.group(3)),
                            Integer.parseInt(row.group(4)),
                            Integer.parseInt(row.group(5)),
                            Integer.parseInt(row.group(6))));
        }
        return rows;
    }
}
