package io.geminid.memory;

/**
 * Told of each slab of a pool exactly once, before any of its segments is lent and again before its
 * memory goes: the place for a transport to register it with the NIC, and for native code to advise
 * the kernel about huge pages (where {@code transparent_hugepage/enabled} is {@code madvise}; with
 * {@code always} an aligned slab is enough).
 *
 * <p>Called by the thread that makes the pool grow, that adds or removes the listener, or that
 * closes the pool, one at a time and outside the lock that guards loans. A listener may use
 * segments it holds, but must not make the pool grow.
 */
public interface SlabListener {
    /**
     * A slab is about to be used.
     *
     * <p>If this throws, the slab is not used, its memory is freed, and whoever caused it gets a
     * {@link io.geminid.memory.alloc.SlabAllocationException}; listeners told before get {@link
     * #slabRemoved}, the one that threw does not.
     *
     * @param slab stays with the pool
     */
    void slabAdded(Slab slab);

    /**
     * A slab is about to be freed; no segment of it is on loan. After the return nothing may touch
     * it.
     *
     * <p>If this throws, the memory stays mapped, since a device might still write to it, and the
     * exception reaches whoever closes the pool.
     *
     * @param slab given to {@link #slabAdded} before
     */
    void slabRemoved(Slab slab);
}
