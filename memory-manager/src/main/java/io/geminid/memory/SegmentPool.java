package io.geminid.memory;

import io.geminid.memory.debug.SegmentLeakException;
import io.geminid.memory.debug.SegmentLeakReport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All segments of a process, up to a hard cap. Memory comes in slabs, as it is needed; loans go
 * through {@link LocalSegmentPool}s.
 *
 * <p>At every moment the claims of all local pools (each the larger of what it reserved and what it
 * holds) and {@link #floatingFree} add up to {@link #capacity}, and the memory of every claim
 * exists. That is why a local pool always gets its share: nothing has to be found for it.
 *
 * <p>Any thread may call. One lock guards the counts and is held for nanoseconds; listeners, growth
 * and poisoning run outside of it.
 */
public final class SegmentPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentPool.class);

    /**
     * Listeners still to run on this thread: those that return segments do not pile up on its
     * stack.
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
        context.allocator().requireRoom(context.slabBytes(), context.slabCount());
        LOG.info("segment pool capacity={} {}", capacity, context);
    }

    /**
     * Gives a holder its share. The memory of the share exists when this returns. What others have
     * borrowed is not called back: a share that fits beside the shares of others may have to be
     * asked for again once they have returned it, which the exception's message tells.
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
        return Math.toIntExact(locked(slots::size));
    }

    /**
     * Segments not on loan, whether or not their memory exists yet.
     *
     * @return capacity less those held
     */
    public int free() {
        return Math.toIntExact(locked(() -> capacity - lent()));
    }

    /**
     * Segments that any local pool below its {@code max} may borrow.
     *
     * @return capacity less the claims of all local pools
     */
    public int floatingFree() {
        return Math.toIntExact(locked(() -> capacity - claimed));
    }

    /**
     * Loans since the start.
     *
     * @return segments
     */
    public long takenTotal() {
        return locked(() -> takenTotal);
    }

    /**
     * Segments given back since the start.
     *
     * @return segments
     */
    public long returnedTotal() {
        return locked(() -> returnedTotal);
    }

    /**
     * Polls that found nothing, since the start.
     *
     * @return calls
     */
    public long dryTotal() {
        return locked(() -> dryTotal);
    }

    /**
     * Listeners woken since the start.
     *
     * @return calls
     */
    public long wokenTotal() {
        return locked(() -> wokenTotal);
    }

    /**
     * Segments on loan, by owner. Reads slab by slab while loans go on: exact when nothing moves.
     *
     * @return owners that hold at least one
     */
    public SortedMap<SegmentOwner, Integer> heldByOwner() {
        final SortedMap<SegmentOwner, Integer> counts = new TreeMap<>();
        final int step = context.segmentsPerSlab();
        for (int from = 0; from < allocated(); from += step) {
            forEachLoan(from, from + step, loan -> counts.merge(loan.owner(), 1, Integer::sum));
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
        forEachLoan(
                0,
                capacity,
                loan -> {
                    byOwner.merge(loan.owner().name(), 1, Integer::sum);
                    byLocalPool.merge(loan.pool().name(), 1, Integer::sum);
                    if (loan.takenAt() != null && takenAt.size() < SegmentLeakReport.STACKS_MAX) {
                        takenAt.add(loan.takenAt());
                    }
                });
        return new SegmentLeakReport(byOwner, byLocalPool, takenAt);
    }

    private void forEachLoan(final int from, final int to, final Consumer<Segment> action) {
        lock.lock();
        try {
            for (int i = from; i < Math.min(to, slots.size()); i++) {
                final Segment loan = slots.get(i).loan;
                if (loan != null) {
                    action.accept(loan);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the local pools, tells the listeners, and frees the memory. From the first call on
     * nothing is lent.
     *
     * @throws SegmentLeakException when segments are on loan: names their owners and local pools.
     *     Nothing was freed; call again once they are back
     * @throws IllegalStateException at level poison, when free memory was written to; the memory is
     *     freed all the same
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            List.copyOf(locals).forEach(this::shut);
            if (lent() > 0) {
                throw new SegmentLeakException(leakReport());
            }
        } finally {
            lock.unlock();
        }
        slabs.close();
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

    /** Lets go of all slots, right before their memory is freed. */
    List<Slot> removeSlots() {
        lock.lock();
        try {
            assert closing && lent() == 0;
            final List<Slot> removed = List.copyOf(slots);
            slots.clear();
            freeSlots.clear();
            return removed;
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
                        ? new Throwable("taken by owner=" + owner + " localPool=" + local.name())
                        : null;
        while (true) {
            Segment segment = null;
            List<Runnable> wakes = null;
            int grownTo = 0;
            lock.lock();
            try {
                requireOpen(local);
                final boolean own = local.held < local.context().reserved();
                if (own || (local.held < limit && claimed < slots.size())) {
                    segment = lend(local, owner, takenAt);
                    wakes = answered(local);
                } else if (local.held < limit && claimed < capacity) {
                    grownTo = claimed + 1;
                } else {
                    dryTotal++;
                    local.overtaken |= local.woken > 0;
                    wakes = answered(local);
                }
            } finally {
                lock.unlock();
            }
            run(wakes);
            if (grownTo == 0) {
                return segment == null ? null : requireIntact(segment);
            }
            grow(local, grownTo);
        }
    }

    private void grow(final LocalSegmentPool local, final int segmentCount) {
        try {
            slabs.growTo(segmentCount);
        } catch (final RuntimeException | Error e) {
            decline(local);
            throw e;
        }
    }

    private Segment requireIntact(final Segment segment) {
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
            registered = local.available(capacity - claimed) == 0;
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

    int heldBy(final LocalSegmentPool local) {
        return Math.toIntExact(locked(() -> local.held));
    }

    int availableTo(final LocalSegmentPool local) {
        return Math.toIntExact(locked(() -> local.available(capacity - claimed)));
    }

    private long locked(final LongSupplier value) {
        lock.lock();
        try {
            return value.getAsLong();
        } finally {
            lock.unlock();
        }
    }

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
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                try {
                    next.run();
                } catch (final RuntimeException | Error e) {
                    LOG.error("listener={} of a local pool failed", next, e);
                }
            }
        } finally {
            WAKES.remove();
        }
    }

    // From here on the lock is held.

    /**
     * Segments that are still to come back through local pools which are closed.
     *
     * @return 0 once whoever closed its local pool has given everything back
     */
    public int heldAfterClose() {
        return Math.toIntExact(
                locked(
                        () ->
                                locals.stream()
                                        .filter(local -> local.closed)
                                        .mapToLong(local -> local.held)
                                        .sum()));
    }

    private int lent() {
        return slots.size() - freeSlots.size();
    }

    private Segment lend(
            final LocalSegmentPool local, final SegmentOwner owner, final Throwable takenAt) {
        final int last = freeSlots.size() - 1;
        final Slot slot = freeSlots.get(last);
        final Segment segment = new Segment(local, slot, owner, takenAt);
        freeSlots.remove(last);
        slot.loan = segment;
        local.held++;
        local.overtaken = false;
        takenTotal++;
        return segment;
    }

    private void shut(final LocalSegmentPool local) {
        local.closed = true;
        local.listeners.clear();
        local.woken = 0;
        settle(local);
    }

    /** A woken local pool has called back: what it left may be another's. */
    private List<Runnable> answered(final LocalSegmentPool local) {
        local.woken = Math.max(0, local.woken - 1);
        settle(local);
        return wakes(local);
    }

    /** Brings sums and queue up to date after any change of a local pool. */
    private void settle(final LocalSegmentPool local) {
        claimed -= local.claim;
        owed -= local.owed;
        local.settle();
        claimed += local.claim;
        owed += local.owed;
        if (!local.queued && local.waitsForFloating()) {
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
        while (changed.waitsForOwn()) {
            wakes = wake(changed, wakes);
        }
        while (capacity - claimed > owed && !waiting.isEmpty()) {
            final LocalSegmentPool first = waiting.removeFirst();
            first.queued = false;
            if (first.waitsForFloating()) {
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
        final StringJoiner claims = new StringJoiner(", ", "{", "}");
        int borrowed = 0;
        for (final LocalSegmentPool local : locals) {
            borrowed += local.borrowed();
            claims.add(local.name() + "=" + local.claim);
        }
        return new TooFewSegmentsException(
                "localPool="
                        + wanted.name()
                        + " reserved="
                        + wanted.reserved()
                        + " floatingFree="
                        + (capacity - claimed)
                        + " capacity="
                        + capacity,
                context,
                (long) claimed + wanted.reserved(),
                "; claims=" + claims + " of which borrowed=" + borrowed);
    }
}
