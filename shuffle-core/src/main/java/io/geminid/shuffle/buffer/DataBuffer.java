package io.geminid.shuffle.buffer;

import java.nio.ByteBuffer;

/**
 * Record bytes in a segment: a part of one that was written here, or one that was received.
 *
 * <p>Immutable but for the count of its holders; any thread. Whoever makes one gives it a reference
 * of its own.
 */
public final class DataBuffer implements Buffer {

    private final SegmentReferences references;
    private final ByteBuffer memory;
    private final int offset;
    private final int length;
    private final boolean finished;

    /**
     * Makes a buffer.
     *
     * @param references of the segment, one of them now the buffer's
     * @param offset first byte within the segment
     * @param length bytes
     * @param finished whether no more bytes of the segment follow
     */
    public DataBuffer(
            final SegmentReferences references,
            final int offset,
            final int length,
            final boolean finished) {
        this.references = references;
        this.memory = references.segment().buffer();
        this.offset = offset;
        this.length = length;
        this.finished = finished;
        assert offset >= 0 && length >= 0 && offset + length <= memory.capacity();
    }

    @Override
    public Kind kind() {
        return Kind.DATA;
    }

    @Override
    public ByteBuffer memory() {
        return memory;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public Buffer retain() {
        references.retain();
        return this;
    }

    @Override
    public void release() {
        references.release();
    }

    @Override
    public String toString() {
        return "data offset=" + offset + " length=" + length + " finished=" + finished;
    }
}
