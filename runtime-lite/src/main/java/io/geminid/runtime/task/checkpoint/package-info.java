/**
 * What a task does for checkpoints: waits for barriers, takes its snapshot, keeps what is in
 * flight, and gives it all back after a failure.
 *
 * <p>Start at {@link io.geminid.runtime.task.checkpoint.TaskCheckpoints}. {@link
 * io.geminid.runtime.task.checkpoint.BarrierAligner} knows the rules of alignment and nothing else;
 * {@link io.geminid.runtime.task.checkpoint.ChannelState} is what channels hold, as files; {@link
 * io.geminid.runtime.task.checkpoint.RestoredGate} gives it back.
 *
 * <h2>Where restored data goes in</h2>
 *
 * <p>Both what a consumer had received and what its producer had not sent yet is given back at the
 * consumer, first the one and then the other, before anything new (INV U9). Both are whole records,
 * since a barrier stands between two. So a producer restores nothing of its outputs, memory for
 * restored data is one piece at a time, and what is left of it when the next barrier comes needs no
 * copy: the checkpoint refers to the same bytes (INV U11).
 *
 * <p>Imports {@code graph}, {@code operator}, {@code time}, shuffle's gates, buffers and events,
 * and the checkpoint files of the state module. Times are in milliseconds, sizes in bytes.
 */
package io.geminid.runtime.task.checkpoint;
