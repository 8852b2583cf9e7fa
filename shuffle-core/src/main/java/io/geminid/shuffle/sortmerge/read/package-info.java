/**
 * Reads stored partitions through the same views as pipelined ones, so that credits, transports and
 * gates do not know the difference.
 *
 * <p>Start at {@link io.geminid.shuffle.sortmerge.read.StoredPartitions}, which knows what there is
 * and opens views; {@code DiskReader} reads for all of them, on a thread that may wait for the
 * disk. {@link io.geminid.shuffle.sortmerge.read.PartitionVerifier} reads everything only to check
 * it.
 *
 * <p>A block is read when a consumer that has credit asks for more, and ahead of it only while
 * there is memory for all. So memory is bounded however many consumers there are, and none can hold
 * what another one needs.
 *
 * <p>Imports {@code memory}, {@code serial}, {@code shuffle}, {@code shuffle.buffer}, {@code
 * shuffle.descriptor}, {@code shuffle.event}, {@code shuffle.partition} and {@code
 * sortmerge.format}. Sizes are in bytes.
 */
package io.geminid.shuffle.sortmerge.read;
