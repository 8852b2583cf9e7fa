package io.geminid.shuffle;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs something later. Given to an environment, so that a test can be the one who says when. */
@FunctionalInterface
public interface ShuffleTimer {

    /**
     * Runs a task once, on any thread, not before a delay has passed.
     *
     * @param delayNs nanoseconds from now
     * @param task short, does not block
     */
    void runAfter(long delayNs, Runnable task);

    /**
     * The timer that the JDK itself keeps for a whole process.
     *
     * @return makes no thread of its own
     */
    static ShuffleTimer ofJdk() {
        return (delayNs, task) ->
                CompletableFuture.delayedExecutor(delayNs, TimeUnit.NANOSECONDS).execute(task);
    }
}
