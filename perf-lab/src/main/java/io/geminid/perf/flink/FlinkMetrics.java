package io.geminid.perf.flink;

import com.fasterxml.jackson.databind.JsonNode;
import io.geminid.perf.CommandFailure;
import java.util.List;
import java.util.Map;

/** Names of what is measured inside Flink, and what a job's checkpoints were like. */
final class FlinkMetrics {

    static final String RECORDS_PER_SECOND = "recordsPerSecond";
    static final String CPU_SECONDS_PER_GB = "cpuSecondsPerGb";
    static final String CPU_SECONDS_PER_MILLION = "cpuSecondsPerMillion";
    static final String P50_US = "p50Micros";
    static final String P99_US = "p99Micros";
    static final String CHECKPOINT_MS = "checkpointMillis";
    static final String CHECKPOINT_MAX_MS = "checkpointMaxMillis";
    static final String CHECKPOINT_BYTES = "checkpointBytes";
    static final String IN_FLIGHT_BYTES = "inFlightBytes";

    static final List<String> ALL =
            List.of(
                    RECORDS_PER_SECOND,
                    CPU_SECONDS_PER_GB,
                    CPU_SECONDS_PER_MILLION,
                    P50_US,
                    P99_US,
                    CHECKPOINT_MS,
                    CHECKPOINT_MAX_MS,
                    CHECKPOINT_BYTES,
                    IN_FLIGHT_BYTES);

    private FlinkMetrics() {}

    /**
     * Adds how long checkpoints took, if the job completed any.
     *
     * @param to metrics of a run
     * @param checkpoints as Flink's REST interface tells them
     * @param least how many there must be
     */
    static void addCheckpoints(
            final Map<String, Double> to, final JsonNode checkpoints, final int least) {
        final int completed = checkpoints.path("counts").path("completed").asInt();
        if (completed < least) {
            throw new CommandFailure(
                    "checkpoints completed=" + completed + " needed=" + least + ": take longer");
        }
        if (completed > 0) {
            final JsonNode summary = checkpoints.path("summary");
            final JsonNode duration = summary.path("end_to_end_duration");
            to.put(CHECKPOINT_MS, duration.path("p50").asDouble());
            to.put(CHECKPOINT_MAX_MS, duration.path("max").asDouble());
            to.put(CHECKPOINT_BYTES, summary.path("checkpointed_size").path("avg").asDouble());
            to.put(IN_FLIGHT_BYTES, summary.path("persisted_data").path("avg").asDouble());
        }
    }
}
