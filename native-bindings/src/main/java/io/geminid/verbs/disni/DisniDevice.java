package io.geminid.verbs.disni;

import io.geminid.verbs.AsyncEvent;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.Device;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.info.DeviceInfo;
import io.geminid.verbs.info.DeviceLimits;
import io.geminid.verbs.info.GidInfo;
import io.geminid.verbs.info.PortInfo;
import io.geminid.verbs.info.PortMtu;
import io.geminid.verbs.jni.NativeRecords;
import io.geminid.verbs.jni.RdmaNatives;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** One of the connection manager's devices. */
final class DisniDevice implements Device {

    private static final int GIDS_MAX = 64;
    private static final String[] PORT_STATES = {
        "NOP", "DOWN", "INIT", "ARMED", "ACTIVE", "ACTIVE_DEFER"
    };
    private static final int PORT_ACTIVE = 4;
    private static final String[] GID_TYPES = {"IB", "RoCEv1", "RoCEv2"};

    private final long context;
    private final Record asyncEvent = new Record(NativeRecords.ASYNC_EVENT_BYTES);

    DisniDevice(long context) {
        this.context = context;
    }

    long context() {
        return context;
    }

    @Override
    public DeviceInfo info() throws VerbsException {
        Record from = new Record(NativeRecords.DEVICE_BYTES);
        RdmaNatives.queryDevice(context, from.address());
        DeviceLimits limits =
                new DeviceLimits(
                        from.unsignedAt(NativeRecords.DEVICE_QUEUE_PAIRS),
                        from.unsignedAt(NativeRecords.DEVICE_REQUESTS),
                        from.unsignedAt(NativeRecords.DEVICE_SLICES),
                        from.unsignedAt(NativeRecords.DEVICE_COMPLETIONS),
                        from.unsignedAt(NativeRecords.DEVICE_REGIONS));
        return new DeviceInfo(
                from.textAt(NativeRecords.DEVICE_NAME, NativeRecords.TEXT_BYTES),
                from.longAt(NativeRecords.DEVICE_GUID),
                from.textAt(NativeRecords.DEVICE_FIRMWARE, NativeRecords.TEXT_BYTES),
                from.intAt(NativeRecords.DEVICE_PORTS),
                limits);
    }

    @Override
    public PortInfo port(int number) throws VerbsException {
        Record from = new Record(NativeRecords.PORT_BYTES);
        RdmaNatives.queryPort(context, number, from.address());
        int state = from.intAt(NativeRecords.PORT_STATE);
        return new PortInfo(
                number,
                state == PORT_ACTIVE,
                name(PORT_STATES, state),
                new PortMtu(
                        from.intAt(NativeRecords.PORT_ACTIVE_MTU),
                        from.intAt(NativeRecords.PORT_MAX_MTU)),
                from.unsignedAt(NativeRecords.PORT_MESSAGE_BYTES));
    }

    @Override
    public List<GidInfo> gids(int port) throws VerbsException {
        Record from = new Record(GIDS_MAX * NativeRecords.GID_BYTES);
        int count = RdmaNatives.queryGids(context, port, from.address(), GIDS_MAX);
        List<GidInfo> gids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = i * NativeRecords.GID_BYTES;
            gids.add(
                    new GidInfo(
                            from.intAt(at + NativeRecords.GID_INDEX),
                            text(from.bytesAt(at + NativeRecords.GID_VALUE, 16)),
                            name(GID_TYPES, from.intAt(at + NativeRecords.GID_TYPE)),
                            from.intAt(at + NativeRecords.GID_INTERFACE)));
        }
        return gids;
    }

    private static String text(byte[] gid) {
        try {
            String text = InetAddress.getByAddress(gid).getHostAddress();
            // Java turns a mapped address into a plain one; the kernel's tables show it mapped.
            return text.contains(":") ? text : "::ffff:" + text;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are always an address", e);
        }
    }

    private static String name(String[] names, int number) {
        return number >= 0 && number < names.length ? names[number] : "number=" + number;
    }

    @Override
    public ProtectionDomain createProtectionDomain() throws VerbsException {
        return new DisniProtectionDomain(this);
    }

    @Override
    public CompletionQueue createCompletionQueue(int entries) throws VerbsException {
        return new DisniCompletionQueue(this, entries);
    }

    @Override
    public boolean nextAsyncEvent(AsyncEvent into, int timeoutMs) throws VerbsException {
        if (!RdmaNatives.nextAsyncEvent(context, asyncEvent.address(), timeoutMs)) {
            return false;
        }
        into.set(
                asyncEvent.intAt(NativeRecords.ASYNC_EVENT_TYPE),
                asyncEvent.intAt(NativeRecords.ASYNC_EVENT_QUEUE_PAIR),
                asyncEvent.intAt(NativeRecords.ASYNC_EVENT_PORT));
        return true;
    }
}
