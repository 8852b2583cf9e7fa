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
}
