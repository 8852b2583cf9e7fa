package io.geminid.verbs;

import java.util.EnumSet;
import java.util.Set;

/**
 * What may be used together: a queue pair reaches the regions of its own domain only. One for each
 * tenant.
 */
public interface ProtectionDomain extends AutoCloseable {

    /** The default: to be received into, reached by no key of a peer. */
    Set<MemoryAccess> LOCAL_ONLY = Set.copyOf(EnumSet.of(MemoryAccess.LOCAL_WRITE));

    /**
     * The device it is of.
     *
     * @return the device
     */
    Device device();

    /**
     * Registers a block for local use: it is pinned, and counts against the limit on locked memory.
     *
     * @param address where it starts
     * @param lengthBytes its length, more than 0; may be above 2 GiB
     * @return the region
     * @throws VerbsException if it cannot be pinned; ENOMEM is the limit on locked memory, see
     *     {@link io.geminid.verbs.info.MemoryLock}
     */
    default MemoryRegion register(long address, long lengthBytes) throws VerbsException {
        return register(address, lengthBytes, LOCAL_ONLY);
    }

    /**
     * Registers a block with chosen rights.
     *
     * @param address where it starts
     * @param lengthBytes its length, more than 0; may be above 2 GiB
     * @param rights what the device may do with it
     * @return the region
     * @throws VerbsException if it cannot be pinned
     */
    MemoryRegion register(long address, long lengthBytes, Set<MemoryAccess> rights)
            throws VerbsException;

    /**
     * Gives the domain back, after its regions and queue pairs.
     *
     * @throws VerbsException with EBUSY while one of them is left; the domain then stays
     */
    @Override
    void close() throws VerbsException;
}
