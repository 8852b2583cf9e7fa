package io.geminid.memory.alloc;

import java.nio.ByteBuffer;

/**
 * Gets the memory of slabs and gives it back. A pool calls it with one thread at a time; an
 * allocator shared by pools must be safe for several.
 */
public interface SlabAllocator {
    /** Every slab begins at a multiple of this. */
    int PAGE_BYTES = 4096;

    /**
     * A slab whose size is a multiple of this begins at a multiple of it, so that the kernel can
     * use huge pages.
     */
    int HUGE_PAGE_BYTES = 2 << 20;

    /**
     * Gets one slab. The caller owns it until it hands exactly this buffer to {@link #free}.
     *
     * @param slabBytes a multiple of {@link #PAGE_BYTES}
     * @param slabsLeft how many slabs of this size the pool may still ask for, this one included;
     *     an allocator may prepare some of them at once
     * @return a direct buffer of exactly this capacity, aligned to {@link #alignment(int)}
     * @throws SlabAllocationException when there is no memory; names what limits it
     */
    ByteBuffer allocate(int slabBytes, int slabsLeft);

    /**
     * Gives a slab back. Nothing may touch it from now on, the NIC included: its addresses may be
     * unmapped.
     *
     * @param slab what {@link #allocate} returned
     */
    void free(ByteBuffer slab);

    /**
     * Refuses a cap that can never be reached, before anything is allocated.
     *
     * @param slabBytes size of each slab
     * @param slabCount slabs at the cap
     * @throws SlabAllocationException names the limit, its size, and the size asked for
     */
    void requireRoom(int slabBytes, int slabCount);

    /**
     * What was chosen and why, for the log and for reports.
     *
     * @return one line
     */
    String description();

    /**
     * Where slabs of a size begin.
     *
     * @param slabBytes size of each slab
     * @return {@link #HUGE_PAGE_BYTES} when the size is a multiple of it, else {@link #PAGE_BYTES}
     */
    static int alignment(final int slabBytes) {
        return slabBytes % HUGE_PAGE_BYTES == 0 ? HUGE_PAGE_BYTES : PAGE_BYTES;
    }
}
