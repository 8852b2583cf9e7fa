package io.geminid.memory.alloc;

/** Chooses where slabs come from. */
public final class HugePageSlabAllocator {
    private HugePageSlabAllocator() {}

    /**
     * The allocator for a pool.
     *
     * @param mode what the user allows
     * @param slabBytes size of each slab
     * @param maxBytes the pool's cap
     * @return one of its own for each call
     */
    public static SlabAllocator choose(
            final HugePages mode, final int slabBytes, final long maxBytes) {
        return new DirectSlabAllocator();
    }
}
