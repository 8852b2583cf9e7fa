package io.geminid.runtime.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every line once, whatever the chunks and the subtasks. */
class FileSourceTest {

    private static final int FILES = 300;

    @RegisterExtension final Seed seed = new Seed();

    @TempDir private Path directory;

    private record Line(long offset, String text) {}

    @Test
    void chunksOfAnySizeHaveEveryLineOnce() throws IOException {
        for (int i = 0; i < FILES; i++) {
            final Random random = seed.random();
            final List<Line> expected = new ArrayList<>();
            final Path file = write(random, expected);
            final int chunkBytes = 1 + random.nextInt(1 + random.nextInt(64));
            assertThat(read(file, chunkBytes)).as("chunkBytes=" + chunkBytes).isEqualTo(expected);
        }
    }

    @Test
    void subtasksShareTheLinesOfManyChunks() throws IOException {
        final StringBuilder content = new StringBuilder();
        final List<String> expected = new ArrayList<>();
        for (int i = 0; content.length() < 5 * FileSource.CHUNK_BYTES; i++) {
            final String line = i + "x".repeat(seed.random().nextInt(300));
            expected.add(line);
            content.append(line).append('\n');
        }
        final Path file = Files.writeString(directory.resolve("large.txt"), content);
        for (int parallelism = 1; parallelism <= 8; parallelism++) {
            final List<String> lines = new ArrayList<>();
            for (int subtask = 0; subtask < parallelism; subtask++) {
                lines.addAll(subtask(file, subtask, parallelism, 1));
            }
            assertThat(lines).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void repetitionsAreToldApart() throws IOException {
        final Path file = Files.writeString(directory.resolve("f.txt"), "a\nb");
        assertThat(subtask(file, 0, 2, 3)).containsExactly("a", "b", "a1", "b1", "a2", "b2");
        assertThat(subtask(file, 1, 2, 3)).isEmpty();
    }

    @Test
    void aLineThatIsTooLongIsNamed() throws IOException {
        final Path file = Files.writeString(directory.resolve("f.txt"), "short\n" + "x".repeat(50));
        try (ChunkedLines lines = new ChunkedLines(file, 16, 20)) {
            lines.startChunk(0);
            assertThat(lines.next()).isTrue();
            assertThatThrownBy(lines::next)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "file=" + file + " offset=6 has a line of more than lineBytesMax=20");
        }
    }

    private static List<String> subtask(
            final Path file, final int subtask, final int parallelism, final int repetitions)
            throws IOException {
        final FileSource<String> source =
                FileSource.of(List.of(file.toString()), () -> FileSourceTest::withRepetition)
                        .withRepetitions(repetitions);
        final List<String> lines = new ArrayList<>();
        final FileSplit split = new FileSplit(file.toString(), 0, subtask, parallelism);
        try (FileSplitReader<String> reader =
                new FileSplitReader<>(source, split, FileSystems.getDefault())) {
            while (reader.pollNext((line, timestamp) -> lines.add(line)) != InputStatus.END) {
                assertThat(lines.size()).isLessThan(1_000_000);
            }
        }
        return lines;
    }

    private static String withRepetition(final String text, final LinePosition position) {
        return position.repetition() == 0 ? text : text + position.repetition();
    }

    private static List<Line> read(final Path file, final int chunkBytes) throws IOException {
        final List<Line> lines = new ArrayList<>();
        try (ChunkedLines chunked = new ChunkedLines(file, chunkBytes, 1_000)) {
            for (long chunk = 0; !chunked.startsBehindEnd(chunk); chunk++) {
                chunked.startChunk(chunk);
                while (chunked.next()) {
                    lines.add(new Line(chunked.offset(), chunked.text(StandardCharsets.UTF_8)));
                }
            }
        }
        return lines;
    }

    /** Short and empty lines, either line end, with or without one at the end of the file. */
    private Path write(final Random random, final List<Line> expected) throws IOException {
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        final int lines = random.nextInt(20);
        for (int i = 0; i < lines; i++) {
            final String text = "é".repeat(random.nextInt(3)) + "y".repeat(random.nextInt(40));
            final boolean last = i == lines - 1;
            final boolean unended = last && !text.isEmpty() && random.nextBoolean();
            expected.add(new Line(content.size(), text));
            content.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            if (!unended) {
                content.writeBytes((random.nextBoolean() ? "\r\n" : "\n").getBytes());
            }
        }
        return Files.write(directory.resolve("f.txt"), content.toByteArray());
    }
}
