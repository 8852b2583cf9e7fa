package io.geminid.shuffle.credit;

import io.geminid.memory.Segment;
import java.util.ArrayDeque;
import java.util.Collection;

/**
 * The consumer's book of one channel, and the segments that its credits stand for.
 *
 * <p>A channel has {@code exclusive} segments for its life, and floating ones for as long as it
 * needs them. Which is which is a matter of count only: a NIC may give back another segment than it
 * was given, and all are alike. What arrives uses up floating ones first, so whatever the consumer
 * has done with is floating as long as the channel has any of those (INV K4).
 *
 * <p>While the channel is not blocked (INV K2):
 *
 * <pre>  granted - received = free + filling</pre>
 *
 * <p>It asks for floating segments until {@code free} covers the producer's backlog and {@code
 * exclusive} (INV K3). An event that blocks the producer voids the credits that are open, and the
 * floating segments behind them go back; the total that goes with the resumption counts from there
 * (INV K5).
 *
 * <p>Not thread-safe: under the lock of its channel. Calls nothing, so that nothing runs under that
 * lock.
 */
public final class CreditLedger {

    private final int exclusive;
    private final ArrayDeque<Segment> free = new ArrayDeque<>();
    private int floating;
    private int filling;
    private long granted;
    private long received;
    private int backlog;
    private boolean blocked;

    /**
     * Opens the book; what is free at the start is the initial credit.
     *
     * @param exclusiveSegments now the ledger's; may be none
     */
    public CreditLedger(final Collection<Segment> exclusiveSegments) {
        this.exclusive = exclusiveSegments.size();
        this.free.addAll(exclusiveSegments);
        this.granted = exclusive;
    }

    /**
     * Starts again from nothing sent and nothing received, because the channel is opened anew.
     *
     * @return the initial credit
     */
    public int reopen() {
        filling = 0;
        received = 0;
        backlog = 0;
        blocked = false;
        granted = free.size();
        return free.size();
    }

    /**
     * Credits granted since the channel was opened.
     *
     * @return 0 or more; of no meaning while the channel is blocked
     */
    public long granted() {
        return granted;
    }

    /**
     * Data elements received since the channel was opened.
     *
     * @return 0 or more
     */
    public long received() {
        return received;
    }

    /**
     * Segments ready to be filled.
     *
     * @return 0 or more
     */
    public int free() {
        return free.size();
    }

    /**
     * Segments that the network is filling.
     *
     * @return 0 or more
     */
    public int filling() {
        return filling;
    }

    /**
     * Floating segments that the channel has, in whatever state.
     *
     * @return 0 or more
     */
    public int floating() {
        return floating;
    }

    /**
     * Whether open credits are void.
     *
     * @return true from {@link #block} to {@link #resume}
     */
    public boolean isBlocked() {
        return blocked;
    }

    /**
     * Floating segments that it would take now.
     *
     * @return 0 or more
     */
    public int wanted() {
        if (blocked) {
            return 0;
        }
        final long required = (long) backlog + exclusive;
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, required - free.size()));
    }

    /**
     * Adds a floating segment and grants a credit for it.
     *
     * @param segment now the ledger's; only while {@link #wanted} is not 0
     */
    public void addFloating(final Segment segment) {
        assert wanted() > 0;
        floating++;
        addFree(segment);
    }

    /**
     * Takes the segment for the data that is about to arrive.
     *
     * @return now the caller's; null if no credit is open for it: the producer is wrong
     */
    public Segment take() {
        if (blocked || free.isEmpty()) {
            return null;
        }
        filling++;
        return free.pollFirst();
    }

    /**
     * Books data that has arrived in a segment taken before, or in another in its place.
     *
     * @param producerBacklog finished segments that wait at the producer
     */
    public void received(final int producerBacklog) {
        filling--;
        received++;
        backlog(producerBacklog);
    }

    /**
     * Books what the producer says is waiting.
     *
     * @param producerBacklog finished segments that wait; a negative number counts as none
     */
    public void backlog(final int producerBacklog) {
        backlog = Math.max(0, producerBacklog);
    }

    /**
     * Takes back a segment that the consumer is done with, and grants a credit for it, if it is
     * exclusive.
     *
     * @param segment the caller's
     * @return true: it is now the ledger's; false: it is floating and no longer the channel's, and
     *     remains the caller's to hand on
     */
    public boolean recycle(final Segment segment) {
        if (floating > 0) {
            floating--;
            return false;
        }
        addFree(segment);
        return true;
    }

    /**
     * Voids the open credits until {@link #resume}: the producer has stopped after an event.
     *
     * @param floatingBack gets the floating segments that were free, now the caller's
     */
    public void block(final Collection<Segment> floatingBack) {
        blocked = true;
        while (floating > 0 && !free.isEmpty()) {
            floating--;
            floatingBack.add(free.pollLast());
        }
    }

    /** Goes on after {@link #block}: what is free now is what is granted. */
    public void resume() {
        blocked = false;
        granted = received + filling + free.size();
    }

    /**
     * Gives up all free segments, because the channel is closed.
     *
     * @param freeBack gets them, now the caller's
     */
    public void close(final Collection<Segment> freeBack) {
        freeBack.addAll(free);
        free.clear();
        blocked = true;
    }

    /**
     * Asserts that credits and segments agree (INV K2, K3).
     *
     * @return segments that the channel has, in whatever state
     */
    public int check() {
        final long open = granted - received;
        assert open >= 0 && filling >= 0 && floating >= 0 : this;
        assert blocked || open == free.size() + filling : this;
        return exclusive + floating;
    }

    private void addFree(final Segment segment) {
        free.addLast(segment);
        granted++;
    }

    @Override
    public String toString() {
        return "exclusive="
                + exclusive
                + " floating="
                + floating
                + " free="
                + free.size()
                + " filling="
                + filling
                + " granted="
                + granted
                + " received="
                + received
                + " backlog="
                + backlog
                + (blocked ? " blocked" : "");
    }
}
