package io.geminid.runtime.cluster.loop;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** An event loop with a thread of its own. */
public final class ThreadEventLoop implements EventLoop, AutoCloseable {

    private final LongSupplier nanoClock;
    private final Consumer<Throwable> onError;
    private final ScheduledThreadPoolExecutor executor;

    /**
     * Starts a loop.
     *
     * @param threads makes its thread
     * @param nanoClock monotonic time
     * @param onError takes what a command throws, on the loop's thread; the loop goes on
     */
    public ThreadEventLoop(
            final ThreadFactory threads,
            final LongSupplier nanoClock,
            final Consumer<Throwable> onError) {
        this.nanoClock = nanoClock;
        this.onError = onError;
        executor = new ScheduledThreadPoolExecutor(1, threads);
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanoTime() {
        return nanoClock.getAsLong();
    }

    @Override
    public void execute(final Runnable command) {
        schedule(0, command);
    }

    @Override
    public Timer schedule(final long delayNs, final Runnable command) {
        try {
            final Future<?> future =
                    executor.schedule(
                            () -> run(command), Math.max(0, delayNs), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (final RejectedExecutionException e) {
            return () -> {};
        }
    }

    /**
     * Ends the loop; a command that runs is finished, those that wait are forgotten. Any thread.
     */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void run(final Runnable command) {
        try {
            command.run();
        } catch (final RuntimeException | Error e) {
            onError.accept(e);
        }
    }
}
