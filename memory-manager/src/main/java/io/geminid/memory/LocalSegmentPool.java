package io.geminid.memory;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;

/**
 * What one task, gate or store takes its segments through: a share of its own, and whatever it may
 * borrow.
 *
 * <ul>
 *   <li>While {@link #held} is below {@code reserved}, {@link #poll} always succeeds: that share is
 *       memory which exists already and is never lent to others.
 *   <li>From there to {@code max} it borrows floating segments, as long as there are any.
 *   <li>{@link #pollOverdraft} goes {@code overdraft} further, out of floating segments as well.
 * </ul>
 *
 * A closed segment first pays back what was borrowed. Any thread may call.
 */
public final class LocalSegmentPool implements AutoCloseable {
    private final SegmentPool pool;
    private final LocalPoolContext context;

    // Guarded by the pool's lock, and written by the pool only.
    final Queue<Runnable> listeners = new ArrayDeque<>();
    int held;
    boolean closed;

    /** Part of the capacity that others cannot have: max(held, reserved), or held once closed. */
    int claim;

    /** Listeners run whose local pool has not called back yet. */
    int woken;

    /** How many of {@link #woken} were woken for a floating segment. */
    int owed;

    /** In the queue of those waiting for a floating segment. */
    boolean queued;

    /** Was woken, and another took the segment first: goes to the head of the queue. */
    boolean overtaken;

    LocalSegmentPool(final SegmentPool pool, final LocalPoolContext context) {
        this.pool = pool;
        this.context = context;
    }

    /**
     * Takes a segment.
     *
     * @param owner what it is for
     * @return the caller's until closed or handed over; null when there is none, then the caller
     *     waits ({@link #awaitAvailable}). Its content is undefined
     * @throws IllegalStateException after close
     * @throws io.geminid.memory.alloc.SlabAllocationException when the pool may still grow but
     *     cannot; never while below {@code reserved}
     */
    public Segment poll(final SegmentOwner owner) {
        return pool.take(this, owner, context.max());
    }

    /**
     * Takes a segment to finish what cannot be interrupted, such as the rest of a record: up to
     * {@code max + overdraft}.
     *
     * @param owner what it is for
     * @return as {@link #poll}
     * @throws IllegalStateException after close
     * @throws io.geminid.memory.alloc.SlabAllocationException as {@link #poll}
     */
    public Segment pollOverdraft(final SegmentOwner owner) {
        return pool.take(this, owner, context.max() + context.overdraft());
    }

    /**
     * Registers for one wake-up, unless {@link #poll} would succeed right now.
     *
     * <p>Each segment that becomes available wakes one listener, the local pools in the order in
     * which they began to wait. So whoever is woken must answer: {@link #poll}, or {@link #decline}
     * when the segment is not needed any more, or {@link #close}. The segment is not kept for it:
     * if another takes it first, {@code poll} answers null, and registering again puts this local
     * pool at the head of the queue.
     *
     * @param listener runs exactly once, on the thread that makes a segment available, outside all
     *     locks of the pool; short, must not block. What it throws is logged and does not reach
     *     that thread
     * @return false: nothing was registered, call {@link #poll} now; true: the listener will run,
     *     unless this local pool is closed before; it may still run while close returns
     * @throws IllegalStateException after close
     */
    public boolean awaitAvailable(final Runnable listener) {
        return pool.await(this, Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Answers a wake-up by saying that the segment is not needed: the next in the queue is woken.
     */
    public void decline() {
        pool.decline(this);
    }

    /**
     * Segments on loan through this local pool.
     *
     * @return 0 to {@code max + overdraft}
     */
    public int held() {
        return pool.heldBy(this);
    }

    /**
     * How many calls of {@link #poll} would succeed if nobody else called.
     *
     * @return segments, 0 when closed
     */
    public int availableNow() {
        return pool.availableTo(this);
    }

    /**
     * The name of the holder.
     *
     * @return for messages
     */
    public String name() {
        return context.name();
    }

    /**
     * The most memory on loan through this local pool.
     *
     * @return bytes of {@code max + overdraft} segments
     */
    public long bytesMax() {
        return ((long) context.max() + context.overdraft()) * pool.context().segmentBytes();
    }

    /**
     * What this local pool may take.
     *
     * @return as given at creation
     */
    public LocalPoolContext context() {
        return context;
    }

    /**
     * Refuses later polls and drops registered listeners. Segments out may come back later; the
     * reserved share goes to the pool as they do, at once for what is not out. A second close does
     * nothing.
     */
    @Override
    public void close() {
        pool.closeLocal(this);
    }

    boolean isOfSamePool(final LocalSegmentPool other) {
        return pool == other.pool;
    }

    void takeBack(final Segment segment) {
        pool.takeBack(segment);
    }

    // From here on the pool's lock is held.

    /** Brings claim and owed up to date with held, woken and closed. */
    void settle() {
        claim = closed ? held : Math.max(held, context.reserved());
        final int wokenForOwn = Math.max(0, context.reserved() - held);
        owed = Math.min(borrowable(), Math.max(0, woken - wokenForOwn));
    }

    int available(final int floatingFree) {
        return closed
                ? 0
                : Math.max(0, context.reserved() - held) + Math.min(borrowable(), floatingFree);
    }

    /** Segments on loan beyond the share. */
    int borrowed() {
        return closed ? held : claim - context.reserved();
    }

    /** Whether a listener should be told of a free segment of the share. */
    boolean waitsForOwn() {
        return !listeners.isEmpty() && context.reserved() - held > woken;
    }

    /** Whether a listener should be told of a floating segment. */
    boolean waitsForFloating() {
        return !listeners.isEmpty() && borrowable() > owed;
    }

    private int borrowable() {
        return closed ? 0 : Math.max(0, context.max() - claim);
    }

    @Override
    public String toString() {
        return context.toString();
    }
}
