/**
 * The coordinator's side of checkpoints: when one begins, whether it is complete, and what each
 * task gets back after a failure.
 *
 * <p>Start at {@link io.geminid.runtime.cluster.checkpoint.CheckpointCoordinator}. {@link
 * io.geminid.runtime.cluster.checkpoint.RestorePlan} divides a checkpoint among tasks.
 *
 * <p>Imports {@code graph}, {@code task}, {@code cluster.loop}, and the checkpoint files of the
 * state module. The coordinator's loop only, except what blocks on files. Times are in milliseconds
 * where a name says so, else in nanoseconds.
 */
package io.geminid.runtime.cluster.checkpoint;
