/**
 * The coordinator's side of a job's checkpoints: what is retained, who may refer to what, and when
 * a file is nobody's.
 *
 * <p>Start at {@link io.geminid.state.checkpoint.registry.JobCheckpoints}. {@link
 * io.geminid.state.checkpoint.registry.SharedStateRegistry} is the bookkeeping behind it, without
 * any file: it says which shared files are still needed.
 *
 * <h2>What a snapshot may refer to</h2>
 *
 * A checkpoint is begun with a <em>base</em>: the last completed checkpoint at that moment, or 0. A
 * subtask's snapshot may refer to
 *
 * <ul>
 *   <li>files that it writes for this checkpoint,
 *   <li>files that its own snapshot for the base referred to, and
 *   <li>files that it wrote, and committed, for a checkpoint after the base, whatever became of
 *       that checkpoint.
 * </ul>
 *
 * A subtask that does not know the base's files any more writes a full snapshot. With base 0 all
 * snapshots are full. Whatever messages are lost, late or repeated, no file is deleted that one of
 * these rules allows somebody to refer to; an acknowledgement that breaks the rules is refused.
 *
 * <p>Only the coordinator deletes. Two coordinators of one job have to be fenced from each other by
 * others; each gets a larger attempt, and its tasks start from a completed checkpoint.
 *
 * <p>Imports the packages beside it.
 */
package io.geminid.state.checkpoint.registry;
