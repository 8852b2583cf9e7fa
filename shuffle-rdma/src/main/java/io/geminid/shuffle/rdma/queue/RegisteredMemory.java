package io.geminid.shuffle.rdma.queue;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.Slab;
import io.geminid.memory.SlabListener;
import io.geminid.verbs.MemoryRegion;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.info.MemoryLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the slabs of a pool with the NIC, each once and as a whole, and finds the key for an
 * address. Rights are local only: no peer can address anything here.
 *
 * <p>A slab that cannot be registered, for lack of lockable memory most of the time, stays usable:
 * what is sent from it or received for it is copied, and counted. The first time is logged with the
 * remedy.
 *
 * <p>Slabs come and go by any thread; keys are looked up by any thread, without a lock.
 */
public final class RegisteredMemory implements SlabListener {

    /** Answer of {@link #keyOf} for memory that the NIC cannot reach. */
    public static final long NOT_REGISTERED = -1;

    private static final long KEY_MASK = 0xFFFF_FFFFL;
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredMemory.class);

    private final ProtectionDomain domain;

    // Guarded by this.
    private final Map<Slab, MemoryRegion> regions = new HashMap<>();
    private long registeredBytes;
    private int failures;

    private volatile Table table = new Table(new long[0], new long[0], new int[0]);

    /** Regions by address. Immutable. */
    private record Table(long[] from, long[] to, int[] key) {

        long keyOf(final long address, final int lengthBytes) {
            final int found = Arrays.binarySearch(from, address);
            final int at = found >= 0 ? found : -found - 2;
            return at >= 0 && address + lengthBytes <= to[at] ? key[at] & KEY_MASK : NOT_REGISTERED;
        }
    }

    /**
     * @param domain where regions are made; stays the caller's
     */
    public RegisteredMemory(final ProtectionDomain domain) {
        this.domain = domain;
    }

    @Override
    public synchronized void slabAdded(final Slab slab) {
        try {
            regions.put(slab, domain.register(slab.address(), slab.sizeBytes()));
            registeredBytes += slab.sizeBytes();
            rebuild();
        } catch (final VerbsException e) {
            if (failures++ == 0) {
                LOG.warn(
                        "{} cannot be registered, so its data is copied: {} {}",
                        slab,
                        e.getMessage(),
                        remedy(e, slab.sizeBytes()));
            }
        }
    }

    /**
     * Under the lock. What else the process has locked counts too, so the limit may come sooner.
     */
    private String remedy(final VerbsException e, final int slabBytes) {
        final long neededBytes = registeredBytes + slabBytes;
        try {
            final long limitBytes = MemoryLock.current().softBytes();
            final boolean atLimit = e.errno() == Errno.ENOMEM.number() && neededBytes <= limitBytes;
            return remedy(atLimit ? limitBytes + slabBytes : neededBytes);
        } catch (final IOException unknown) {
            return "";
        }
    }

    @Override
    public synchronized void slabRemoved(final Slab slab) {
        final MemoryRegion region = regions.get(slab);
        if (region == null) {
            return;
        }
        try {
            region.close();
        } catch (final VerbsException e) {
            // The NIC may still reach it: the pool must keep it mapped.
            throw new IllegalStateException(slab + " cannot be deregistered", e);
        }
        regions.remove(slab);
        registeredBytes -= slab.sizeBytes();
        rebuild();
    }

    /** Under the lock. */
    private void rebuild() {
        final MemoryRegion[] sorted = regions.values().toArray(new MemoryRegion[0]);
        Arrays.sort(sorted, (a, b) -> Long.compareUnsigned(a.address(), b.address()));
        final Table built =
                new Table(new long[sorted.length], new long[sorted.length], new int[sorted.length]);
        for (int i = 0; i < sorted.length; i++) {
            built.from[i] = sorted[i].address();
            built.to[i] = sorted[i].address() + sorted[i].lengthBytes();
            built.key[i] = sorted[i].localKey();
        }
        table = built;
    }

    /**
     * The key with which the NIC reaches memory. Allocates nothing.
     *
     * @param address first byte
     * @param lengthBytes how many
     * @return the key as an unsigned number, or {@link #NOT_REGISTERED}
     */
    public long keyOf(final long address, final int lengthBytes) {
        return table.keyOf(address, lengthBytes);
    }

    /**
     * Whether the NIC can write to a segment.
     *
     * @param segment any
     * @return true if its slab is registered
     */
    public boolean covers(final Segment segment) {
        return keyOf(segment.address(), segment.capacity()) != NOT_REGISTERED;
    }

    /**
     * Takes a segment that the NIC can write to. Others that come first are given back.
     *
     * @param pool where from
     * @param owner what for
     * @return the caller's; null if there is none
     */
    Segment take(final LocalSegmentPool pool, final SegmentOwner owner) {
        Segment segment = pool.poll(owner);
        if (segment == null || covers(segment)) {
            return segment;
        }
        final List<Segment> unreachable = new ArrayList<>();
        while (segment != null && !covers(segment)) {
            unreachable.add(segment);
            segment = pool.poll(owner);
        }
        unreachable.forEach(Segment::close);
        return segment;
    }

    /**
     * Slabs that could not be registered.
     *
     * @return how many since the start
     */
    public synchronized int failures() {
        return failures;
    }

    /**
     * Memory that the NIC can reach.
     *
     * @return bytes
     */
    public synchronized long registeredBytes() {
        return registeredBytes;
    }

    /**
     * What to do about too little lockable memory.
     *
     * @param neededBytes to be registered altogether
     * @return one line; empty if the limit is not the reason
     */
    public static String remedy(final long neededBytes) {
        try {
            return MemoryLock.current().shortage(neededBytes);
        } catch (final IOException e) {
            return "";
        }
    }

    @Override
    public String toString() {
        return "registration with the NIC";
    }
}
