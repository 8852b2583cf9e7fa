package io.geminid.perf.failover;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a job has written, checked: each split's numbers are there from 0 on without a gap, each
 * once; each key has counted each of its numbers once, and saw those of a split in their order.
 */
final class FailoverOutput {

    private final long keys;
    private final Map<Integer, BitSet> seen = new TreeMap<>();
    private final Map<Long, BitSet> counts = new HashMap<>();
    private final Map<Long, Long> last = new HashMap<>();
    private long records;
    private long duplicates;
    private long reordered;
    private long corrupt;

    FailoverOutput(final long keys) {
        this.keys = keys;
    }

    /**
     * What was found.
     *
     * @param records lines
     * @param lost numbers below the largest of their split that are missing
     * @param duplicates numbers that are there again
     * @param reordered numbers that a key saw before a smaller one of the same split
     * @param corrupt lines, or counts of a key, that cannot be
     */
    record Findings(long records, long lost, long duplicates, long reordered, long corrupt) {

        boolean isExact() {
            return records > 0 && lost == 0 && duplicates == 0 && reordered == 0 && corrupt == 0;
        }
    }

    /** Reads the files of a directory that are shown. */
    Findings check(final Path directory) throws IOException {
        for (final Path file : inOrder(directory)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                String line = lines.readLine();
                while (line != null) {
                    add(line);
                    line = lines.readLine();
                }
            }
        }
        long lost = 0;
        for (final BitSet split : seen.values()) {
            lost += split.length() - split.cardinality();
        }
        for (final BitSet key : counts.values()) {
            corrupt += key.length() - key.cardinality();
        }
        return new Findings(records, lost, duplicates, reordered, corrupt);
    }

    /** Parts of a subtask in the order in which they were written. */
    private static List<Path> inOrder(final Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted(
                            Comparator.comparing(FailoverOutput::prefix)
                                    .thenComparingLong(FailoverOutput::part))
                    .toList();
        }
    }

    private static String prefix(final Path file) {
        final String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('-'));
    }

    private static long part(final Path file) {
        final String name = file.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('-') + 1, name.lastIndexOf('.')));
    }

    private void add(final String line) {
        final String[] fields = line.split(",", -1);
        if (fields.length != 3) {
            corrupt++;
            return;
        }
        final int split = Integer.parseInt(fields[0]);
        final long sequence = Long.parseLong(fields[1]);
        final int count = Integer.parseInt(fields[2]);
        records++;
        final BitSet numbers = seen.computeIfAbsent(split, absent -> new BitSet());
        if (numbers.get((int) sequence)) {
            duplicates++;
        }
        numbers.set((int) sequence);
        final long key = FailoverProgram.keyOf(sequence, keys);
        final BitSet counted = counts.computeIfAbsent(key, absent -> new BitSet());
        if (counted.get(count)) {
            corrupt++;
        }
        counted.set(count);
        final Long before = last.put(split * keys + key, sequence);
        if (before != null && before > sequence) {
            reordered++;
        }
    }
}
