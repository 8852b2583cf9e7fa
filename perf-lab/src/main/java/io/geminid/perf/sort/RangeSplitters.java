package io.geminid.perf.sort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where one range ends and the next begins, from a sample of the input. Immutable. */
final class RangeSplitters {

    /** With so many samples for each range, few ranges are twice as large as they should be. */
    private static final int SAMPLES_PER_RANGE = 100;

    /** Records taken at each place that is sampled. */
    private static final int RECORDS_PER_PLACE = 20;

    private final byte[][] splitters;

    private RangeSplitters(final byte[][] splitters) {
        this.splitters = splitters;
    }

    static RangeSplitters sample(
            final List<Path> files, final RecordFormat format, final int ranges)
            throws IOException {
        long total = 0;
        for (final Path file : files) {
            total += Files.size(file);
        }
        final int places = Math.max(1, ranges * SAMPLES_PER_RANGE / RECORDS_PER_PLACE);
        final List<byte[]> keys = new ArrayList<>();
        for (final Path file : files) {
            final long size = Files.size(file);
            final long own = Math.max(1, Math.round((double) places * size / Math.max(1, total)));
            for (long place = 0; place < own; place++) {
                sampleAt(file, format, size * place / own, keys);
            }
        }
        keys.sort(Arrays::compareUnsigned);
        final byte[][] splitters = new byte[ranges - 1][];
        for (int i = 0; i < splitters.length; i++) {
            splitters[i] =
                    keys.isEmpty()
                            ? new byte[0]
                            : keys.get((int) ((long) (i + 1) * keys.size() / ranges));
        }
        return new RangeSplitters(splitters);
    }

    private static void sampleAt(
            final Path file, final RecordFormat format, final long at, final List<byte[]> keys)
            throws IOException {
        try (RecordSource source = new RecordSource(file, format, at, Files.size(file))) {
            for (int i = 0; i < RECORDS_PER_PLACE && source.next(); i++) {
                final int from = source.offset();
                keys.add(
                        Arrays.copyOfRange(
                                source.array(), from, from + format.keyBytes(source.length())));
            }
        }
    }

    /** How many splitters are not greater than the key: equal keys are in the same range. */
    int rangeOf(final byte[] array, final int offset, final int keyBytes) {
        int low = 0;
        int high = splitters.length;
        while (low < high) {
            final int middle = low + high >>> 1;
            final byte[] splitter = splitters[middle];
            if (Arrays.compareUnsigned(
                            splitter, 0, splitter.length, array, offset, offset + keyBytes)
                    <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
