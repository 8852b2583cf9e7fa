package io.geminid.perf.checkpoint.pressure;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is measured.
 *
 * @param peers beside Geminid
 * @param recordBytes payload of a record
 * @param buffers segments that each input channel owns, one case for each
 * @param rounds checkpoints of each case
 * @param turns how often each case is begun anew, in turns with the others
 * @param directory where subjects put their files
 */
public record PressurePlan(
        List<String> peers,
        int recordBytes,
        List<Integer> buffers,
        int rounds,
        int turns,
        Path directory) {

    /** Processes of each subject beside the one that coordinates. */
    static final int WORKERS = 2;

    static final int SLOTS_PER_WORKER = 2;
    static final int PARALLELISM = WORKERS * SLOTS_PER_WORKER;

    static final String ALIGNED = "aligned";
    static final String UNALIGNED = "unaligned";

    /** Of each record at the end, which is what makes the others wait. */
    static final long SINK_MILLIS = 1;

    /** What runs, and how its barriers go. */
    record Setting(boolean aligned, int buffersPerChannel) {

        String caseName() {
            return aligned ? ALIGNED : UNALIGNED;
        }

        Map<String, Object> params() {
            final Map<String, Object> params = new LinkedHashMap<>();
            params.put(PressureBenchmark.BUFFERS, buffersPerChannel);
            return params;
        }
    }
}
