/**
 * The continuous channel persister: everything that a task sends is appended to a log, so that a
 * checkpoint only says where it stands.
 *
 * <p>Start at {@link io.geminid.runtime.task.log.TaskLog}, the producer's side. What a checkpoint
 * holds of it is {@link io.geminid.runtime.task.log.LoggedOutput}; what consumers say is {@link
 * io.geminid.runtime.task.log.ConsumedInput}. The coordinator cuts the one with the other.
 *
 * <p>Positions are bytes of a channel since the task began. Imports {@code task.storage}, {@code
 * task.checkpoint}'s names of channels, shuffle's partitions, and the checkpoint files of the state
 * module.
 */
package io.geminid.runtime.task.log;
