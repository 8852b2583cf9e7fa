package io.geminid.perf.sort;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.perf.CommandRun;
import io.geminid.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SortCommandTest {

    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path directory;

    private CommandRun sort(final String... more) {
        final List<String> args =
                new ArrayList<>(
                        List.of(
                                "run",
                                "sort",
                                "--output",
                                directory.resolve("out").toString(),
                                "--set",
                                "geminid.shuffle.blocking.dir=" + directory.resolve("shuffle")));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void moreRecordsThanMemory() throws Exception {
        final CommandRun run =
                sort(
                        "--input",
                        directory.resolve("in").toString(),
                        "--generate",
                        "20mb",
                        "--memory",
                        "8mb");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("checked: the output is the sorted input");
        assertThat(run.out()).contains("outOfOrder=0");
        try (Stream<Path> left = Files.walk(directory.resolve("shuffle"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void linesOfAnyLength() throws Exception {
        final Random random = seed.random();
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            lines.add("x".repeat(random.nextInt(8)) + random.nextInt(500));
        }
        lines.add("");
        lines.add("y".repeat(20_000));
        lines.add("y".repeat(200_000));
        lines.add(
                "y".repeat(3_000_000)
                        + "a"); // longer than segments, and than what is written at once
        lines.add("y".repeat(3_000_000) + "b");
        Files.createDirectories(directory.resolve("in"));
        Files.write(directory.resolve("in").resolve("a"), lines.subList(0, 9_000));
        Files.writeString(
                directory.resolve("in").resolve("b"),
                String.join("\n", lines.subList(9_000, lines.size())));
        final CommandRun run =
                sort(
                        "--lines",
                        "--ranges",
                        "7",
                        "--memory",
                        "16mb",
                        "--input",
                        directory.resolve("in").toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        final List<String> sorted = new ArrayList<>();
        try (Stream<Path> parts = Files.list(directory.resolve("out"))) {
            for (final Path part : parts.sorted().toList()) {
                sorted.addAll(Files.readAllLines(part));
            }
        }
        lines.sort(null);
        assertThat(sorted).isEqualTo(lines);
    }

    /**
     * Keys that begin alike, that are the beginning of others, and whose bytes are zero or
     * negative.
     */
    @Test
    void linesOfAnyBytes() throws Exception {
        final Random random = seed.random();
        final String letters = "\0\1a\u00ff";
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            final StringBuilder line = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                line.append(letters.charAt(random.nextInt(16) * random.nextInt(16) / 64));
            }
            lines.add(line.toString());
        }
        final Path in = directory.resolve("in");
        Files.writeString(in, String.join("\n", lines) + '\n', StandardCharsets.ISO_8859_1);
        final CommandRun run =
                sort("--lines", "--ranges", "3", "--memory", "8mb", "--input", in.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        final List<String> sorted = new ArrayList<>();
        try (Stream<Path> parts = Files.list(directory.resolve("out"))) {
            for (final Path part : parts.sorted().toList()) {
                final String text = Files.readString(part, StandardCharsets.ISO_8859_1);
                sorted.addAll(List.of(text.substring(0, text.length() - 1).split("\n", -1)));
            }
        }
        lines.sort(null);
        assertThat(sorted).isEqualTo(lines);
    }

    @Test
    void textThatIsCollectedOverAgain() throws Exception {
        final Path from = Files.createDirectories(directory.resolve("from").resolve("deep"));
        Files.writeString(from.resolve("a.txt"), "one\ntwo");
        Files.write(from.resolve("b.bin"), new byte[] {1, 0, 2});
        Files.writeString(from.resolve("c.txt"), "three\n");
        final Path in = directory.resolve("in");
        final CommandRun run =
                sort(
                        "--lines",
                        "--collect",
                        "20b",
                        "--from",
                        directory.resolve("from").toString(),
                        "--memory",
                        "8mb",
                        "--input",
                        in.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("collected files=2 times=");
        assertThat(in).hasContent("one\ntwo\nthree\none\ntw");
    }

    /** The checker itself: it must not believe what is wrong. */
    @Test
    void theCheckerFindsWhatIsWrong() throws Exception {
        final Path in = Files.write(directory.resolve("a"), List.of("b", "a", "a", "c"));
        final SortChecker checker = new SortChecker(RecordFormat.LINES);
        final SortChecker.Totals totals = checker.read(List.of(in));
        assertThat(checker.outOfOrder()).isEqualTo(1);
        final Path lost = Files.write(directory.resolve("l"), List.of("a", "b", "c"));
        final Path twice = Files.write(directory.resolve("t"), List.of("a", "b", "b", "c"));
        final Path right = Files.write(directory.resolve("r"), List.of("a", "a", "b", "c"));
        assertThat(checker.read(List.of(lost))).isNotEqualTo(totals);
        assertThat(checker.read(List.of(twice))).isNotEqualTo(totals);
        assertThat(checker.read(List.of(right))).isEqualTo(totals);
        assertThat(checker.outOfOrder()).isZero();
    }

    @Test
    void aFullOutputIsRefused() throws Exception {
        Files.createDirectories(directory.resolve("out").resolve("something"));
        final Path in = Files.createFile(directory.resolve("in"));
        final CommandRun run = sort("--input", in.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("is not empty");
    }
}
