/**
 * The shuffle contract: what a runtime asks of a shuffle service, in the terms of FLIP-31.
 *
 * <p>Start at {@link io.geminid.shuffle.ShuffleServiceFactory}. Its {@link
 * io.geminid.shuffle.ShuffleMaster} lives beside the job's coordinator and says where partitions
 * are; its {@link io.geminid.shuffle.ShuffleEnvironment} lives in every worker and makes {@link
 * io.geminid.shuffle.partition.ResultPartition}s and {@link io.geminid.shuffle.gate.InputGate}s.
 * {@link io.geminid.shuffle.ShuffleServices} chooses the service for each edge of a job.
 *
 * <p>Imports {@code config} and {@code memory}. Sizes are in bytes, times in nanoseconds, unless a
 * name says otherwise.
 */
package io.geminid.shuffle;
