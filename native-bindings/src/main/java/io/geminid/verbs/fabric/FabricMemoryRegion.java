package io.geminid.verbs.fabric;

import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.MemoryRegion;

/**
 * A region of the fabric. Its two keys differ, so that whoever mixes them up gets an error, as on
 * some hardware.
 */
final class FabricMemoryRegion implements MemoryRegion {

    private final FabricProtectionDomain domain;
    private final long address;
    private final long lengthBytes;
    private final int rights;
    private final int localKey;
    private final int remoteKey;
    private boolean closed;

    FabricMemoryRegion(FabricProtectionDomain domain, long address, long lengthBytes, int rights) {
        this.domain = domain;
        this.address = address;
        this.lengthBytes = lengthBytes;
        this.rights = rights;
        FabricDevice device = domain.fabricDevice();
        this.localKey = device.unusedKey();
        this.remoteKey = device.unusedKey();
        device.add(this);
    }

    /** Whether a queue pair of that domain may use that range for that purpose. */
    boolean allows(
            FabricProtectionDomain asking, long from, long bytes, MemoryAccess neededOrNull) {
        return asking == domain
                && from >= address
                && bytes <= lengthBytes
                && from - address <= lengthBytes - bytes
                && (neededOrNull == null || (rights & neededOrNull.bit()) != 0);
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int localKey() {
        return localKey;
    }

    @Override
    public int remoteKey() {
        return remoteKey;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            domain.fabricDevice().remove(this);
            domain.fabricDevice().unlock(lengthBytes);
            domain.leave();
        }
    }
}
