package io.geminid.shuffle.partition;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Room for one listener that is to run once, when a condition has become true. Used for every
 * {@code await} method of partitions and gates.
 *
 * <p>Whoever makes the condition true does so first and calls {@link #fire} then; whoever waits
 * puts its listener in first and looks at the condition then. So one of the two sees the other. Any
 * thread.
 */
public final class OneShotListener {

    private final AtomicReference<Runnable> waiting = new AtomicReference<>();

    /** Makes an empty one. */
    public OneShotListener() {}

    /**
     * Keeps a listener unless the condition is true already. A listener still kept from an earlier
     * call is replaced: it was asked for by the same waiter.
     *
     * @param listener runs once, on the thread that calls {@link #fire}
     * @param condition what is waited for
     * @return false if the condition is true and the listener was not kept, and did not run
     */
    public boolean await(final Runnable listener, final BooleanSupplier condition) {
        waiting.set(listener);
        return !(condition.getAsBoolean() && waiting.compareAndSet(listener, null));
    }

    /**
     * Runs the listener, if there is one. Call outside locks.
     *
     * @return true if there was one
     */
    public boolean fire() {
        // The first look keeps the common case, nobody waiting, from writing a shared field.
        if (waiting.get() == null) {
            return false;
        }
        final Runnable listener = waiting.getAndSet(null);
        if (listener == null) {
            return false;
        }
        listener.run();
        return true;
    }
}
