package io.geminid.runtime.task.checkpoint;

import io.geminid.shuffle.buffer.Buffer;
import java.nio.ByteBuffer;

/** Record bytes outside of segments: restored ones, and copies. Nobody counts their holders. */
final class HeapBuffer implements Buffer {

    private final ByteBuffer bytes;

    HeapBuffer(final ByteBuffer bytes) {
        this.bytes = bytes;
    }

    @Override
    public Kind kind() {
        return Kind.DATA;
    }

    @Override
    public ByteBuffer memory() {
        return bytes;
    }

    @Override
    public int offset() {
        return bytes.position();
    }

    @Override
    public int length() {
        return bytes.remaining();
    }

    @Override
    public boolean finished() {
        return true;
    }

    @Override
    public Buffer retain() {
        return this;
    }

    @Override
    public void release() {
        // The garbage collector's.
    }
}
