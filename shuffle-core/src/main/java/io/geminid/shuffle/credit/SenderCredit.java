package io.geminid.shuffle.credit;

import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;

/**
 * The producer's book of one channel: how many data elements it may still send (INV K1).
 *
 * <p>What a consumer grants is a total since the channel was opened. A grant that repeats the last
 * one changes nothing; one that takes back, or that leaves more credits open than were agreed on,
 * is a broken or hostile peer and is refused without a change.
 *
 * <p>Used by one thread, the connection's. Counts never overflow: a total is at most {@code used +
 * windowMax}, and {@code used} grows by one for each data frame sent.
 */
public final class SenderCredit {

    private final int windowMax;
    private long granted;
    private long used;

    /**
     * Opens the book.
     *
     * @param initial credits to start with; a number from a peer should come by {@link #grantTotal}
     *     instead, which refuses a bad one with the right exception
     * @param windowMax most credits that may be open at a time, as agreed on with the peer
     */
    public SenderCredit(final int initial, final int windowMax) {
        if (windowMax < 1 || initial < 0 || initial > windowMax) {
            throw new IllegalArgumentException("initial=" + initial + " windowMax=" + windowMax);
        }
        this.windowMax = windowMax;
        this.granted = initial;
    }

    /**
     * Whether a data element may be sent; events need no credit (INV K6).
     *
     * @return true if {@link #use} may be called
     */
    public boolean available() {
        return used < granted;
    }

    /** Pays for one data element. */
    public void use() {
        if (used >= granted) {
            throw new IllegalStateException("no credit: used=" + used + " granted=" + granted);
        }
        used++;
    }

    /**
     * Data elements paid for since the channel was opened.
     *
     * @return 0 or more
     */
    public long used() {
        return used;
    }

    /**
     * Credits granted since the channel was opened.
     *
     * @return at least {@link #used}
     */
    public long granted() {
        return granted;
    }

    /**
     * Takes a grant.
     *
     * @param total credits granted since the channel was opened; any number a peer may send
     * @throws TransportException {@link Reason#BAD_CREDIT} if the total is less than before, or
     *     more than the window allows; the book is then unchanged
     */
    public void grantTotal(final long total) throws TransportException {
        if (total < granted) {
            throw bad("grant", total);
        }
        take("grant", total);
    }

    /**
     * Takes the total that stands after an event which blocked the channel. Credits that were open
     * are void (INV K5): the consumer may have lent their segments to other channels.
     *
     * @param total the new total; any number a peer may send
     * @throws TransportException {@link Reason#BAD_CREDIT} if the total is less than what was used,
     *     or more than the window allows; the book is then unchanged
     */
    public void resumeTotal(final long total) throws TransportException {
        take("resume", total);
    }

    private void take(final String what, final long total) throws TransportException {
        // Both are 0 or more where the difference counts, so it cannot overflow.
        if (total < used || total - used > windowMax) {
            throw bad(what, total);
        }
        granted = total;
    }

    private TransportException bad(final String what, final long total) {
        return new TransportException(
                Reason.BAD_CREDIT,
                what
                        + "Total="
                        + total
                        + " granted="
                        + granted
                        + " used="
                        + used
                        + " windowMax="
                        + windowMax);
    }

    @Override
    public String toString() {
        return "credit used=" + used + " granted=" + granted + " windowMax=" + windowMax;
    }
}
