package io.geminid.verbs.fabric;

import io.geminid.verbs.AsyncEvent;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.Device;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.info.DeviceInfo;
import io.geminid.verbs.info.DeviceLimits;
import io.geminid.verbs.info.GidInfo;
import io.geminid.verbs.info.PortInfo;
import io.geminid.verbs.info.PortMtu;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;

/** A device of the fabric: its regions by key, its link, its events. */
final class FabricDevice implements Device {

    static final int REQUESTS_MAX = 1 << 16;
    static final int SLICES_MAX = 32;
    static final int INLINE_BYTES_MAX = 256;
    static final int MESSAGE_BYTES_MAX = 8 << 20;
    static final int MTU_BYTES = 4096;

    private static final int QUEUE_PAIR_NUMBER_FIRST = 17;

    private final SoftwareFabric fabric;
    private final String name;
    private final InetAddress address;
    private final Int2ObjectHashMap<FabricMemoryRegion> localKeys = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<FabricMemoryRegion> remoteKeys = new Int2ObjectHashMap<>();
    private final Deque<int[]> events = new ArrayDeque<>();
    private int queuePairNumber = QUEUE_PAIR_NUMBER_FIRST;
    private boolean linkUp = true;
    private boolean removed;
    private long lockableBytes = Long.MAX_VALUE;
    private long lockedBytes;

    FabricDevice(SoftwareFabric fabric, String name, InetAddress address) {
        this.fabric = fabric;
        this.name = name;
        this.address = address;
    }

    SoftwareFabric fabric() {
        return fabric;
    }

    InetAddress address() {
        return address;
    }

    boolean isRemoved() {
        return removed;
    }

    boolean isReachable() {
        return linkUp && !removed;
    }

    boolean isLinkUp() {
        return linkUp;
    }

    void link(boolean up) {
        if (linkUp != up) {
            linkUp = up;
            event(up ? AsyncEvent.Kind.PORT_ACTIVE : AsyncEvent.Kind.PORT_ERROR, 0, 1);
        }
    }

    void remove() {
        removed = true;
        event(AsyncEvent.Kind.DEVICE_FATAL, 0, 0);
    }

    void event(AsyncEvent.Kind kind, int queuePair, int port) {
        events.add(new int[] {kind.number(), queuePair, port});
    }

    int nextQueuePairNumber() {
        return queuePairNumber++;
    }

    void ensurePresent(String call) throws VerbsException {
        if (removed) {
            throw new VerbsException(call, Errno.ENODEV, "device=" + name);
        }
    }

    void lockable(long bytes) {
        lockableBytes = bytes;
    }

    /** As the kernel does it: all of a region, or none. */
    void lock(long bytes) throws VerbsException {
        if (bytes > lockableBytes - lockedBytes) {
            throw new VerbsException(
                    "ibv_reg_mr", Errno.ENOMEM, "lockedBytes=" + lockedBytes + " bytes=" + bytes);
        }
        lockedBytes += bytes;
    }

    void unlock(long bytes) {
        lockedBytes -= bytes;
    }

    void add(FabricMemoryRegion region) {
        localKeys.put(region.localKey(), region);
        remoteKeys.put(region.remoteKey(), region);
    }

    void remove(FabricMemoryRegion region) {
        localKeys.remove(region.localKey());
        remoteKeys.remove(region.remoteKey());
    }

    /** A key that no region of this device has, neither as local nor as remote one. */
    int unusedKey() {
        int key = fabric.key();
        while (key == 0 || localKeys.containsKey(key) || remoteKeys.containsKey(key)) {
            key = fabric.key();
        }
        return key;
    }

    /** The region of a local key; null if there is none. */
    FabricMemoryRegion local(int key) {
        return localKeys.get(key);
    }

    /** The region of a remote key; null if there is none. */
    FabricMemoryRegion remote(int key) {
        return remoteKeys.get(key);
    }

    @Override
    public DeviceInfo info() throws VerbsException {
        ensurePresent("ibv_query_device");
        DeviceLimits limits = new DeviceLimits(1 << 20, REQUESTS_MAX, SLICES_MAX, 1 << 20, 1 << 20);
        return new DeviceInfo(name, address.hashCode(), "", 1, limits);
    }

    @Override
    public PortInfo port(int number) throws VerbsException {
        ensurePresent("ibv_query_port");
        if (number != 1) {
            throw new VerbsException("ibv_query_port", Errno.EINVAL, "port=" + number);
        }
        return new PortInfo(
                number,
                linkUp,
                linkUp ? "ACTIVE" : "DOWN",
                new PortMtu(MTU_BYTES, MTU_BYTES),
                MESSAGE_BYTES_MAX);
    }

    @Override
    public List<GidInfo> gids(int port) throws VerbsException {
        ensurePresent("ibv_query_gid_table");
        String text = address.getHostAddress();
        return List.of(new GidInfo(0, text.contains(":") ? text : "::ffff:" + text, "RoCEv2", 0));
    }

    @Override
    public ProtectionDomain createProtectionDomain() throws VerbsException {
        ensurePresent("ibv_alloc_pd");
        return new FabricProtectionDomain(this);
    }

    @Override
    public CompletionQueue createCompletionQueue(int entries) throws VerbsException {
        ensurePresent("ibv_create_cq");
        return new FabricCompletionQueue(this, entries);
    }

    @Override
    public boolean nextAsyncEvent(AsyncEvent into, int timeoutMs) {
        long deadlineNs = fabric.nowNs() + timeoutMs * 1_000_000L;
        while (events.isEmpty() && (timeoutMs < 0 || fabric.nowNs() < deadlineNs)) {
            fabric.step();
        }
        int[] event = events.poll();
        if (event == null) {
            return false;
        }
        into.set(event[0], event[1], event[2]);
        return true;
    }

    @Override
    public String toString() {
        return "device=" + name + " address=" + address.getHostAddress();
    }
}
