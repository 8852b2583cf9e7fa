package io.geminid.flink.network;

import io.geminid.flink.memory.RegisteredMemory;
import org.apache.flink.runtime.io.network.partition.ResultPartitionProvider;

/**
 * What all connections of a TaskManager share.
 *
 * @param partitions of this process
 * @param memory behind all network buffers
 * @param counters told what moves
 * @param protocol versions of Geminid and Flink, which peers must have as well
 */
public record NetworkScope(
        ResultPartitionProvider partitions,
        RegisteredMemory memory,
        ShuffleCounters counters,
        String protocol) {}
