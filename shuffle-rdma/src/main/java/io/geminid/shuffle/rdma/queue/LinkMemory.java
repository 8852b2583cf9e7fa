package io.geminid.shuffle.rdma.queue;

import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;

/**
 * The registered memory of one connection: a header for each posted receive, and a ring of headers
 * and small payloads to send. Made once, used by one connection after the other.
 */
public final class LinkMemory implements AutoCloseable {

    /** Bytes of the send ring: many headers, and some of the largest control frames. */
    static final int RING_BYTES = 32 << 10;

    /** Room for a header, a cache line each. */
    private static final int SLOT_BYTES = 64;

    static {
        assert SLOT_BYTES >= FrameHeader.LENGTH_BYTES;
    }

    private final ByteBuffer memory;
    private final MemoryRegion region;
    private final int receives;

    /**
     * @param domain where it is registered
     * @param receives headers it has room for
     * @throws VerbsException if it cannot be registered
     */
    public LinkMemory(final ProtectionDomain domain, final int receives) throws VerbsException {
        this.receives = receives;
        this.memory =
                ByteBuffer.allocateDirect(receives * SLOT_BYTES + RING_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        this.region = domain.register(BufferUtil.address(memory), memory.capacity());
    }

    ByteBuffer memory() {
        return memory;
    }

    int key() {
        return region.localKey();
    }

    long address(final int offset) {
        return region.address() + offset;
    }

    int header(final int slot) {
        return slot * SLOT_BYTES;
    }

    int ring() {
        return receives * SLOT_BYTES;
    }

    @Override
    public void close() throws VerbsException {
        region.close();
    }
}
