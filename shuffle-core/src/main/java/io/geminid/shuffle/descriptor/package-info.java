/**
 * Who produces what, and where to read it: small plain values that runtimes put into their own
 * messages.
 *
 * <p>Start at {@link io.geminid.shuffle.descriptor.ShuffleDescriptor}, which is all that a consumer
 * must know; {@link io.geminid.shuffle.descriptor.ResultPartitionId} names the output of one
 * attempt of one producer.
 *
 * <p>Imports nothing of ours. Everything in it is immutable.
 */
package io.geminid.shuffle.descriptor;
