package io.geminid.runtime.task;

import io.geminid.runtime.task.storage.WorkerSnapshots;
import io.geminid.state.StateStoreFactory;
import java.nio.file.FileSystem;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What a task may use of the world outside. Shared by all tasks of a worker; thread-safe.
 *
 * @param nanoClock monotonic time, for counters
 * @param wallClock time of day, for timers
 * @param io runs what may block, on other threads
 * @param files where files are
 * @param stateStores makes the stores of keyed operators
 * @param checkpoints where snapshots go; {@code null} if the cluster takes none
 * @param recordBytesMax longest record to accept from an input
 */
public record TaskContext(
        LongSupplier nanoClock,
        InstantSource wallClock,
        Executor io,
        FileSystem files,
        StateStoreFactory stateStores,
        WorkerSnapshots checkpoints,
        int recordBytesMax) {

    /**
     * For jobs that take no checkpoints.
     *
     * @return a changed copy
     */
    public TaskContext withoutCheckpoints() {
        return new TaskContext(nanoClock, wallClock, io, files, stateStores, null, recordBytesMax);
    }
}
