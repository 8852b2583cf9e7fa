/**
 * The producing side: result partitions, their subpartitions, and the views that consumers read.
 *
 * <p>Start at {@link io.geminid.shuffle.partition.ResultPartition}. A task writes records into
 * subpartitions; each subpartition has one reader, which polls a {@link
 * io.geminid.shuffle.partition.SubpartitionView} - a connection for a consumer in another process,
 * an input channel for one in the same process.
 *
 * <p>A segment belongs to the subpartition's writer and queue until it is full or an event follows,
 * then to the queue, then to whoever holds a part of it; {@link
 * io.geminid.shuffle.buffer.WrittenSegment} has the rules. How a reader that waits learns of a
 * record without a lock or fence for each is told at the subpartition.
 *
 * <p>Imports {@code memory}, {@code serial}, {@code shuffle.buffer}, {@code shuffle.event} and
 * {@code shuffle.descriptor}. Sizes are in bytes, quotas in segments.
 */
package io.geminid.shuffle.partition;
