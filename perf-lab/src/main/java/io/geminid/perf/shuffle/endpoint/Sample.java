package io.geminid.perf.shuffle.endpoint;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * The counters of one process at one moment.
 *
 * @param wallNs monotonic time
 * @param cpuNs processor time of the process
 * @param allocatedBytes allocated on the Java heap by the threads that live
 * @param bytes see {@link Endpoint#bytes()}
 * @param records see {@link Endpoint#records()}
 * @param tripNs median since the last sample, see {@link Endpoint#takeMedianTripNs}
 */
public record Sample(
        long wallNs, long cpuNs, long allocatedBytes, long bytes, long records, long tripNs) {

    /** What {@code ChildJvm} asks for it with. */
    public static final String WORD = "sample";

    public static Sample of(final Endpoint endpoint) {
        final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (final long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        return new Sample(
                System.nanoTime(),
                system.getProcessCpuTime(),
                allocated,
                endpoint.bytes(),
                endpoint.records(),
                endpoint.takeMedianTripNs());
    }

    public static Sample parse(final String line) {
        final String[] parts = line.split(" ");
        return new Sample(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]));
    }

    /** The difference to an earlier sample of the same process. */
    public Sample since(final Sample earlier) {
        return new Sample(
                wallNs - earlier.wallNs,
                cpuNs - earlier.cpuNs,
                allocatedBytes - earlier.allocatedBytes,
                bytes - earlier.bytes,
                records - earlier.records,
                tripNs);
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return String.join(
                " ",
                Long.toString(wallNs),
                Long.toString(cpuNs),
                Long.toString(allocatedBytes),
                Long.toString(bytes),
                Long.toString(records),
                Long.toString(tripNs));
    }
}
