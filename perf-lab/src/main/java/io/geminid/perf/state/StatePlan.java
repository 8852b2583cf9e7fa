package io.geminid.perf.state;

import io.geminid.perf.state.workload.StateCase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to measure.
 *
 * @param subjects names of stores; the first is compared with the others
 * @param cases which operations
 * @param keys numbers of keys
 * @param valueBytes sizes of values
 * @param runs in fresh JVMs
 * @param warmupMillis before a case
 * @param sliceMillis length of a slice
 * @param memoryBytes that a store outside the Java heap may use
 * @param directory where stores put their files
 * @param properties for the stores
 */
record StatePlan(
        List<String> subjects,
        List<StateCase> cases,
        List<Long> keys,
        List<Integer> valueBytes,
        int runs,
        long warmupMillis,
        long sliceMillis,
        long memoryBytes,
        Path directory,
        Map<String, String> properties) {

    /** Of a case, for each subject, in each run: enough to see a spread within one JVM. */
    static final int SLICES = 4;

    /** A Java heap that is never short, whatever the store: an entry on it takes up to so much. */
    private static final long HEAP_BYTES_A_KEY = 700;

    private static final long HEAP_BYTES_MIN = 512L << 20;

    /** Buffers of serializers and the like, beside the store's memory. */
    private static final long DIRECT_BYTES_MORE = 256L << 20;

    /** Flags of the JVMs; the same for all subjects. The collector is the default one. */
    List<String> jvmFlags(final long keyCount, final int bytes) {
        final long heap = HEAP_BYTES_MIN + keyCount * (HEAP_BYTES_A_KEY + 3L * bytes);
        return List.of(
                "-XX:+UseG1GC",
                "-Xms" + HEAP_BYTES_MIN,
                "-Xmx" + heap,
                "-XX:MaxDirectMemorySize=" + (memoryBytes + DIRECT_BYTES_MORE));
    }
}
