package io.geminid.state.checkpoint;

import java.io.IOException;

/**
 * Where snapshots of a worker go and come from. The coordinator's side, which completes
 * checkpoints, is {@link io.geminid.state.checkpoint.storage.CompletedCheckpoints}.
 *
 * <p>Any thread.
 */
public interface CheckpointStorage {

    /**
     * Begins the snapshot of one subtask.
     *
     * @param id the checkpoint's identity, written into every file
     * @return to be closed by the caller
     */
    SnapshotWriter newWriter(CheckpointId id);

    /**
     * Opens a range for reading.
     *
     * @param handle what {@link StateOutput#finish} returned, also in another process or long ago
     * @return to be closed by the caller
     * @throws CorruptStateException when the file's header or footer is damaged, the file is
     *     another one, or the range lies outside of it
     * @throws java.nio.file.NoSuchFileException when there is no such file
     * @throws IOException when the storage cannot be read
     */
    StateInput open(StateHandle handle) throws IOException;
}
