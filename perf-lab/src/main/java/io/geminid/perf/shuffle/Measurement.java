package io.geminid.perf.shuffle;

import io.geminid.perf.shuffle.endpoint.Sample;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one subject did in one window of time.
 *
 * @param metrics the figures, by name
 */
record Measurement(Map<String, Double> metrics) {

    static final String BYTES_PER_SECOND = "bytesPerSecond";
    static final String RECORDS_PER_SECOND = "recordsPerSecond";
    static final String CPU_SECONDS_PER_GB = "cpuSecondsPerGb";
    static final String MACHINE_CPU_SECONDS_PER_GB = "machineCpuSecondsPerGb";
    static final String ALLOCATED_BYTES_PER_RECORD = "allocatedBytesPerRecord";
    static final String HALF_TRIP_US = "halfTripMicros";

    /**
     * Bytes and time are the receiver's; processor time and allocation are those of both processes.
     *
     * @param machineNs time that the machine's processors were busy; negative if unknown
     */
    static Measurement of(final Sample sender, final Sample receiver, final long machineNs) {
        final double seconds = receiver.wallNs() / 1e9;
        final double gigabytes = receiver.bytes() / 1e9;
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(BYTES_PER_SECOND, receiver.bytes() / seconds);
        metrics.put(CPU_SECONDS_PER_GB, (sender.cpuNs() + receiver.cpuNs()) / 1e9 / gigabytes);
        if (machineNs >= 0) {
            metrics.put(MACHINE_CPU_SECONDS_PER_GB, machineNs / 1e9 / gigabytes);
        }
        if (receiver.records() > 0) {
            metrics.put(RECORDS_PER_SECOND, receiver.records() / seconds);
            metrics.put(
                    ALLOCATED_BYTES_PER_RECORD,
                    (sender.allocatedBytes() + receiver.allocatedBytes())
                            / (double) receiver.records());
        }
        if (sender.tripNs() > 0) {
            metrics.put(HALF_TRIP_US, sender.tripNs() / 2e3);
        }
        return new Measurement(metrics);
    }
}
