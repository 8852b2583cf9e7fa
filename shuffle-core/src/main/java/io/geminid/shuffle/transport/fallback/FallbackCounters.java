package io.geminid.shuffle.transport.fallback;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Which way sessions went. Written by the threads of connections, read by any thread. */
public final class FallbackCounters {

    private final LongAdder fast = new LongAdder();
    private final LongAdder sure = new LongAdder();
    private final LongAdder fallbacks = new LongAdder();
    private final LongAdder resent = new LongAdder();
    private final AtomicLong longestStallNs = new AtomicLong();

    FallbackCounters() {}

    void onStarted(final boolean onFast) {
        (onFast ? fast : sure).increment();
    }

    void onFallback(final int frames, final long stallNs) {
        fallbacks.increment();
        resent.add(frames);
        longestStallNs.accumulateAndGet(stallNs, Math::max);
    }

    /**
     * @return sessions that began on the fast transport
     */
    public long startedFast() {
        return fast.sum();
    }

    /**
     * @return sessions that began on the sure transport
     */
    public long startedSure() {
        return sure.sum();
    }

    /**
     * @return sessions that lost the fast transport and went on
     */
    public long fallbacks() {
        return fallbacks.sum();
    }

    /**
     * @return frames sent again because the peer had not taken them
     */
    public long resentFrames() {
        return resent.sum();
    }

    /**
     * @return longest time from the loss of a fast connection until the session went on; the time
     *     in which the loss was not noticed yet is the fast transport's
     */
    public long longestStallNs() {
        return longestStallNs.get();
    }

    @Override
    public String toString() {
        return "startedFast="
                + startedFast()
                + " startedSure="
                + startedSure()
                + " fallbacks="
                + fallbacks()
                + " resentFrames="
                + resentFrames()
                + " longestStallNs="
                + longestStallNs();
    }
}
