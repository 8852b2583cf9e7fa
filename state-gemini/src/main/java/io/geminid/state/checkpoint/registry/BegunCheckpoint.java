package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.CheckpointId;

/**
 * A checkpoint to be triggered. Both parts belong into the message to the tasks.
 *
 * @param id its identity
 * @param base the completed checkpoint that snapshots may build on, or 0 for full snapshots
 */
public record BegunCheckpoint(CheckpointId id, long base) {}
