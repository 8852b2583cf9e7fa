package io.geminid.runtime.task.checkpoint;

import io.geminid.runtime.operator.BlockingPart;
import io.geminid.state.snapshot.StoreSnapshot;

/**
 * What one operator of a task puts into a checkpoint, as bytes: the part of a snapshot that stops
 * the task.
 *
 * @param operator its identity in checkpoints
 * @param parallelism number of its subtasks
 * @param maxParallelism number of its key groups
 * @param plain state that is not keyed; may be empty
 * @param keyed the state of its store, to be closed; {@code null} if it has none
 * @param blocking what it must do before the snapshot counts; {@code null} for nothing
 */
public record OperatorState(
        String operator,
        int parallelism,
        int maxParallelism,
        byte[] plain,
        StoreSnapshot keyed,
        BlockingPart blocking) {}
