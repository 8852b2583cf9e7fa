package io.geminid.state.gemini.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Frames that stay as they are for a snapshot, in the order in which they were written, and which
 * of their records were live when they were pinned. Where they are may change meanwhile: the task
 * puts frames that only a snapshot needs on disk.
 *
 * <p>Read by one thread at a time, any; closed by any.
 */
public final class PinnedFrames implements AutoCloseable {

    private final Frames frames;
    private final ColdFrames.FrameReader disk;
    private final Consumer<PinnedFrames> onClose;
    private final Content[] contents;

    /** By frame, its place in {@link #where} and 1; of the task. */
    private final int[] places;

    // Guarded by this.
    private final int[] where;
    private boolean closed;

    /**
     * What was in a frame when it was pinned.
     *
     * @param end of its last record
     * @param liveBytes of its live records
     * @param dead for {@link DeadRecords#contains}
     */
    record Content(int end, int liveBytes, long[] dead) {}

    PinnedFrames(
            final Frames frames,
            final ColdFrames.FrameReader disk,
            final int[] where,
            final Content[] contents,
            final Consumer<PinnedFrames> onClose) {
        this.frames = frames;
        this.disk = disk;
        this.where = where;
        this.contents = contents;
        this.onClose = onClose;
        final int highest = Arrays.stream(where).max().orElse(-1);
        this.places = new int[disk == null ? 0 : highest + 1];
        for (int i = 0; i < where.length && disk != null; i++) {
            places[where[i]] = i + 1;
        }
    }

    /**
     * How many frames there are.
     *
     * @return 0 or more
     */
    public int count() {
        return contents.length;
    }

    /**
     * What a buffer needs for {@link #read} of any of them.
     *
     * @return bytes
     */
    public int frameBytes() {
        return frames.frameBytes();
    }

    /**
     * Bytes of a frame's live records.
     *
     * @param index of the frame, from 0
     * @return what {@link #read} will append
     */
    public int bytes(final int index) {
        return contents[index].liveBytes;
    }

    /**
     * Copies the live records of a frame, one after the other.
     *
     * @param index of the frame, from 0
     * @param target little-endian, has room for a whole frame; the bytes are appended
     * @throws io.geminid.state.gemini.spill.SpillException if it is on disk, and the disk fails
     */
    public void read(final int index, final ByteBuffer target) {
        final Content content = contents[index];
        final int from = target.position();
        copy(index, content.end, target);
        int end = from;
        int bytes;
        for (int at = from; at < from + content.end; at += bytes) {
            bytes = Record.sizeBytes(target, at);
            if (!Record.isGap(target, at) && !DeadRecords.contains(content.dead, at - from)) {
                if (end < at) {
                    target.put(end, target, at, bytes);
                }
                end += bytes;
            }
        }
        if (end - from != content.liveBytes) {
            throw new IllegalStateException(
                    "liveBytes=" + (end - from) + " expected=" + content.liveBytes);
        }
        target.position(end);
    }

    private void copy(final int index, final int bytes, final ByteBuffer target) {
        final int onDisk;
        synchronized (this) {
            final int frame = where[index];
            final long address = frames.address(frame);
            if (frames.isMemory(address)) {
                final int at = target.position();
                target.put(at, frames.buffer(address), frames.index(address), bytes);
                target.position(at + bytes);
                return;
            }
            onDisk = frame;
        }
        disk.read(onDisk, bytes, target);
    }

    /** Says that a frame has been copied to another. */
    void moved(final int from, final int to) {
        if (from < places.length && places[from] != 0) {
            synchronized (this) {
                where[places[from] - 1] = to;
            }
            places[from] = 0;
        }
    }

    /** Where the frames are. */
    synchronized int[] where() {
        return where.clone();
    }

    /** Lets the frames go. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        onClose.accept(this);
    }
}
