package io.geminid.shuffle.gate;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The segments that the channels of a gate share. A channel that wants one waits in a queue; a
 * segment given back goes to the first of the queue that still wants it, else to the pool.
 *
 * <p>No segment is lost between the two: a channel is put into the queue before the pool is asked,
 * so whoever gives one back meanwhile sees it there, or has closed the segment before the pool is
 * asked. Channels are called outside the lock (INV K7). Any thread.
 */
final class FloatingSegments {

    private final LocalSegmentPool pool;
    private final SegmentOwner owner;

    // Guarded by this.
    private final Set<RemoteInputChannel> waiting = new LinkedHashSet<>();
    private boolean registered;
    private boolean closed;

    FloatingSegments(final LocalSegmentPool pool, final SegmentOwner owner) {
        this.pool = pool;
        this.owner = owner;
    }

    /** Gives a channel what it wants, now or later, by {@link RemoteInputChannel#addFloating}. */
    void request(final RemoteInputChannel channel) {
        if (addWaiting(channel)) {
            distribute();
        }
    }

    /**
     * Gives a segment to a channel that waits.
     *
     * @return false if none does; the segment is then still the caller's
     */
    boolean giveToWaiting(final Segment segment) {
        while (true) {
            final RemoteInputChannel first = pollWaiting();
            if (first == null) {
                return false;
            }
            if (first.addFloating(segment)) {
                if (first.wantsFloating()) {
                    addWaiting(first);
                }
                return true;
            }
        }
    }

    /**
     * Takes from the pool for those who wait, until it is dry or nobody waits. Then the pool is to
     * call back, or nobody waits.
     *
     * @return true if the pool was asked
     */
    private boolean distribute() {
        boolean asked = false;
        while (isAnyWaiting()) {
            final Segment segment = pollPool();
            asked = true;
            if (segment == null) {
                if (!registerWithPool()) {
                    break;
                }
            } else if (!giveToWaiting(segment)) {
                segment.close();
            }
        }
        return asked;
    }

    /**
     * Has the pool call back.
     *
     * @return true if it has a segment now after all
     */
    private boolean registerWithPool() {
        synchronized (this) {
            if (registered || closed) {
                return false;
            }
            registered = true;
        }
        boolean kept = true;
        try {
            kept = pool.awaitAvailable(this::wokenByPool);
        } catch (final IllegalStateException e) {
            requireClosed(e);
        }
        if (!kept) {
            synchronized (this) {
                registered = false;
            }
        }
        return !kept;
    }

    private void wokenByPool() {
        synchronized (this) {
            registered = false;
        }
        if (!distribute()) {
            pool.decline();
        }
    }

    private Segment pollPool() {
        try {
            return pool.poll(owner);
        } catch (final IllegalStateException e) {
            requireClosed(e);
            return null;
        }
    }

    private synchronized boolean addWaiting(final RemoteInputChannel channel) {
        return !closed && waiting.add(channel);
    }

    private synchronized RemoteInputChannel pollWaiting() {
        final var each = waiting.iterator();
        if (!each.hasNext()) {
            return null;
        }
        final RemoteInputChannel first = each.next();
        each.remove();
        return first;
    }

    private synchronized boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }

    private synchronized void requireClosed(final IllegalStateException refusal) {
        if (!closed) {
            throw refusal;
        }
    }

    /** Gives nothing from now on; the pool is closed by its owner afterwards. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }
}
