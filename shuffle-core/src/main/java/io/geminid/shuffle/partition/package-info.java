/**
 * The producing side: result partitions, their subpartitions, and the views that consumers read.
 *
 * <p>Start at {@link io.geminid.shuffle.partition.ResultPartition}. A task writes records into
 * subpartitions; each subpartition has one reader at a time, which polls a {@link
 * io.geminid.shuffle.partition.SubpartitionView} - a connection for a consumer in another process,
 * an input channel for one in the same process.
 *
 * <p>Imports {@code memory} and {@code shuffle.buffer}. Sizes are in bytes.
 */
package io.geminid.shuffle.partition;
