package io.geminid.runtime.connector;

import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads text files line by line. Every line is read once, by one subtask, whatever the parallelism.
 * A line ends with a line feed, which a carriage return may precede, or with the file.
 *
 * @param paths of the files
 * @param parsers makes the parser of a split
 * @param charset of the text
 * @param repetitions how often every file is read
 * @param lineBytesMax longest line; a longer one fails the task
 * @param <T> type of the records
 */
public record FileSource<T>(
        List<String> paths,
        Supplier<LineParser<T>> parsers,
        Charset charset,
        int repetitions,
        int lineBytesMax)
        implements Source<T, FileSplit> {

    /** Longest line unless said otherwise: nobody writes longer ones on purpose. */
    public static final int LINE_BYTES_MAX_DEFAULT = 1 << 20;

    /** Read at once, and the unit that subtasks take in turn. */
    static final int CHUNK_BYTES = 256 * 1024;

    /** Copies the list and checks the numbers. */
    public FileSource {
        paths = List.copyOf(paths);
        if (paths.isEmpty() || repetitions < 1 || lineBytesMax < 1) {
            throw new IllegalArgumentException(
                    "paths="
                            + paths
                            + " repetitions="
                            + repetitions
                            + " lineBytesMax="
                            + lineBytesMax);
        }
    }

    /**
     * Reads files in UTF-8 once.
     *
     * @param paths of the files
     * @param parsers makes the parser of a split
     * @param <T> type of the records
     * @return the source
     */
    public static <T> FileSource<T> of(
            final List<String> paths, final Supplier<LineParser<T>> parsers) {
        return new FileSource<>(paths, parsers, StandardCharsets.UTF_8, 1, LINE_BYTES_MAX_DEFAULT);
    }

    /**
     * The same in another character set.
     *
     * @param newCharset in which a line feed is the byte 10 and nothing else
     * @return a changed copy
     */
    public FileSource<T> withCharset(final Charset newCharset) {
        return new FileSource<>(paths, parsers, newCharset, repetitions, lineBytesMax);
    }

    /**
     * The same several times; {@link LinePosition#repetition()} tells parsers which one it is.
     *
     * @param newRepetitions how often
     * @return a changed copy
     */
    public FileSource<T> withRepetitions(final int newRepetitions) {
        return new FileSource<>(paths, parsers, charset, newRepetitions, lineBytesMax);
    }

    @Override
    public Boundedness boundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public List<FileSplit> splits(final OperatorContext context) {
        final int parallelism = context.subtask().parallelism();
        final List<FileSplit> splits = new ArrayList<>();
        for (int file = 0; file < paths.size(); file++) {
            for (int first = 0; first < parallelism; first++) {
                splits.add(new FileSplit(paths.get(file), file, first, parallelism));
            }
        }
        return splits;
    }

    @Override
    public SplitReader<T> open(
            final FileSplit split, final OperatorContext context, final Runnable onAvailable)
            throws IOException {
        return new FileSplitReader<>(this, split, context.services().files());
    }
}
