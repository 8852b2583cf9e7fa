package io.geminid.runtime.connector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of a file, chunk by chunk. A line belongs to the chunk that its first byte lies in,
 * however far it reaches into the next ones. Task thread only.
 */
final class ChunkedLines implements AutoCloseable {

    private static final byte LINE_FEED = '\n';
    private static final byte CARRIAGE_RETURN = '\r';

    private final Path path;
    private final FileChannel channel;
    private final int chunkBytes;
    private final int lineBytesMax;

    /** File content from {@link #bufferOffset} on, {@link #bufferLength} bytes. */
    private byte[] buffer;

    private long bufferOffset;
    private int bufferLength;
    private boolean bufferReachesEnd;

    /** Lines that begin here or later are not of this chunk. */
    private long chunkEnd;

    private int nextLine;
    private int lineStart;
    private int lineEnd;

    ChunkedLines(final Path path, final int chunkBytes, final int lineBytesMax) throws IOException {
        this.path = path;
        this.chunkBytes = chunkBytes;
        this.lineBytesMax = lineBytesMax;
        this.channel = FileChannel.open(path);
        this.buffer = new byte[chunkBytes + 1];
    }

    /** Whether there is nothing in the file where a chunk would start. */
    boolean startsBehindEnd(final long chunk) throws IOException {
        return chunk * chunkBytes >= channel.size();
    }

    /** Goes to the first line of a chunk. */
    void startChunk(final long chunk) throws IOException {
        final long start = chunk * chunkBytes;
        chunkEnd = start + chunkBytes;
        // One byte before the chunk shows whether a line begins exactly at its start.
        bufferOffset = Math.max(0, start - 1);
        bufferLength = 0;
        bufferReachesEnd = false;
        nextLine = 0;
        fill();
        if (start > 0) {
            skipLine();
        }
    }

    /** Goes to the next line of the chunk; false if there is none. */
    boolean next() throws IOException {
        if (bufferOffset + nextLine >= chunkEnd || !has(nextLine)) {
            return false;
        }
        lineStart = nextLine;
        final int feed = findFeed(lineStart);
        lineEnd = feed < 0 ? bufferLength : feed;
        if (lineEnd - lineStart > lineBytesMax) {
            throw tooLong();
        }
        nextLine = lineEnd + 1;
        if (lineEnd > lineStart && buffer[lineEnd - 1] == CARRIAGE_RETURN) {
            lineEnd--;
        }
        return true;
    }

    /** Where the next line of the chunk begins, if there is one. */
    long nextOffset() {
        return bufferOffset + nextLine;
    }

    /** Goes to what {@link #nextOffset} said, in the chunk that was started last. */
    void seek(final long offset) {
        nextLine = (int) (offset - bufferOffset);
    }

    /** First byte of the line in the file. */
    long offset() {
        return bufferOffset + lineStart;
    }

    /** The line without its end. */
    String text(final Charset charset) {
        return new String(buffer, lineStart, lineEnd - lineStart, charset);
    }

    /** Passes over the end of a line that began in an earlier chunk. */
    private void skipLine() throws IOException {
        int from = 0;
        while (has(from)) {
            for (int i = from; i < bufferLength; i++) {
                if (buffer[i] == LINE_FEED) {
                    nextLine = i + 1;
                    return;
                }
            }
            // The chunk is all within one line: none begins here, as far as this chunk reaches.
            from = bufferLength;
            if (bufferOffset + from >= chunkEnd) {
                break;
            }
        }
        nextLine = from;
        chunkEnd = bufferOffset;
    }

    /** Index of the line feed that ends the line at {@code from}; -1 if the file ends it. */
    private int findFeed(final int from) throws IOException {
        int i = from;
        while (has(i)) {
            for (; i < bufferLength; i++) {
                if (buffer[i] == LINE_FEED) {
                    return i;
                }
            }
            if (i - from > lineBytesMax) {
                throw tooLong();
            }
        }
        return -1;
    }

    /** Whether the file has a byte at this place of the buffer; reads it if needed. */
    private boolean has(final int index) throws IOException {
        while (index >= bufferLength && !bufferReachesEnd) {
            fill();
        }
        return index < bufferLength;
    }

    private void fill() throws IOException {
        if (bufferLength == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.addExact(buffer.length, chunkBytes));
        }
        final int read =
                channel.read(
                        ByteBuffer.wrap(buffer, bufferLength, buffer.length - bufferLength),
                        bufferOffset + bufferLength);
        if (read < 0) {
            bufferReachesEnd = true;
        } else {
            bufferLength += read;
        }
    }

    private IOException tooLong() {
        return new IOException(
                "file="
                        + path
                        + " offset="
                        + offset()
                        + " has a line of more than lineBytesMax="
                        + lineBytesMax);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
