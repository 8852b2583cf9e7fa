package io.geminid.shuffle.partition;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the writers of a partition get their segments: one kept in hand, the local pool, overdraft,
 * and at last by waiting.
 *
 * <p>The one in hand is what makes "output is available" a promise: it cannot be taken by another
 * between the question and the record (INV M3).
 *
 * <p>Used by the producing thread; {@link #close} by any thread.
 */
final class OutputSegments {

    /** Segments that a partition writes, until the last reader of each is done. */
    static final SegmentOwner OWNER = SegmentOwner.named("output");

    private final LocalSegmentPool pool;

    /** Producing thread only. */
    private Segment spare;

    /** Producing thread registers, the thread that frees a segment takes it back. */
    private volatile boolean registered;

    /** The pool has woken us for a segment, and we have neither taken nor declined it. */
    private final AtomicBoolean owed = new AtomicBoolean();

    /** Written by the producing thread, read by whoever closes. */
    private volatile Thread producer;

    /** Written by the producing thread, read by whoever closes. */
    private volatile Wait waiting;

    /** No record will come any more. Written by the producing thread. */
    private volatile boolean noMore;

    private volatile boolean closed;

    OutputSegments(final LocalSegmentPool pool) {
        this.pool = pool;
    }

    long bytesMax() {
        return pool.bytesMax();
    }

    int segmentsMax() {
        return pool.context().max() + pool.context().overdraft();
    }

    /** Whether a segment is in hand, and nothing else is to be seen to. Asked for each record. */
    boolean isInHand() {
        return spare != null && !owed.get();
    }

    /** Whether a segment is in hand; gets one if it can. */
    boolean isAvailable() {
        if (spare == null) {
            spare = pollPool();
        } else {
            declineOwed();
        }
        return spare != null;
    }

    /** Takes a segment if there is one without overdraft and without waiting; else null. */
    Segment takeNow() {
        final Segment inHand = spare;
        if (inHand != null) {
            spare = null;
            return inHand;
        }
        return pollPool();
    }

    /**
     * Takes a segment to go on with a record: from the pool, from overdraft, or by waiting.
     *
     * @param beforeWaiting runs before each wait: readers must know what they can take, or no
     *     segment would ever come back
     * @return a segment; null if closed
     */
    Segment takeForRecord(final Runnable beforeWaiting) throws InterruptedException {
        while (!closed) {
            Segment segment = takeNow();
            if (segment == null) {
                segment = pollOverdraft();
            }
            if (segment != null) {
                return segment;
            }
            beforeWaiting.run();
            awaitSegment();
        }
        return null;
    }

    /**
     * Has a listener fired when the pool has a segment, unless that was asked before and has not
     * happened yet.
     */
    void await(final OneShotListener listener) {
        // The pool refuses to register while it has a segment; another may take that before us.
        while (spare == null && !registered && !closed) {
            if (!register(listener)) {
                spare = pollPool();
            }
        }
    }

    private boolean register(final OneShotListener listener) {
        registered = true;
        try {
            if (pool.awaitAvailable(() -> wokenByPool(listener))) {
                return true;
            }
        } catch (final IllegalStateException e) {
            requireClosed(e);
        }
        registered = false;
        return false;
    }

    /** The producing thread answers, by taking or declining; if it does not wait, we do. */
    private void wokenByPool(final OneShotListener listener) {
        registered = false;
        owed.set(true);
        if (noMore || !listener.fire()) {
            declineOwed();
        }
    }

    private void declineOwed() {
        if (owed.get() && owed.compareAndSet(true, false)) {
            pool.decline();
        }
    }

    private void awaitSegment() throws InterruptedException {
        final Wait wait = new Wait(Thread.currentThread());
        waiting = wait;
        try {
            if (!closed && pool.awaitAvailable(wait)) {
                wait.park();
            }
        } catch (final IllegalStateException e) {
            requireClosed(e);
        } finally {
            waiting = null;
        }
    }

    private Segment pollPool() {
        noteProducer();
        owed.set(false);
        try {
            return closed ? null : pool.poll(OWNER);
        } catch (final IllegalStateException e) {
            requireClosed(e);
            return null;
        }
    }

    private Segment pollOverdraft() {
        try {
            return pool.pollOverdraft(OWNER);
        } catch (final IllegalStateException e) {
            requireClosed(e);
            return null;
        }
    }

    /** The pool refuses after close, which may come between our look at {@link #closed} and it. */
    private void requireClosed(final IllegalStateException refusal) {
        if (!closed) {
            throw refusal;
        }
    }

    private void noteProducer() {
        final Thread current = Thread.currentThread();
        if (producer != current) {
            producer = current;
        }
    }

    /**
     * Whether the calling thread may touch what belongs to the producing thread: it is that thread,
     * or that thread has ended, or there was none yet.
     */
    boolean isProducer() {
        final Thread thread = producer;
        return thread == null || thread == Thread.currentThread() || !thread.isAlive();
    }

    boolean isClosed() {
        return closed;
    }

    /** Refuses from now on, and wakes the producing thread if it waits. Any thread. */
    void close() {
        closed = true;
        final Wait wait = waiting;
        if (wait != null) {
            wait.wake();
        }
        pool.close();
    }

    /** Gives back the segment in hand, and wants no other. Producing thread. */
    void end() {
        noMore = true;
        if (!closed) {
            declineOwed();
        }
        final Segment inHand = spare;
        if (inHand != null) {
            spare = null;
            inHand.close();
        }
    }

    /** One wait of the producing thread for the pool. */
    private final class Wait implements Runnable {

        private static final int WAITING = 0;
        private static final int WOKEN = 1;
        private static final int GIVEN_UP = 2;

        private final Thread waiter;
        private final AtomicInteger state = new AtomicInteger(WAITING);

        Wait(final Thread waiter) {
            this.waiter = waiter;
        }

        @Override
        public void run() {
            if (!wake()) {
                // Nobody will poll for this wake-up any more: the pool passes it on.
                pool.decline();
            }
        }

        boolean wake() {
            if (state.compareAndSet(WAITING, WOKEN)) {
                LockSupport.unpark(waiter);
                return true;
            }
            return state.get() == WOKEN;
        }

        void park() throws InterruptedException {
            while (state.get() == WAITING) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    if (!state.compareAndSet(WAITING, GIVEN_UP)) {
                        pool.decline();
                    }
                    throw new InterruptedException("cancelled while waiting for a segment");
                }
            }
        }
    }
}
