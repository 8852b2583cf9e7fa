package io.geminid.state.gemini.log;

import io.geminid.memory.SegmentOwner;

/**
 * Frames that are kept in hand, so that a spent budget can be made room in. Task thread only. Does
 * not own {@link Frames}.
 */
final class FramesInHand {

    private static final SegmentOwner OWNER = SegmentOwner.named("state-log");
    private static final int WANTED = 2;

    private final Frames frames;
    private final int[] spare = new int[WANTED];
    private int count;

    /** Has none yet. */
    FramesInHand(final Frames frames) {
        this.frames = frames;
    }

    /**
     * Takes a frame.
     *
     * @param fromSpare whether one kept in hand may be taken when the budget is spent
     * @return the frame; negative if there is none
     */
    int take(final boolean fromSpare) {
        final int frame = frames.take(OWNER);
        if (frame < 0 && fromSpare && count > 0) {
            count--;
            return spare[count];
        }
        return frame;
    }

    /** Takes what is wanted; false if the budget is spent. */
    boolean refill() {
        while (count < WANTED) {
            final int frame = frames.take(OWNER);
            if (frame < 0) {
                return false;
            }
            spare[count] = frame;
            count++;
        }
        return true;
    }
}
