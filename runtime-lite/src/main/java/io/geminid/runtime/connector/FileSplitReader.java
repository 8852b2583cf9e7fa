package io.geminid.runtime.connector;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.io.IOException;
import java.nio.file.FileSystem;

/** Reads the lines of a {@link FileSplit}, again and again if the source says so. */
final class FileSplitReader<T> implements SplitReader<T> {

    private final FileSource<T> source;
    private final FileSplit split;
    private final LineParser<T> parser;
    private final LinePosition position;
    private final ChunkedLines lines;
    private long chunk;
    private int repetition;

    FileSplitReader(final FileSource<T> source, final FileSplit split, final FileSystem files)
            throws IOException {
        this.source = source;
        this.split = split;
        this.parser = source.parsers().get();
        this.position = new LinePosition(split.path(), split.file());
        this.lines =
                new ChunkedLines(
                        files.getPath(split.path()), FileSource.CHUNK_BYTES, source.lineBytesMax());
        startRepetition();
    }

    @Override
    public InputStatus pollNext(final RecordCollector<T> out) throws IOException {
        if (repetition == source.repetitions()) {
            return InputStatus.END;
        }
        if (lines.next()) {
            position.moveTo(lines.offset(), repetition);
            final T value = parse(lines.text(source.charset()));
            if (value != null) {
                out.collect(value, Watermarks.NO_TIMESTAMP);
            }
        } else {
            chunk += split.step();
            if (lines.startsBehindEnd(chunk)) {
                repetition++;
                startRepetition();
            } else {
                lines.startChunk(chunk);
            }
        }
        return InputStatus.MORE;
    }

    @Override
    public void writePosition(final RecordOutput out) {
        out.putInt(repetition);
        out.putLong(chunk);
        out.putLong(lines.nextOffset());
    }

    @Override
    public void seek(final RecordInput in) throws IOException {
        repetition = in.getInt();
        chunk = in.getLong();
        lines.startChunk(chunk);
        lines.seek(in.getLong());
    }

    private void startRepetition() throws IOException {
        chunk = split.firstChunk();
        lines.startChunk(chunk);
    }

    private T parse(final String text) throws IOException {
        try {
            return parser.parse(text, position);
        } catch (final IOException e) {
            throw e;
        } catch (final Exception e) {
            throw new IOException(position + " " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
