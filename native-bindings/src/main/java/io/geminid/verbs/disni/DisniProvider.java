package io.geminid.verbs.disni;

import io.geminid.verbs.Device;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.jni.RdmaNatives;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** This host's devices. For any thread. */
public final class DisniProvider implements VerbsProvider {

    private static final int DEVICES_MAX = 64;

    // The connection manager keeps a device's context for as long as the process lives.
    private final Map<Long, DisniDevice> devices = new ConcurrentHashMap<>();

    /** Loads the natives. */
    public DisniProvider() {
        Natives.ensureLoaded();
    }

    @Override
    public String name() {
        return "disni";
    }

    @Override
    public List<Device> devices() throws VerbsException {
        Record contexts = new Record(DEVICES_MAX * Long.BYTES);
        int count = RdmaNatives.devices(contexts.address(), DEVICES_MAX);
        List<Device> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(device(contexts.longAt(i * Long.BYTES)));
        }
        return found;
    }

    DisniDevice device(long context) {
        return devices.computeIfAbsent(context, DisniDevice::new);
    }

    @Override
    public ConnectionManager createConnectionManager() throws VerbsException {
        return new DisniConnectionManager(this);
    }

    @Override
    public void adviseHugePages(long address, long lengthBytes) throws VerbsException {
        RdmaNatives.adviseHugePages(address, lengthBytes);
    }
}
