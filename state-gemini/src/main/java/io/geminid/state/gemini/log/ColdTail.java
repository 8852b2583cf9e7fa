package io.geminid.state.gemini.log;

/**
 * A cold frame that is being filled, in memory still. A record that dies leaves a gap; so all
 * records in it are live, unless it was filled in part before. Task thread only.
 */
final class ColdTail {

    static final int NONE = -1;

    private final Frames frames;
    private final ColdFrames cold;
    private final int memoryFrame;
    private int frame = NONE;
    private int end;
    private boolean resumed;

    /** Is not open. The memory is the caller's to give back. */
    ColdTail(final Frames frames, final ColdFrames cold, final int memoryFrame) {
        this.frames = frames;
        this.cold = cold;
        this.memoryFrame = memoryFrame;
    }

    /** The cold frame; -1 if there is none. */
    int frame() {
        return frame;
    }

    int open() {
        frame = cold.take();
        cold.at(frame, memoryFrame);
        end = 0;
        resumed = false;
        return frame;
    }

    /** Goes on in a frame that is on disk. */
    void resume(final int unfinished, final int usedBytes) {
        cold.read(unfinished, usedBytes, memoryFrame);
        cold.at(unfinished, memoryFrame);
        frame = unfinished;
        end = usedBytes;
        resumed = true;
    }

    /** Whether there may be dead records in it. */
    boolean isResumed() {
        return resumed;
    }

    /** Where a record would begin. */
    private int placeOf(final int sizeBytes) {
        final int blockBytes = cold.blockBytes();
        final int inBlock = end & blockBytes - 1;
        return inBlock + sizeBytes <= blockBytes || inBlock == 0 ? end : end + blockBytes - inBlock;
    }

    boolean hasRoom(final int sizeBytes) {
        return frame != NONE && placeOf(sizeBytes) + sizeBytes <= frames.frameBytes();
    }

    /** Appends a record, for which there is room; the content is undefined. */
    long append(final int sizeBytes) {
        final int at = placeOf(sizeBytes);
        if (at > end) {
            gap(end, at - end);
        }
        end = at + sizeBytes;
        final long address = frames.address(frame) + at;
        if (sizeBytes > cold.blockBytes()) {
            cold.run(address, sizeBytes);
        }
        return address;
    }

    private void gap(final int at, final int sizeBytes) {
        final long address = frames.address(memoryFrame) + at;
        Record.gap(frames.buffer(address), frames.index(address), sizeBytes);
    }

    /** Takes a record out. */
    void remove(final long address, final int sizeBytes) {
        gap((int) (address - frames.address(frame)), sizeBytes);
    }

    /** Bytes up to the last record's end. */
    int end() {
        return end;
    }

    /** Writes the frame to disk. */
    void write() {
        cold.write(frame, memoryFrame, end);
    }

    /** Is not open any more. */
    void forget() {
        frame = NONE;
    }
}
