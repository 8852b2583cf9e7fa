package io.geminid.shuffle.gate;

import io.geminid.shuffle.ShuffleTimer;

/**
 * Lets a channel ask again for a partition that is not there: after a short while, then after twice
 * that, up to a limit, until all waits together are as long as allowed.
 *
 * <p>Used by one attempt at a time.
 */
final class OpenRetry {

    /** A producer that is deployed at the same time is usually there after this. */
    private static final long FIRST_DELAY_NS = 10_000_000L;

    /** Seldom enough not to load a process that has no such partition. */
    private static final long DELAY_MAX_NS = 1_000_000_000L;

    private final ShuffleTimer timer;
    private final long waitMaxNs;
    private long waitedNs;
    private long nextDelayNs = FIRST_DELAY_NS;

    OpenRetry(final ShuffleTimer timer, final long waitMaxNs) {
        this.timer = timer;
        this.waitMaxNs = waitMaxNs;
    }

    /**
     * Has an attempt made later.
     *
     * @return false if it has been tried for long enough
     */
    boolean again(final Runnable attempt) {
        final long delayNs = Math.min(nextDelayNs, waitMaxNs - waitedNs);
        if (delayNs <= 0) {
            return false;
        }
        waitedNs += delayNs;
        nextDelayNs = Math.min(2 * nextDelayNs, DELAY_MAX_NS);
        timer.runAfter(delayNs, attempt);
        return true;
    }
}
