package io.geminid.state.gemini.log;

import java.util.Arrays;

/**
 * Which records of the log's frames are dead, in memory and on disk: a bit for each place where a
 * record may begin, 1/128 of the log in heap memory for frames that have dead records. A snapshot
 * freezes the bits of the frames that it writes; they are copied when one of them is to change.
 *
 * <p>A frame's bits go with its last live record. So they need not follow it when it is put on disk
 * for a snapshot only; live records that go to disk, or come from there, are appended to frames
 * that have bits of their own.
 *
 * <p>Task thread only; what {@link #freeze} returned never changes.
 */
final class DeadRecords {

    private static final int PLACE_BITS = Integer.numberOfTrailingZeros(Record.ALIGNMENT);
    private static final int WORD_BITS = Integer.numberOfTrailingZeros(Long.SIZE);

    private final long offsetMask;
    private final int words;

    // By frame; null: no record is dead.
    private long[][] bits = new long[0][];
    private boolean[] frozen = new boolean[0];

    DeadRecords(final int frameBytes) {
        this.offsetMask = frameBytes - 1L;
        this.words = Math.max(1, frameBytes >>> PLACE_BITS + WORD_BITS);
    }

    /** Makes room for so many frames. */
    void grow(final int length) {
        bits = Arrays.copyOf(bits, length);
        frozen = Arrays.copyOf(frozen, length);
    }

    /** A frame has no live records any more. */
    void forget(final int frame) {
        bits[frame] = null;
        frozen[frame] = false;
    }

    void add(final int frame, final long address) {
        long[] mine = bits[frame];
        if (mine == null) {
            mine = new long[words];
            bits[frame] = mine;
        } else if (frozen[frame]) {
            mine = mine.clone();
            bits[frame] = mine;
            frozen[frame] = false;
        }
        final int place = (int) (address & offsetMask) >>> PLACE_BITS;
        mine[place >>> WORD_BITS] |= 1L << place;
    }

    /** The bits of a frame as they are now; null if no record is dead. */
    long[] freeze(final int frame) {
        frozen[frame] = bits[frame] != null;
        return bits[frame];
    }

    /**
     * Looks at bits that were frozen.
     *
     * @param frozen of a frame; null if no record of it was dead
     * @param offset of a record in the frame
     * @return whether the record was dead
     */
    static boolean contains(final long[] frozen, final int offset) {
        final int place = offset >>> PLACE_BITS;
        return frozen != null && (frozen[place >>> WORD_BITS] >>> place & 1) != 0;
    }
}
