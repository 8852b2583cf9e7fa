package io.geminid.perf.state.workload;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** What this process uses. */
final class Resources {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What dies with the first collection keeps alive what only the second one takes. */
    private static final int COLLECTIONS = 2;

    private static final long QUIET_LOOK_MILLIS = 25;

    /** Of one processor: below this nobody compacts, compiles or collects in the background. */
    private static final double QUIET_SHARE = 0.1;

    private Resources() {}

    /** Processor time of the calling thread. */
    static long threadCpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** Processor time of all threads. */
    static long processCpuNs() {
        return SYSTEM.getProcessCpuTime();
    }

    /** Bytes that the calling thread has allocated on the heap so far. */
    static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Time that collections have taken so far. */
    static long collectionMillis() {
        long millis = 0;
        for (final GarbageCollectorMXBean collector :
                ManagementFactory.getGarbageCollectorMXBeans()) {
            millis += Math.max(0, collector.getCollectionTime());
        }
        return millis;
    }

    /** Bytes of live objects and of direct buffers. Collects garbage first. */
    static long liveBytes() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        for (final BufferPoolMXBean pool :
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                bytes += pool.getTotalCapacity();
            }
        }
        return bytes;
    }

    /** Waits until the process does next to nothing, for some time at most. */
    static void settle(final long millisMax) throws InterruptedException {
        final long giveUpNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        while (System.nanoTime() < giveUpNs && !isQuiet()) {
            // looked again
        }
    }

    private static boolean isQuiet() throws InterruptedException {
        final long wallNs = System.nanoTime();
        final long cpuNs = processCpuNs();
        TimeUnit.MILLISECONDS.sleep(QUIET_LOOK_MILLIS);
        return processCpuNs() - cpuNs < QUIET_SHARE * (System.nanoTime() - wallNs);
    }
}
