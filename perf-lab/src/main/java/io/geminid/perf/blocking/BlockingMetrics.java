package io.geminid.perf.blocking;

import io.geminid.perf.blocking.exchange.ExchangePlan;
import io.geminid.perf.blocking.exchange.ExchangeSample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names of the figures, and how they come from what the children say. */
final class BlockingMetrics {

    static final String WRITE_BYTES_PER_SECOND = "writeBytesPerSecond";
    static final String READ_BYTES_PER_SECOND = "readBytesPerSecond";
    static final String WRITE_CPU_SECONDS_PER_GB = "writeCpuSecondsPerGb";
    static final String READ_CPU_SECONDS_PER_GB = "readCpuSecondsPerGb";
    static final String WRITE_AMPLIFICATION = "writeAmplification";

    /** What ratios are computed of. */
    static final List<String> COMPARED =
            List.of(
                    WRITE_BYTES_PER_SECOND,
                    READ_BYTES_PER_SECOND,
                    WRITE_CPU_SECONDS_PER_GB,
                    READ_CPU_SECONDS_PER_GB);

    private BlockingMetrics() {}

    /** Bytes are those of records, whatever is stored. */
    static Map<String, Double> of(
            final ExchangePlan plan, final ExchangeSample write, final ExchangeSample read) {
        final double bytes = plan.bytes();
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(WRITE_BYTES_PER_SECOND, bytes / write.wallNs() * 1e9);
        metrics.put(READ_BYTES_PER_SECOND, bytes / read.wallNs() * 1e9);
        metrics.put(WRITE_CPU_SECONDS_PER_GB, write.cpuNs() / bytes);
        metrics.put(READ_CPU_SECONDS_PER_GB, read.cpuNs() / bytes);
        if (write.writtenBytes() >= 0) {
            metrics.put(WRITE_AMPLIFICATION, write.writtenBytes() / bytes);
        }
        return metrics;
    }
}
