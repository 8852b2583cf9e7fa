package io.geminid.verbs.disni;

import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.VerbsException;
import java.io.IOException;

/** A region of a real device. */
final class DisniMemoryRegion implements MemoryRegion {

    private final long address;
    private final long lengthBytes;
    private final int localKey;
    private final int remoteKey;
    private long handle;

    DisniMemoryRegion(long handle, long address, long lengthBytes, Record keys) {
        this.handle = handle;
        this.address = address;
        this.lengthBytes = lengthBytes;
        this.localKey = keys.intAt(0);
        this.remoteKey = keys.intAt(Integer.BYTES);
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
    public void close() throws VerbsException {
        if (handle == 0) {
            return;
        }
        try {
            Natives.disni()._deregMr(handle);
            handle = 0;
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }
}
