/**
 * Checkpoints in a blob store: the worker's side and the coordinator's.
 *
 * <p>{@link io.geminid.state.checkpoint.storage.BlobCheckpointStorage} is the worker's: it writes
 * and reads snapshots. {@link io.geminid.state.checkpoint.storage.CompletedCheckpoints} is the
 * coordinator's: it completes and finds checkpoints. {@link
 * io.geminid.state.checkpoint.storage.CheckpointNames} says what is called how.
 *
 * <p>Imports the packages beside it. Sizes are in bytes.
 */
package io.geminid.state.checkpoint.storage;
