package io.geminid.state.gemini.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which files of its base a snapshot writes anew, from what is live of them in the log, so that no
 * history gets long: neither more than {@link #FILES_MAX} files, nor files of much more than what
 * is alive. Files with most dead bytes come first, and the smallest neighbours become one file.
 *
 * <p>The work is bounded: for space a snapshot writes at most as much again as it has to write
 * anyway, or an eighth of what is alive; to join files, at most their share of all.
 *
 * @param newBytes that the snapshot writes anyway
 * @param liveBytes that a snapshot of all would have
 */
record Compaction(long newBytes, long liveBytes) {

    /** Opening a file is a request or two to the storage, and a handle in every manifest. */
    static final int FILES_MAX = 256;

    /** Neighbours that become one file. */
    static final int JOINED = 16;

    /**
     * Bytes in files for each byte that is alive. With random changes each percent less costs half
     * a percent more to upload; this and 2 are what a record takes beside key and value.
     */
    static final double AMPLIFICATION_MAX = 1.94;

    /** Not worth writing anew above this share of live bytes. */
    private static final double WORTH_MAX = 0.9;

    /** Of small states no more is said than that they are small. */
    private static final long FREE_BYTES = 64 << 10;

    private static final int WORK_OF_ALL = 8;

    /**
     * A file.
     *
     * @param bytes its size
     * @param liveBytes what writing it anew would write
     */
    record Candidate(long bytes, long liveBytes) {}

    /** Says for each file, oldest first, whether to write it anew. */
    boolean[] choose(final List<Candidate> files, final boolean[] wanted) {
        final boolean[] chosen = wanted.clone();
        boundSpace(files, chosen);
        boundCount(files, chosen);
        return chosen;
    }

    private void boundSpace(final List<Candidate> files, final boolean[] chosen) {
        long stored = newBytes;
        final List<Integer> byWorth = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            stored += chosen[i] ? files.get(i).liveBytes : files.get(i).bytes;
            byWorth.add(i);
        }
        byWorth.sort(
                Comparator.comparingDouble(
                        i -> (double) files.get(i).liveBytes / Math.max(1, files.get(i).bytes)));
        long work = Math.max(newBytes, liveBytes / WORK_OF_ALL);
        for (final int i : byWorth) {
            final Candidate file = files.get(i);
            if (stored <= liveBytes * AMPLIFICATION_MAX + FREE_BYTES
                    || file.liveBytes > file.bytes * WORTH_MAX) {
                return;
            }
            if (!chosen[i] && file.liveBytes <= work) {
                chosen[i] = true;
                work -= file.liveBytes;
                stored -= file.bytes - file.liveBytes;
            }
        }
    }

    private static void boundCount(final List<Candidate> files, final boolean[] chosen) {
        while (filesAfter(chosen) > FILES_MAX) {
            final int first = smallestNeighbours(files, chosen);
            if (first < 0) {
                return;
            }
            Arrays.fill(chosen, first, first + JOINED, true);
        }
    }

    /** Those that are kept, and one for all neighbours that are written anew. */
    private static int filesAfter(final boolean[] chosen) {
        int count = 0;
        for (int i = 0; i < chosen.length; i++) {
            count += chosen[i] && i > 0 && chosen[i - 1] ? 0 : 1;
        }
        return count;
    }

    /** Where some begin that have the least bytes left for each that is not chosen; -1: nowhere. */
    private static int smallestNeighbours(final List<Candidate> files, final boolean[] chosen) {
        int best = -1;
        double bestBytes = Double.MAX_VALUE;
        for (int first = 0; first + JOINED <= chosen.length; first++) {
            long bytes = 0;
            int count = 0;
            for (int i = first; i < first + JOINED; i++) {
                if (!chosen[i]) {
                    bytes += files.get(i).liveBytes;
                    count++;
                }
            }
            if (count > 1 && (double) bytes / count < bestBytes) {
                best = first;
                bestBytes = (double) bytes / count;
            }
        }
        return best;
    }
}
