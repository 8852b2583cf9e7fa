/**
 * Carries the buffers of Flink's partitions to Flink's gates in other processes, over a transport
 * of ours.
 *
 * <p>Start at {@link io.geminid.flink.network.GeminidConnectionManager}, which Flink asks for
 * clients. A {@link io.geminid.flink.network.ConsumerConnection} reads partitions of another
 * process, a {@link io.geminid.flink.network.ProducerConnection} serves those of this one; each is
 * the {@link io.geminid.shuffle.transport.FrameHandler} of one connection. What the frames mean is
 * in {@link io.geminid.flink.network.BufferFrames} and {@link
 * io.geminid.flink.network.PartitionRequest}; credits, sequence and order are Flink's.
 *
 * <p>Imports {@code io.geminid.shuffle.transport}, {@code io.geminid.shuffle.wire}, {@code
 * io.geminid.flink.memory} and Flink's network classes. Sizes are in bytes, credits in buffers.
 */
package io.geminid.flink.network;
