package io.geminid.perf.sort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** The records of a part of a file: those that begin in it. One thread. */
final class RecordSource implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel channel;
    private final RecordFormat format;
    private final long end;
    private byte[] buffer = new byte[BUFFER_BYTES];

    /** Where the buffer's first byte is in the file. */
    private long bufferAt;

    private int filled;
    private int next;
    private boolean endOfFile;
    private int offset;
    private int length;

    RecordSource(final Path file, final RecordFormat format, final long from, final long to)
            throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        this.format = format;
        this.end = to;
        if (format.lines()) {
            bufferAt = Math.max(0, from - 1);
            if (from > 0) {
                final int newline = find();
                next = newline < 0 ? filled : newline + 1;
            }
        } else {
            bufferAt = roundUp(from);
        }
    }

    private long roundUp(final long position) {
        final int size = format.recordBytes();
        return (position + size - 1) / size * size;
    }

    /** Goes to the next record; false if there is none. */
    boolean next() throws IOException {
        if (bufferAt + next >= end) {
            return false;
        }
        return format.lines() ? nextLine() : nextFixed();
    }

    private boolean nextFixed() throws IOException {
        final int size = format.recordBytes();
        while (filled - next < size && !endOfFile) {
            fill();
        }
        if (filled == next) {
            return false;
        }
        if (filled - next < size) {
            throw new IOException(
                    "file ends within a record: bytes=" + (filled - next) + " of=" + size);
        }
        offset = next;
        length = size;
        next += size;
        return true;
    }

    private boolean nextLine() throws IOException {
        final int newline = find();
        if (newline < 0 && filled == next) {
            return false;
        }
        offset = next;
        length = (newline < 0 ? filled : newline) - next;
        next = newline < 0 ? filled : newline + 1;
        return true;
    }

    /** The next newline from {@link #next} on; -1 if the file ends before. */
    private int find() throws IOException {
        int at = next;
        while (true) {
            while (at < filled) {
                if (buffer[at] == '\n') {
                    return at;
                }
                at++;
            }
            if (endOfFile) {
                return -1;
            }
            final int searched = at - next;
            fill();
            at = next + searched;
        }
    }

    private void fill() throws IOException {
        if (next > 0) {
            System.arraycopy(buffer, next, buffer, 0, filled - next);
            bufferAt += next;
            filled -= next;
            next = 0;
        }
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
        }
        final ByteBuffer rest = ByteBuffer.wrap(buffer, filled, buffer.length - filled);
        final int read = channel.read(rest, bufferAt + filled);
        endOfFile = read < 0;
        filled += Math.max(0, read);
    }

    byte[] array() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
