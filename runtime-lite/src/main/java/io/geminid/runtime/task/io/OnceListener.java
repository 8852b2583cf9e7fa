package io.geminid.runtime.task.io;

import java.util.function.Predicate;

/**
 * A listener that is registered at most once at a time, however often the thread asks before it is
 * called.
 */
final class OnceListener implements Runnable {

    private final Runnable wake;
    private volatile boolean registered; // set by the task's thread, cleared by whoever calls

    /** Makes a listener that is not registered. */
    OnceListener(final Runnable wake) {
        this.wake = wake;
    }

    /**
     * Registers unless it is.
     *
     * @param registration answers false, and does not keep the listener, if there is no need to
     *     wait
     * @return false if there is no need to wait
     */
    boolean awaitBy(final Predicate<Runnable> registration) {
        if (registered) {
            return true;
        }
        registered = true;
        if (registration.test(this)) {
            return true;
        }
        registered = false;
        return false;
    }

    @Override
    public void run() {
        registered = false;
        wake.run();
    }
}
