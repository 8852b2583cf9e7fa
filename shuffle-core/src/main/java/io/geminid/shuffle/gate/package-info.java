/**
 * The consuming side: input gates and their channels.
 *
 * <p>Start at {@link io.geminid.shuffle.gate.InputGate}. A gate has one channel for each
 * subpartition that its task reads; a channel reads a view in the same process or a {@link
 * io.geminid.shuffle.network.RemoteChannel}.
 *
 * <p>Imports {@code memory}, {@code shuffle.buffer}, {@code shuffle.event}, {@code shuffle.credit},
 * {@code shuffle.partition} and {@code shuffle.network}.
 */
package io.geminid.shuffle.gate;
