package io.geminid.state.provider;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What the stores of a process are given.
 *
 * @param properties checked
 * @param directory for files of this process alone; need not exist; what the stores put there is
 *     gone when the factory is closed
 * @param pool the memory of the process, which shuffle uses too; stays its owner's
 */
public record StateResources(GeminidProperties properties, Path directory, SegmentPool pool) {

    /** Checks that all are there. */
    public StateResources {
        Objects.requireNonNull(properties, "properties");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(pool, "pool");
    }
}
