package io.geminid.flink.state;

import io.geminid.memory.alloc.SlabAllocationException;
import io.geminid.memory.alloc.SlabAllocator;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;

/**
 * Slabs of the memory that Flink's managed memory is made of: outside the heap, and outside {@code
 * MaxDirectMemorySize}, which Flink's scripts set to what others need. Any thread.
 */
final class ManagedSlabAllocator implements SlabAllocator {

    /** What each slab was cut from. Guarded by this. */
    private final Map<ByteBuffer, MemorySegment> memory = new IdentityHashMap<>();

    @Override
    public synchronized ByteBuffer allocate(final int slabBytes, final int slabsLeft) {
        // What is left over at the ends is never touched, and so costs addresses only.
        final int alignment = SlabAllocator.alignment(slabBytes);
        try {
            final MemorySegment whole =
                    MemorySegmentFactory.allocateOffHeapUnsafeMemory(
                            Math.addExact(slabBytes, alignment));

            final ByteBuffer slab =
                    whole.getOffHeapBuffer().alignedSlice(alignment).slice(0, slabBytes);
            memory.put(slab, whole);
            return slab;
        } catch (final OutOfMemoryError e) {
            throw new SlabAllocationException(
                    "no memory for state: slabBytes="
                            + slabBytes
                            + " slabs="
                            + memory.size()
                            + ": the host has less than taskmanager.memory.managed.size",
                    e);
        }
    }

    @Override
    public synchronized void free(final ByteBuffer slab) {
        final MemorySegment whole = memory.remove(slab);
        if (whole == null) {
            throw new IllegalArgumentException("not a slab of this allocator, or freed twice");
        }
        whole.free();
    }

    @Override
    public void requireRoom(final int slabBytes, final int slabCount) {
        // Flink has reserved it.
    }

    @Override
    public String description() {
        return "memory as Flink's managed memory";
    }
}
