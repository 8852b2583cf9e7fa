package io.geminid.flink.memory;

import io.geminid.memory.alloc.SlabAllocationException;
import io.geminid.memory.alloc.SlabAllocator;
import java.nio.ByteBuffer;

/**
 * Slabs of direct memory that go when nobody can reach them any more. A task that does not end may
 * hold on to a network buffer after its TaskManager has closed the shuffle; freed by hand, the
 * memory would then be somebody else's.
 *
 * <p>Any thread.
 */
final class CollectedSlabAllocator implements SlabAllocator {

    @Override
    public ByteBuffer allocate(final int slabBytes, final int slabsLeft) {
        final int alignment = SlabAllocator.alignment(slabBytes);
        try {
            return ByteBuffer.allocateDirect(Math.addExact(slabBytes, alignment))
                    .alignedSlice(alignment)
                    .slice(0, slabBytes);
        } catch (final OutOfMemoryError e) {
            throw new SlabAllocationException(
                    "no direct memory for network buffers: slabBytes="
                            + slabBytes
                            + ": raise taskmanager.memory.framework.off-heap.size, or lower"
                            + " taskmanager.memory.network.max",
                    e);
        }
    }

    @Override
    public void free(final ByteBuffer slab) {
        // Its last holder lets it go.
    }

    @Override
    public void requireRoom(final int slabBytes, final int slabCount) {
        // All of it is allocated at the start, which says what is missing.
    }

    @Override
    public String description() {
        return "direct memory, freed by the collector";
    }
}
