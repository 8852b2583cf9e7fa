package io.geminid.perf.state;

import io.geminid.perf.state.workload.Loaded;
import io.geminid.perf.state.workload.Slice;
import java.util.LinkedHashMap;
import java.util.Map;

/** The names of the figures, and how they come from what the children say. */
final class StateMetrics {

    static final String OPS_PER_SECOND = "opsPerSecond";
    static final String CPU_NS_PER_OP = "cpuNsPerOp";
    static final String PROCESS_CPU_NS_PER_OP = "processCpuNsPerOp";
    static final String GC_PERCENT = "gcPercent";
    static final String ALLOCATED_BYTES_PER_OP = "allocatedBytesPerOp";
    static final String WAIT_PERCENT = "waitPercent";
    static final String MEMORY_BYTES_PER_ENTRY = "memoryBytesPerEntry";
    static final String FILE_BYTES_PER_ENTRY = "fileBytesPerEntry";
    static final String LOAD_NS_PER_ENTRY = "loadNsPerEntry";

    private static final double PERCENT = 100;
    private static final double NS_PER_MILLI = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private StateMetrics() {}

    static Map<String, Double> of(final Loaded loaded, final Slice slice) {
        final double operations = slice.operations();
        final double collectionNs = slice.collectionMillis() * NS_PER_MILLI;
        final double waitedNs = slice.wallNs() - slice.threadCpuNs() - collectionNs;
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(OPS_PER_SECOND, operations * NS_PER_SECOND / slice.wallNs());
        metrics.put(CPU_NS_PER_OP, slice.threadCpuNs() / operations);
        metrics.put(PROCESS_CPU_NS_PER_OP, slice.processCpuNs() / operations);
        metrics.put(GC_PERCENT, PERCENT * collectionNs / slice.wallNs());
        metrics.put(ALLOCATED_BYTES_PER_OP, slice.allocatedBytes() / operations);
        metrics.put(WAIT_PERCENT, Math.max(0, PERCENT * waitedNs / slice.wallNs()));
        metrics.put(MEMORY_BYTES_PER_ENTRY, loaded.memoryBytes() / (double) loaded.entries());
        metrics.put(FILE_BYTES_PER_ENTRY, loaded.fileBytes() / (double) loaded.entries());
        metrics.put(LOAD_NS_PER_ENTRY, loaded.wallNs() / (double) loaded.entries());
        return metrics;
    }
}
