package io.geminid.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong is said once, with the thing and the fix; nothing is left behind, nothing is lost.
 */
class DemoBadInputTest {

    private static final String GOOD =
            "10.0.0.1 - - [01/Jan/2026:00:00:0%d +0000] \"GET / HTTP/1.1\" 200 1";

    @TempDir private Path directory;
    private long childrenBefore;

    @BeforeEach
    void countChildren() {
        childrenBefore = children();
    }

    @AfterEach
    void noProcessAndNoHalfFileIsLeft() throws IOException {
        assertThat(children()).isEqualTo(childrenBefore);
        final Path output = directory.resolve("out");
        if (Files.exists(output)) {
            try (Stream<Path> files = Files.list(output)) {
                assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("."));
            }
        }
    }

    @Test
    void aMissingFile() {
        assertFails(1, "input nowhere.log does not exist", "--input", "nowhere.log");
    }

    @Test
    void aDirectory() {
        assertFails(
                1,
                "input " + directory + " is not a file; name the files in it one by one",
                "--input",
                directory.toString());
    }

    @Test
    void anUnknownOption() {
        assertFails(2, "Unknown option: '--inptu'", "--inptu");
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertFails(2, "geminid.memory.max-bytes", "--set", "geminid.memory.max-byte=1mb");
    }

    @Test
    void aMalformedLineIsCountedAndReportedAndTheJobGoesOn() throws IOException {
        final Path log = logWithABadThirdLine();
        final CommandRun run = demo("--input", log.toString(), "--embedded");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("3, and 1 malformed lines")
                .contains(log.toAbsolutePath() + ":3: expected")
                .contains("PASSED");
    }

    @Test
    void aMalformedLineEndsTheJobIfAskedTo() throws IOException {
        final Path log = logWithABadThirdLine();
        assertFails(
                1,
                log.toAbsolutePath() + ":3: expected",
                "--input",
                log.toString(),
                "--malformed",
                "fail");
    }

    @Test
    void aFailedRunKeepsTheResultsOfTheLast() throws IOException {
        final Path log = logWithABadThirdLine();
        demo("--input", log.toString(), "--embedded");
        final List<Path> before = results();
        demo("--input", log.toString(), "--embedded", "--malformed", "fail");
        assertThat(results()).isEqualTo(before).isNotEmpty();
    }

    @Test
    void aPortInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = Integer.toString(taken.getLocalPort());
            assertFails(
                    1,
                    "geminid.cluster.control-port",
                    "--set",
                    "geminid.cluster.control-port=" + port);
            assertFails(1, "geminid.tcp.port", "--set", "geminid.tcp.port=" + port);
        }
    }

    @Test
    void tooFewSegments() {
        assertFails(
                1,
                "geminid.memory.max-bytes",
                "--set",
                "geminid.memory.max-bytes=256kb",
                "--set",
                "geminid.memory.slab-bytes=64kb");
    }

    @Test
    void aWorkerThatDiesAtStart() {
        assertFails(1, "exitCode=1", "--worker-java", "/bin/false");
    }

    @Test
    void aWorkerBinaryThatIsNotThere() {
        assertFails(1, "/nowhere/java", "--worker-java", "/nowhere/java");
    }

    private void assertFails(final int exitCode, final String message, final String... args) {
        final CommandRun run = demo(args);
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }

    private CommandRun demo(final String... args) {
        final List<String> all =
                new ArrayList<>(
                        List.of(
                                "demo",
                                "--records",
                                "1000",
                                "--output",
                                directory.resolve("out").toString()));
        all.addAll(List.of(args));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private Path logWithABadThirdLine() throws IOException {
        return Files.write(
                directory.resolve("bad.log"),
                List.of(GOOD.formatted(1), GOOD.formatted(2), "nonsense", GOOD.formatted(3)));
    }

    private List<Path> results() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("out"))) {
            return files.sorted().toList();
        }
    }

    private static long children() {
        return ProcessHandle.current().children().count();
    }
}
