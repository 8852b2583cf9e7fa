/**
 * The consuming side: input gates and their channels.
 *
 * <p>Start at {@link io.geminid.shuffle.gate.InputGate}. A gate has one channel for each
 * subpartition that its task reads; a channel reads a view in the same process or a {@link
 * io.geminid.shuffle.network.RemoteChannel}. Threads: the consuming task polls, connections
 * deliver, anybody may release a buffer, and a segment released is a credit for its channel or
 * another one.
 *
 * <p>Imports {@code memory}, {@code serial}, the SPI's timer, and {@code shuffle.buffer}, {@code
 * shuffle.event}, {@code shuffle.credit}, {@code shuffle.descriptor}, {@code shuffle.partition},
 * {@code shuffle.network} and {@code shuffle.transport}. Times are in nanoseconds.
 */
package io.geminid.shuffle.gate;
