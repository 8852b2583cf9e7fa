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
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                take(length);
                length = 0;
            } else {
                if (length == line.length) {
                    line = Arrays.copyOf(line, 2 * length);
                }
                line[length++] = (byte) next;
            }
        }
        if (length > 0) {
            take(length);
        }
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
