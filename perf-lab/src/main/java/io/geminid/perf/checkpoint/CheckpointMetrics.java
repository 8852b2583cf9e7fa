package io.geminid.perf.checkpoint;

import io.geminid.perf.state.workload.CheckpointRestore;
import io.geminid.perf.state.workload.CheckpointRound;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names of the figures, and how they come from what the children say. */
final class CheckpointMetrics {

    static final String SYNC_MILLIS = "syncMillis";
    static final String ASYNC_MILLIS = "asyncMillis";
    static final String UPLOADED_PER_DIRTIED = "uploadedPerDirtied";
    static final String THROUGHPUT_DURING = "throughputDuringPerBefore";
    static final String SPACE_AMPLIFICATION = "spaceAmplification";
    static final String FIRST_READ_MILLIS = "firstReadMillis";
    static final String FULL_SPEED_MILLIS = "fullSpeedMillis";

    /** What ratios are computed of. */
    static final List<String> COMPARED =
            List.of(
                    SYNC_MILLIS,
                    ASYNC_MILLIS,
                    UPLOADED_PER_DIRTIED,
                    THROUGHPUT_DURING,
                    SPACE_AMPLIFICATION,
                    FIRST_READ_MILLIS,
                    FULL_SPEED_MILLIS);

    private static final double NS_PER_MILLI = 1e6;

    private CheckpointMetrics() {}

    static Map<String, Double> of(final CheckpointRound round) {
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(SYNC_MILLIS, round.syncNs() / NS_PER_MILLI);
        metrics.put(ASYNC_MILLIS, round.asyncNs() / NS_PER_MILLI);
        metrics.put(UPLOADED_PER_DIRTIED, round.uploadedBytes() / (double) round.dirtiedBytes());
        metrics.put(THROUGHPUT_DURING, round.duringPerSecond() / round.beforePerSecond());
        metrics.put(SPACE_AMPLIFICATION, round.referencedBytes() / (double) round.liveBytes());
        return metrics;
    }

    static Map<String, Double> of(final CheckpointRestore restore) {
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(FIRST_READ_MILLIS, restore.firstReadNs() / NS_PER_MILLI);
        metrics.put(FULL_SPEED_MILLIS, restore.fullSpeedNs() / NS_PER_MILLI);
        return metrics;
    }
}
