package io.geminid.state;

import io.geminid.serial.RecordSerializer;
import java.time.InstantSource;

/**
 * What a store is made of.
 *
 * @param name of the operator, for messages
 * @param keySerializer how keys become bytes
 * @param keyGroups the groups that the subtask owns
 * @param maxParallelism number of all key groups
 * @param clock for time to live
 * @param <K> type of the keys
 */
public record StateStoreContext<K>(
        String name,
        RecordSerializer<K> keySerializer,
        KeyGroupRange keyGroups,
        int maxParallelism,
        InstantSource clock) {

    /** Checks the numbers. */
    public StateStoreContext {
        if (keyGroups.size() < 1
                || keyGroups.last() >= maxParallelism
                || maxParallelism > KeyGroup.MAX_PARALLELISM_MAX) {
            throw new IllegalArgumentException(
                    "store="
                            + name
                            + " keyGroups="
                            + keyGroups
                            + " maxParallelism="
                            + maxParallelism);
        }
    }
}
