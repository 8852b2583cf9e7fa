package io.geminid.state.snapshot;

import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.manifest.StatePart;
import java.io.IOException;
import java.util.List;

/**
 * The state of a store at the moment of {@link io.geminid.state.StateStore#snapshot}, whatever is
 * written to the store afterwards. Several may be open at once. Whoever asked for it closes it,
 * also when it was never written, before the store is closed.
 *
 * <p>{@link #write} runs on one thread of the caller's choice, which saw the return of {@code
 * snapshot}; {@link #close} on any, but not while {@code write} runs.
 */
public interface StoreSnapshot extends AutoCloseable {

    /**
     * Writes what earlier snapshots have not written. Blocks on the disk or the network. Once.
     *
     * @param writer stays the caller's, who commits it afterwards
     * @return what {@link io.geminid.state.StateStore#restore} wants back, in this order
     * @throws IOException when the storage is full or gone; the store is as it was
     */
    List<StatePart> write(SnapshotWriter writer) throws IOException;

    /** Lets the store forget what only this snapshot needs. Idempotent. */
    @Override
    void close();
}
