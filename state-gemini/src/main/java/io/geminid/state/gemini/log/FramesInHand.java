package io.geminid.state.gemini.log;

import io.geminid.memory.SegmentOwner;

/**
 * Frames of memory that are kept in hand, so that a spent budget can be made room in. Task thread
 * only. Does not own {@link Frames}.
 */
final class FramesInHand {

    private static final int NONE = FrameBook.NONE;
    private static final SegmentOwner OWNER = SegmentOwner.named("state-log");

    private final Frames frames;
    private final FrameBook book;
    private final int[] spare;
    private int wanted;
    private int kept;
    private int count;

    /**
     * Has none yet.
     *
     * @param wanted how many are to be in hand
     * @param kept how many of them are not for records
     */
    FramesInHand(final Frames frames, final FrameBook book, final int wanted, final int kept) {
        this.frames = frames;
        this.book = book;
        this.wanted = wanted;
        this.kept = kept;
        this.spare = new int[wanted];
    }

    int count() {
        return count;
    }

    /** Takes a frame of memory for records; -1 if there is none. */
    int take(final boolean fromSpare, final SegmentOwner owner) {
        return take(fromSpare ? kept : count, owner);
    }

    private int take(final int left, final SegmentOwner owner) {
        int frame = frames.take(owner);
        if (frame < 0 && count > left) {
            count--;
            frame = spare[count];
            frames.owner(frame, owner);
        }
        if (frame >= 0) {
            book.know(frame);
            book.epochs[frame] = NONE;
        }
        return frame;
    }

    /**
     * Takes a frame for copies of records, which have addresses as records have: not the one with
     * address 0.
     */
    int takeForCopies(final boolean fromSpare, final SegmentOwner owner) {
        final int frame = take(fromSpare ? 0 : count, owner);
        if (frame < 0 || RecordLog.firstOffset(frame) == 0) {
            return frame;
        }
        final int other = take(fromSpare ? 0 : count, owner);
        if (count < spare.length) {
            frames.owner(frame, OWNER);
            spare[count] = frame;
            count++;
        } else {
            frames.free(frame);
        }
        return other;
    }

    /** Takes what is wanted; false if the budget is spent. */
    boolean refill() {
        while (count < wanted) {
            final int frame = frames.take(OWNER);
            if (frame < 0) {
                return false;
            }
            spare[count] = frame;
            count++;
        }
        return true;
    }

    /** Whether so many are in hand, or all that are wanted can be. */
    boolean has(final int frameCount) {
        return refill() || count >= frameCount;
    }

    /** Whether a frame can be had for records. */
    boolean hasForRecords() {
        return refill() || count > kept;
    }

    /** Wants fewer from now on, all of them for records, and gives back the others. */
    void want(final int frameCount) {
        kept = 0;
        wanted = frameCount;
        while (count > wanted) {
            count--;
            frames.free(spare[count]);
        }
    }
}
