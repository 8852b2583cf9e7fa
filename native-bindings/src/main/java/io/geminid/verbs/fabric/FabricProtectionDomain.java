package io.geminid.verbs.fabric;

import io.geminid.verbs.Device;
import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import java.util.Set;

/** A protection domain of the fabric; counts what is in it. */
final class FabricProtectionDomain implements ProtectionDomain {

    private final FabricDevice device;
    private int members;
    private boolean closed;

    FabricProtectionDomain(FabricDevice device) {
        this.device = device;
    }

    @Override
    public Device device() {
        return device;
    }

    FabricDevice fabricDevice() {
        return device;
    }

    void enter() {
        if (closed) {
            throw new IllegalStateException("protection domain used after close");
        }
        members++;
    }

    void leave() {
        members--;
    }

    @Override
    public MemoryRegion register(long address, long lengthBytes, Set<MemoryAccess> rights)
            throws VerbsException {
        if (address == 0 || lengthBytes <= 0) {
            throw new IllegalArgumentException(
                    "address=0x%x lengthBytes=%d".formatted(address, lengthBytes));
        }
        device.ensurePresent("ibv_reg_mr");
        int bits = MemoryAccess.bits(rights);
        device.lock(lengthBytes);
        enter();
        return new FabricMemoryRegion(this, address, lengthBytes, bits);
    }

    @Override
    public void close() throws VerbsException {
        if (closed) {
            return;
        }
        if (members > 0) {
            throw new VerbsException("ibv_dealloc_pd", Errno.EBUSY, "members=" + members);
        }
        closed = true;
    }
}
