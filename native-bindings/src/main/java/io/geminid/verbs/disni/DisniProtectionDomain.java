package io.geminid.verbs.disni;

import io.geminid.verbs.Device;
import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.jni.NativeRecords;
import io.geminid.verbs.jni.RdmaNatives;
import java.io.IOException;
import java.util.Set;

/** A protection domain of a real device. */
final class DisniProtectionDomain implements ProtectionDomain {

    private final DisniDevice device;
    private long handle;

    DisniProtectionDomain(DisniDevice device) throws VerbsException {
        this.device = device;
        try {
            handle = Natives.disni()._allocPd(device.context());
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    long handle() {
        if (handle == 0) {
            throw new IllegalStateException("protection domain used after close");
        }
        return handle;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public MemoryRegion register(long address, long lengthBytes, Set<MemoryAccess> rights)
            throws VerbsException {
        if (address == 0 || lengthBytes <= 0) {
            throw new IllegalArgumentException(
                    "address=0x%x lengthBytes=%d".formatted(address, lengthBytes));
        }
        Record keys = new Record(NativeRecords.REGION_BYTES);
        long region =
                RdmaNatives.registerMemory(
                        handle(), address, lengthBytes, MemoryAccess.bits(rights), keys.address());
        return new DisniMemoryRegion(region, address, lengthBytes, keys);
    }

    @Override
    public void close() throws VerbsException {
        if (handle != 0) {
            Natives.check("ibv_dealloc_pd", Natives.disni()._deallocPd(handle));
            handle = 0;
        }
    }
}
