package io.geminid.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;

/**
 * A block of memory that segments are cut from and that a transport registers as a whole, once. It
 * belongs to the pool until {@link SlabListener#slabRemoved}.
 *
 * <p>Immutable; any thread.
 */
public final class Slab {
    private final int id;
    private final long address;
    private final ByteBuffer memory;

    Slab(final int id, final ByteBuffer memory) {
        this.id = id;
        this.address = BufferUtil.address(memory);
        this.memory = memory;
    }

    /**
     * Number of the slab in its pool. Never used again, not even for a slab that a listener
     * refused.
     *
     * @return 0 or more
     */
    public int id() {
        return id;
    }

    /**
     * Where the slab begins: at a page, and at a multiple of 2 MiB when its size is one.
     *
     * @return address in this process
     */
    public long address() {
        return address;
    }

    /**
     * Size of the slab.
     *
     * @return bytes
     */
    public int sizeBytes() {
        return memory.capacity();
    }

    /**
     * The whole slab, for registration. Its content belongs to the holders of the segments in it.
     *
     * @return a new little-endian view with its own position and limit, valid until {@link
     *     SlabListener#slabRemoved}
     */
    public ByteBuffer memory() {
        return memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What the allocator gave and wants back. */
    ByteBuffer allocated() {
        return memory;
    }

    @Override
    public String toString() {
        return "slab="
                + id
                + " address=0x"
                + Long.toHexString(address)
                + " sizeBytes="
                + sizeBytes();
    }
}
