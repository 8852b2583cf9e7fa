package io.geminid.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Runs a test's body in several threads at once, for a bounded time. */
public final class RealThreads {
    private RealThreads() {}

    /** What one thread does. */
    @FunctionalInterface
    public interface Body {
        /**
         * Runs once.
         *
         * @param thread 0 to the number of threads less one
         * @throws Exception any throwable fails the test
         */
        void run(int thread) throws Exception;
    }

    /**
     * Starts the threads together and waits for all of them.
     *
     * @param count of threads
     * @param limit how long they may take
     * @param body what each does; interrupted when another has failed or time is up
     * @throws AssertionError when one failed, then with that failure as cause, or when time is up,
     *     then with the stacks of those still running
     */
    public static void run(final int count, final Duration limit, final Body body) {
        final CountDownLatch start = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(count);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int number = i;
            final Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    start.await();
                                    body.run(number);
                                } catch (final Throwable e) {
                                    if (failure.compareAndSet(null, e)) {
                                        threads.forEach(Thread::interrupt);
                                    }
                                } finally {
                                    ended.countDown();
                                }
                            },
                            "test-thread-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        start.countDown();
        final boolean inTime = await(ended, limit);
        final Throwable failed = failure.get();
        final AssertionError late = inTime ? null : late(threads, limit);
        threads.forEach(Thread::interrupt);
        if (inTime) {
            // A thread that has counted down may still be alive, and some code asks for that.
            threads.forEach(RealThreads::join);
        }
        if (failed != null) {
            throw new AssertionError("a thread failed: " + failed, failed);
        }
        if (late != null) {
            throw late;
        }
    }

    private static boolean await(final CountDownLatch latch, final Duration limit) {
        try {
            return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static AssertionError late(final List<Thread> threads, final Duration limit) {
        final AssertionError late = new AssertionError("threads still run after " + limit);
        for (final Thread thread : threads) {
            if (thread.isAlive()) {
                final Throwable stack = new Throwable(thread.getName() + " " + thread.getState());
                stack.setStackTrace(thread.getStackTrace());
                late.addSuppressed(stack);
            }
        }
        return late;
    }
}
