package io.geminid.memory;

import io.geminid.memory.debug.SegmentLeakException;
import io.geminid.memory.debug.SegmentLeakReport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All segments of a process, up to a hard cap. Memory comes in slabs, as it is needed; loans go
 * through {@link LocalSegmentPool}s.
 *
 * <p>At every moment: the claims of all local pools (the larger of what it reserved and what it
 * holds) and {@link #floatingFree} add up to {@link #capacity}.
 *
 * <p>Any thread may call. One lock guards the counts and is held for nanoseconds; listeners, growth
 * and poisoning run outside of it.
 */
public final class SegmentPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentPool.class);

    /**
     * Listeners still to run on this thread: one that returns a segment must not run the next one
     * on top of itself.
     */
    private static final ThreadLocal<Deque<Runnable>> WAKES = new ThreadLocal<>();

    private final SegmentPoolContext context;
    private final int capacity;
    private final SlabStore slabs;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final List<Slot> slots = new ArrayList<>();
    private final List<Slot> freeSlots = new ArrayList<>();
    private final Set<LocalSegmentPool> locals = new LinkedHashSet<>();
    private final Deque<LocalSegmentPool> waiting = new ArrayDeque<>();
    private int claimed;
    private int owed;
    private boolean closing;
    private long takenTotal;
    private long returnedTotal;
    private long dryTotal;
    private long wokenTotal;

    /**
     * Makes a pool; no memory is got yet.
     *
     * @param context sizes
     * @throws io.geminid.memory.alloc.SlabAllocationException when the cap can never be reached;
     *     names the limit
     */
    public SegmentPool(final SegmentPoolContext context) {
        this.context = context;
        this.capacity = context.capacity();
        this.slabs = new SlabStore(this, context);
        context.allocator()
                .requireRoom(Math.multiplyExact((long) capacity, context.segmentBytes()));
        LOG.debug("pool {} capacity={}", context, capacity);
    }

    /**
     * Gives a holder its share. The memory of the share exists when this returns.
     *
     * @param localContext what it may take
     * @return the caller's, to be closed
     * @throws TooFewSegmentsException when the share is not there; names the key to raise and the
     *     value that would do
     * @throws io.geminid.memory.alloc.SlabAllocationException when the pool may still grow but
     *     cannot
     * @throws IllegalStateException after close
     */
    public LocalSegmentPool createLocalPool(final LocalPoolContext localContext) {
        final LocalSegmentPool local = new LocalSegmentPool(this, localContext);
        while (true) {
            final int needed;
            lock.lock();
            try {
                requireOpen(local);
                if (localContext.reserved() > capacity - claimed) {
                    throw tooFew(localContext);
                }
                needed = claimed + localContext.reserved();
                if (needed <= slots.size()) {
                    locals.add(local);
                    settle(local);
                    return local;
                }
            } finally {
                lock.unlock();
            }
            slabs.growTo(needed);
        }
    }

    /**
     * Has a listener told of every slab: before this returns of those that exist, and of each later
     * one before it is used.
     *
     * @param listener called by the threads that make the pool grow
     * @throws io.geminid.memory.alloc.SlabAllocationException when the listener throws; it is not
     *     added then, and was told {@code slabRemoved} for the slabs it had accepted
     * @throws IllegalStateException after close
     */
    public void addSlabListener(final SlabListener listener) {
        slabs.addListener(listener);
    }

    /**
     * Tells a listener {@code slabRemoved} for every slab, and of none any more: for a transport
     * that ends before the pool does.
     *
     * @param listener added before
     * @throws IllegalArgumentException when it is not a listener of this pool
     */
    public void removeSlabListener(final SlabListener listener) {
        slabs.removeListener(listener);
    }

    /**
     * Sizes of the pool.
     *
     * @return as given
     */
    public SegmentPoolContext context() {
        return context;
    }

    /**
     * Segments at the hard cap.
     *
     * @return segments
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Segments for which memory exists.
     *
     * @return a multiple of the segments in a slab, at most {@link #capacity}
     */
    public int allocated() {
        lock.lock();
        try {
            return slots.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Segments not on loan, whether or not their memory exists yet.
     *
     * @return capacity less those held
     */
    public int free() {
        lock.lock();
        try {
            return capacity - lent();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Segments that any local pool below its {@code max} may borrow.
     *
     * @return capacity less the claims of all local pools
     */
    public int floatingFree() {
        lock.lock();
        try {
            return capacity - claimed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Loans since the start.
     *
     * @return segments
     */
    public long takenTotal() {
        return read(0);
    }

    /**
     * Segments given back since the start.
     *
     * @return segments
     */
    public long returnedTotal() {
        return read(1);
    }

    /**
     * Polls that found nothing, since the start.
     *
     * @return calls
     */
    public long dryTotal() {
        return read(2);
    }

    /**
     * Listeners woken since the start.
     *
     * @return calls
     */
    public long wokenTotal() {
        return read(3);
    }

    private long read(final int which) {
        lock.lock();
        try {
            return switch (which) {
                case 0 -> takenTotal;
                case 1 -> returnedTotal;
                case 2 -> dryTotal;
                default -> wokenTotal;
            };
        } finally {
            lock.unlock();
        }
    }

    /**
     * Segments on loan, by owner. Reads slab by slab while loans go on: exact when nothing moves.
     *
     * @return owners that hold at least one
     */
    public SortedMap<SegmentOwner, Integer> heldByOwner() {
        final SortedMap<SegmentOwner, Integer> counts = new TreeMap<>();
        final int chunk = context.segmentsPerSlab();
        for (int from = 0, end = allocated(); from < end; from += chunk) {
            lock.lock();
            try {
                for (final Slot slot : slots.subList(from, Math.min(from + chunk, slots.size()))) {
                    if (slot.loan != null) {
                        counts.merge(slot.loan.owner(), 1, Integer::sum);
                    }
                }
            } finally {
                lock.unlock();
            }
        }
        return counts;
    }

    /**
     * Segments on loan at this moment, by owner and local pool, with the stacks that took them
     * where they are known.
     *
     * @return never null
     */
    public SegmentLeakReport leakReport() {
        final SortedMap<String, Integer> byOwner = new TreeMap<>();
        final SortedMap<String, Integer> byLocalPool = new TreeMap<>();
        final List<Throwable> takenAt = new ArrayList<>();
        lock.lock();
        try {
            for (final Slot slot : slots) {
                final Segment loan = slot.loan;
                if (loan != null) {
                    byOwner.merge(loan.owner().name(), 1, Integer::sum);
                    byLocalPool.merge(loan.pool().name(), 1, Integer::sum);
                    if (loan.takenAt() != null && takenAt.size() < SegmentLeakReport.STACKS_MAX) {
                        takenAt.add(loan.takenAt());
                    }
                }
            }
        } finally {
            lock.unlock();
        }
        return new SegmentLeakReport(
                Collections.unmodifiableSortedMap(byOwner),
                Collections.unmodifiableSortedMap(byLocalPool),
                List.copyOf(takenAt));
    }

    /**
     * Closes the local pools, tells the listeners, and frees the memory. From the first call on
     * nothing is lent.
     *
     * @throws SegmentLeakException when segments are on loan: names their owners and local pools.
     *     Nothing was freed; call again once they are back
     * @throws IllegalStateException at level poison, when free memory was written to; the pool is
     *     closed then
     */
    @Override
    public void close() {
        final boolean leaking;
        lock.lock();
        try {
            closing = true;
            List.copyOf(locals).forEach(this::shut);
            leaking = lent() > 0;
        } finally {
            lock.unlock();
        }
        if (leaking) {
            final SegmentLeakReport report = leakReport();
            if (report.held() > 0) {
                throw new SegmentLeakException(report);
            }
        }
        free(freeSlots);
    }

    private void free(final List<Slot> all) {
        IllegalStateException written = null;
        final List<Slot> gone;
        lock.lock();
        try {
            gone = List.copyOf(all);
            all.clear();
            slots.clear();
        } finally {
            lock.unlock();
        }
        if (context.debug().poison()) {
            for (final Slot slot : gone) {
                try {
                    slot.requirePoison();
                } catch (final IllegalStateException e) {
                    written = e;
                }
            }
        }
        slabs.close();
        if (written != null) {
            throw written;
        }
    }

    void addSlots(final List<Slot> added) {
        lock.lock();
        try {
            slots.addAll(added);
            freeSlots.addAll(added);
            assert slots.size() <= capacity;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a segment while {@code local} holds fewer than {@code limit}; null when there is none.
     */
    Segment take(final LocalSegmentPool local, final SegmentOwner owner, final int limit) {
        Objects.requireNonNull(owner, "owner");
        final Throwable takenAt =
                context.debug().stacks()
                        ? new Throwable(
                                "taken here by owner=" + owner + " localPool=" + local.name())
                        : null;
        while (true) {
            final Segment segment;
            final List<Runnable> wakes;
            int needed = 0;
            lock.lock();
            try {
                requireOpen(local);
                final boolean own = local.held < local.context().reserved();
                if (own || (local.held < limit && claimed < slots.size())) {
                    segment = lend(local, owner, takenAt);
                    wakes = answered(local);
                } else if (local.held < limit && claimed < capacity) {
                    needed = claimed + 1;
                    segment = null;
                    wakes = null;
                } else {
                    dryTotal++;
                    local.overtaken = local.woken > 0;
                    segment = null;
                    wakes = answered(local);
                }
            } finally {
                lock.unlock();
            }
            run(wakes);
            if (needed == 0) {
                return segment == null ? null : checked(segment);
            }
            grow(local, needed);
        }
    }

    private Segment lend(
            final LocalSegmentPool local, final SegmentOwner owner, final Throwable takenAt) {
        final int last = freeSlots.size() - 1;
        final Slot slot = freeSlots.get(last);
        final Segment segment = new Segment(local, slot, owner, takenAt);
        freeSlots.remove(last);
        slot.loan = segment;
        local.held++;
        takenTotal++;
        return segment;
    }

    private Segment checked(final Segment segment) {
        if (context.debug().poison()) {
            try {
                segment.slot().requirePoison();
            } catch (final IllegalStateException e) {
                segment.close();
                throw e;
            }
        }
        return segment;
    }

    private void grow(final LocalSegmentPool local, final int needed) {
        try {
            slabs.growTo(needed);
        } catch (final RuntimeException | Error e) {
            decline(local);
            throw e;
        }
    }

    void takeBack(final Segment segment) {
        final Slot slot = segment.slot();
        if (context.debug().poison()) {
            slot.poison(segment.owner());
        }
        final LocalSegmentPool local = segment.pool();
        final List<Runnable> wakes;
        lock.lock();
        try {
            assert slot.loan == segment;
            slot.loan = null;
            freeSlots.add(slot);
            local.held--;
            returnedTotal++;
            settle(local);
            wakes = wakes(local);
        } finally {
            lock.unlock();
        }
        run(wakes);
    }

    boolean await(final LocalSegmentPool local, final Runnable listener) {
        final boolean registered;
        final List<Runnable> wakes;
        lock.lock();
        try {
            requireOpen(local);
            registered = available(local) == 0;
            if (registered) {
                local.listeners.add(listener);
            }
            wakes = answered(local);
        } finally {
            lock.unlock();
        }
        run(wakes);
        return registered;
    }

    void decline(final LocalSegmentPool local) {
        final List<Runnable> wakes;
        lock.lock();
        try {
            wakes = answered(local);
        } finally {
            lock.unlock();
        }
        run(wakes);
    }

    int heldBy(final LocalSegmentPool local) {
        lock.lock();
        try {
            return local.held;
        } finally {
            lock.unlock();
        }
    }

    int availableTo(final LocalSegmentPool local) {
        lock.lock();
        try {
            return available(local);
        } finally {
            lock.unlock();
        }
    }

    void closeLocal(final LocalSegmentPool local) {
        final List<Runnable> wakes;
        lock.lock();
        try {
            shut(local);
            wakes = wakes(local);
        } finally {
            lock.unlock();
        }
        run(wakes);
    }

    // From here on: the lock is held.

    private void shut(final LocalSegmentPool local) {
        local.closed = true;
        local.listeners.clear();
        local.woken = 0;
        settle(local);
    }

    private int lent() {
        return slots.size() - freeSlots.size();
    }

    private int available(final LocalSegmentPool local) {
        if (local.closed) {
            return 0;
        }
        final int reserved = local.context().reserved();
        final int borrowable = Math.max(0, local.context().max() - Math.max(local.held, reserved));
        return Math.max(0, reserved - local.held) + Math.min(borrowable, capacity - claimed);
    }

    /**
     * Takes note that a woken local pool has called back; another may now be told of what it left.
     */
    private List<Runnable> answered(final LocalSegmentPool local) {
        local.woken = Math.max(0, local.woken - 1);
        settle(local);
        return wakes(local);
    }

    /** Brings sums and queue up to date after any change of a local pool. */
    private void settle(final LocalSegmentPool local) {
        final LocalPoolContext limits = local.context();
        final int claim = local.closed ? local.held : Math.max(local.held, limits.reserved());
        final int borrowable = local.closed ? 0 : Math.max(0, limits.max() - claim);
        final int wokenForOwn = Math.max(0, limits.reserved() - local.held);
        final int owedNow = Math.min(borrowable, Math.max(0, local.woken - wokenForOwn));
        claimed += claim - local.claim;
        owed += owedNow - local.owed;
        local.claim = claim;
        local.owed = owedNow;
        if (!local.queued && !local.listeners.isEmpty() && borrowable > owedNow) {
            local.queued = true;
            if (local.overtaken) {
                waiting.addFirst(local);
            } else {
                waiting.addLast(local);
            }
            local.overtaken = false;
        }
        if (local.closed && local.held == 0) {
            locals.remove(local);
        }
        assert claimed >= lent() && claimed <= capacity && owed >= 0;
    }

    /** The listeners to run for what has become available; null when none. */
    private List<Runnable> wakes(final LocalSegmentPool changed) {
        List<Runnable> wakes = null;
        while (!changed.listeners.isEmpty()
                && changed.context().reserved() - changed.held > changed.woken) {
            wakes = wake(changed, wakes);
        }
        while (capacity - claimed > owed && !waiting.isEmpty()) {
            final LocalSegmentPool first = waiting.removeFirst();
            first.queued = false;
            final int borrowable = first.context().max() - first.claim;
            if (!first.listeners.isEmpty() && borrowable > first.owed) {
                wakes = wake(first, wakes);
            }
        }
        return wakes;
    }

    private List<Runnable> wake(final LocalSegmentPool local, final List<Runnable> wakes) {
        final List<Runnable> more = wakes == null ? new ArrayList<>() : wakes;
        more.add(local.listeners.remove());
        local.woken++;
        wokenTotal++;
        settle(local);
        return more;
    }

    private void requireOpen(final LocalSegmentPool local) {
        if (local.closed || closing) {
            throw new IllegalStateException(
                    (closing ? "pool" : "local pool") + " is closed: localPool=" + local.name());
        }
    }

    private TooFewSegmentsException tooFew(final LocalPoolContext wanted) {
        long borrowed = 0;
        final StringBuilder claims = new StringBuilder();
        for (final LocalSegmentPool local : locals) {
            borrowed += Math.max(0, local.held - (local.closed ? 0 : local.context().reserved()));
            claims.append(' ').append(local.name()).append('=').append(local.claim);
        }
        final long needed = context.maxBytesFor((long) claimed + wanted.reserved());
        return new TooFewSegmentsException(
                "localPool="
                        + wanted.name()
                        + " reserved="
                        + wanted.reserved()
                        + " floatingFree="
                        + (capacity - claimed)
                        + " capacity="
                        + capacity
                        + ": raise "
                        + SegmentPoolContext.MAX_BYTES
                        + " from "
                        + context.maxBytes()
                        + " to at least "
                        + needed
                        + "; claims:"
                        + claims
                        + " (of these borrowed="
                        + borrowed
                        + ")",
                needed);
    }

    // From here on: the lock is not held.

    private static void run(final List<Runnable> wakes) {
        if (wakes == null) {
            return;
        }
        final Deque<Runnable> outer = WAKES.get();
        if (outer != null) {
            outer.addAll(wakes);
            return;
        }
        final Deque<Runnable> queue = new ArrayDeque<>(wakes);
        WAKES.set(queue);
        try {
            for (Runnable listener = queue.poll(); listener != null; listener = queue.poll()) {
                try {
                    listener.run();
                } catch (final RuntimeException | Error e) {
                    LOG.error("listener={} of a local pool failed", listener, e);
                }
            }
        } finally {
            WAKES.remove();
        }
    }
}
