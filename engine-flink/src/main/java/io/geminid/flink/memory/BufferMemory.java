package io.geminid.flink.memory;

import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.runtime.io.network.buffer.Buffer;

/**
 * Where the bytes of a network buffer lie. Flink deprecates these questions, since its own network
 * asks for views only; there is no other way to an address.
 */
public final class BufferMemory {

    private BufferMemory() {}

    /**
     * @param buffer not a composite
     * @return the memory that the buffer, or the one it is a slice of, was made of
     */
    @SuppressWarnings("deprecation")
    public static MemorySegment segment(final Buffer buffer) {
        return buffer.getMemorySegment();
    }

    /**
     * @param buffer not a composite
     * @return offset of its first readable byte in {@link #segment}
     */
    @SuppressWarnings("deprecation")
    public static int offset(final Buffer buffer) {
        return buffer.getMemorySegmentOffset() + buffer.getReaderIndex();
    }
}
