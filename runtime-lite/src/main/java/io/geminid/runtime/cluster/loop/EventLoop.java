package io.geminid.runtime.cluster.loop;

import java.util.concurrent.Executor;

/**
 * Runs commands one at a time and in order, now or later, and knows the time. What runs on it needs
 * no lock. {@link #execute} and {@link #schedule} may be called by any thread; after the loop has
 * ended they do nothing.
 */
public interface EventLoop extends Executor {

    /**
     * @return monotonic time
     */
    long nanoTime();

    /**
     * Runs a command later.
     *
     * @param delayNs how much later; 0 or less for as soon as possible
     * @param command what to run
     * @return with which to cancel
     */
    Timer schedule(long delayNs, Runnable command);

    /** A command that will run later. Any thread. */
    @FunctionalInterface
    interface Timer {

        /** Prevents the command if it has not begun. Idempotent. */
        void cancel();
    }
}
