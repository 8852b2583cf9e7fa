package io.geminid.state.provider;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * What the stores of a process are given.
 *
 * @param properties checked
 * @param directory for files of this process alone; need not exist; what the stores put there is
 *     gone when the factory is closed
 * @param pool the memory of the process, which shuffle uses too; stays its owner's
 * @param readers read what a restored store is going to need next, and may block; null: nobody does
 */
public record StateResources(
        GeminidProperties properties, Path directory, SegmentPool pool, Executor readers) {

    /**
     * Nothing is read before it is needed.
     *
     * @param properties as above
     * @param directory as above
     * @param pool as above
     */
    public StateResources(
            final GeminidProperties properties, final Path directory, final SegmentPool pool) {
        this(properties, directory, pool, null);
    }

    /** Checks that what is needed is there. */
    public StateResources {
        Objects.requireNonNull(properties, "properties");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(pool, "pool");
    }
}
