package io.geminid.runtime.cluster;

import io.geminid.config.GeminidProperties;
import java.util.Objects;

/**
 * How large a cluster is and how it is configured.
 *
 * @param workers how many workers
 * @param slotsPerWorker how many subtasks of one vertex a worker may run
 * @param properties the {@code geminid.*} configuration of all of them, {@link ClusterKeys} and the
 *     keys of memory and shuffle among them
 */
public record ClusterConfig(int workers, int slotsPerWorker, GeminidProperties properties) {

    /** Most workers: each has a connection and, with processes, two forwarding threads. */
    public static final int WORKERS_MAX = 256;

    /** Most slots of a worker: beyond it no machine has cores. */
    public static final int SLOTS_PER_WORKER_MAX = 1024;

    /** Checks the counts. */
    public ClusterConfig {
        Objects.requireNonNull(properties, "properties");
        if (workers < 1 || workers > WORKERS_MAX) {
            throw new IllegalArgumentException("workers=" + workers + " range=1.." + WORKERS_MAX);
        }
        if (slotsPerWorker < 1 || slotsPerWorker > SLOTS_PER_WORKER_MAX) {
            throw new IllegalArgumentException(
                    "slotsPerWorker=" + slotsPerWorker + " range=1.." + SLOTS_PER_WORKER_MAX);
        }
    }
}
