package io.geminid.runtime.cluster;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The real clocks, threads and randomness of this process. The only class of the runtime that names
 * them; everything else gets them by constructor.
 */
final class HostEnvironment {

    /** Threads of a worker that may block: enough to read some files at a time. */
    private static final int IO_THREADS = 4;

    private static final long IO_THREAD_IDLE_SECONDS = 10;

    private final RandomGenerator random = new SecureRandom();

    LongSupplier nanoClock() {
        return System::nanoTime;
    }

    InstantSource wallClock() {
        return InstantSource.system();
    }

    /** Not to be guessed. */
    RandomGenerator random() {
        return random;
    }

    /** A new identity, version 4. */
    UUID newId() {
        final long version = random.nextLong() & ~0xF000L | 0x4000L;
        final long variant = random.nextLong() & ~(3L << 62) | 2L << 62;
        return new UUID(version, variant);
    }

    /** Threads that do not keep the process alive. */
    ThreadFactory threads(final String name) {
        final AtomicInteger count = new AtomicInteger();
        return command -> {
            final Thread thread = new Thread(command, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs one thing after the other. To be shut down by the caller. */
    ThreadPoolExecutor logExecutor(final String name) {
        final ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IO_THREAD_IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        threads(name + "-log"));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Runs what may block. To be shut down by the caller. */
    ThreadPoolExecutor ioExecutor(final String name) {
        final ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        IO_THREADS,
                        IO_THREADS,
                        IO_THREAD_IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        threads(name + "-io"));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
