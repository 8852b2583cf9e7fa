package io.geminid.perf.sort;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Says whether an output is the sorted input: the same number of records with the same checksums,
 * in order. Reads files one after the other with plain streams, and shares nothing with the sort.
 */
final class SortChecker {

    private static final int STREAM_BYTES = 1 << 20;

    private final RecordFormat format;
    private final CRC32C crc = new CRC32C();
    private final byte[] chunk = new byte[1 << 16];
    private byte[] line = new byte[1 << 16];
    private byte[] previous = new byte[0];
    private int previousLength = -1;
    private long outOfOrder;
    private long records;
    private long bytes;
    private long sum;
    private long sumOfSquares;

    SortChecker(final RecordFormat format) {
        this.format = format;
    }

    /**
     * What some files hold, in whatever order.
     *
     * @param records how many
     * @param bytes of all of them
     * @param sum of their checksums
     * @param sumOfSquares of their checksums
     */
    record Totals(long records, long bytes, long sum, long sumOfSquares) {}

    /** Reads files in the order given. */
    Totals read(final List<Path> files) throws IOException {
        records = 0;
        bytes = 0;
        sum = 0;
        sumOfSquares = 0;
        previousLength = -1;
        outOfOrder = 0;
        for (final Path file : files) {
            try (InputStream in =
                    new BufferedInputStream(Files.newInputStream(file), STREAM_BYTES)) {
                if (format.lines()) {
                    readLines(in);
                } else {
                    readFixed(in, file);
                }
            }
        }
        return new Totals(records, bytes, sum, sumOfSquares);
    }

    /** Records of the last {@link #read} that are less than the one before. */
    long outOfOrder() {
        return outOfOrder;
    }

    private void readFixed(final InputStream in, final Path file) throws IOException {
        final int size = format.recordBytes();
        while (true) {
            final int read = in.readNBytes(line, 0, size);
            if (read == 0) {
                return;
            }
            if (read != size) {
                throw new IOException("file=" + file + " ends within a record");
            }
            take(size);
        }
    }

    private void readLines(final InputStream in) throws IOException {
        int length = 0;
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            int from = 0;
            for (int at = 0; at < count; at++) {
                if (chunk[at] == '\n') {
                    take(append(length, from, at));
                    length = 0;
                    from = at + 1;
                }
            }
            length = append(length, from, count);
        }
        if (length > 0) {
            take(length);
        }
    }

    /** Returns how long the line is with it. */
    private int append(final int length, final int from, final int to) {
        final int all = length + to - from;
        if (all > line.length) {
            line = Arrays.copyOf(line, Math.max(all, 2 * line.length));
        }
        System.arraycopy(chunk, from, line, length, to - from);
        return all;
    }

    private void take(final int length) {
        crc.reset();
        crc.update(line, 0, length);
        final long value = crc.getValue() + 1;
        records++;
        bytes += length;
        sum += value;
        sumOfSquares += value * value;
        if (previousLength >= 0) {
            final int before = format.keyBytes(previousLength);
            final int now = format.keyBytes(length);
            if (Arrays.compareUnsigned(previous, 0, before, line, 0, now) > 0) {
                outOfOrder++;
            }
        }
        final byte[] swap = previous;
        previous = line;
        previousLength = length;
        line = swap.length < previous.length ? new byte[previous.length] : swap;
    }
}
