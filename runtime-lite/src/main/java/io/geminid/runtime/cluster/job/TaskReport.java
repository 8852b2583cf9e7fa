package io.geminid.runtime.cluster.job;

import java.util.List;
import java.util.Map;

/**
 * Counters of one subtask, of this moment or at its end.
 *
 * @param name vertex and subtask, for example {@code "count per client (2/4)"}
 * @param vertex number of the vertex within the job
 * @param subtask index of the subtask, from 0 on
 * @param attempt how often it was started before; by earlier coordinators, if it goes on after one:
 *     above all that these may have started
 * @param worker name of the worker it ran on
 * @param state name of its state, for example {@code "FINISHED"}
 * @param counters see the constants of {@link Counters}, and those of operators by name
 */
public record TaskReport(
        String name,
        int vertex,
        int subtask,
        int attempt,
        String worker,
        String state,
        Map<String, Long> counters) {

    /** Names of the counters that every task has. */
    public static final class Counters {
        /** Records taken from inputs, or from the source. */
        public static final String RECORDS_IN = "recordsIn";

        /** Records written to outputs; one that goes to several subpartitions counts once each. */
        public static final String RECORDS_OUT = "recordsOut";

        /** Bytes taken from inputs, without frame headers. */
        public static final String BYTES_IN = "bytesIn";

        /** Bytes written to outputs, without frame headers. */
        public static final String BYTES_OUT = "bytesOut";

        /** Bytes in flight that were put into files of checkpoints, or into logs. */
        public static final String CHANNEL_BYTES_KEPT = "channelBytesKept";

        /** Bytes in flight of the checkpoint that the task began with, read so far. */
        public static final String CHANNEL_BYTES_GIVEN_BACK = "channelBytesGivenBack";

        /** Time in operators. */
        public static final String BUSY_NS = "busyNs";

        /** Time without output to write to. */
        public static final String BACK_PRESSURED_NS = "backPressuredNs";

        /** Time without input. */
        public static final String IDLE_NS = "idleNs";

        private Counters() {}
    }

    /** Copies the counters. */
    public TaskReport {
        counters = Map.copyOf(counters);
    }

    /**
     * Whether it is a subtask of a vertex.
     *
     * @param vertexName name of the vertex, or of one of its operators
     * @return true if so
     */
    public boolean isOf(final String vertexName) {
        final String whole = name.substring(0, Math.max(0, name.lastIndexOf(" (")));
        return whole.equals(vertexName) || List.of(whole.split(" -> ")).contains(vertexName);
    }

    /**
     * Reads a counter.
     *
     * @param counter its name
     * @return its value; 0 if the task does not have it
     */
    public long counter(final String counter) {
        return counters.getOrDefault(counter, 0L);
    }
}
