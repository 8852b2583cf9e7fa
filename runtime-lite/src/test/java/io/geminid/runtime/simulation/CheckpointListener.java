package io.geminid.runtime.simulation;

import io.geminid.state.checkpoint.blob.BlobStore;

/** Hears what becomes durable, and says what else is to be written. */
public interface CheckpointListener {

    /**
     * A checkpoint has become durable, and nobody knows yet.
     *
     * @param checkpoint its number
     * @param operatorStates what its operators have written, a char for each byte
     * @param storage where its files are
     */
    default void onCheckpoint(
            final long checkpoint, final String operatorStates, final BlobStore storage) {}

    /**
     * Whether tasks that copy what is in flight log it besides.
     *
     * @return the same during a run
     */
    default boolean logsBeside() {
        return false;
    }
}
