package io.geminid.shuffle;

import io.geminid.shuffle.descriptor.ResultPartitionType;
import java.util.List;

/**
 * The inputs and outputs of a subtask, as far as memory is concerned.
 *
 * @param name of the subtask, for messages
 * @param partitions each result partition
 * @param gates each input gate
 */
public record TaskShape(String name, List<Edge> partitions, List<Edge> gates) {

    /**
     * One of them.
     *
     * @param type of the partition, or of those that the gate reads
     * @param count subpartitions of the partition, or channels of the gate
     */
    public record Edge(ResultPartitionType type, int count) {}

    /** Copies the lists. */
    public TaskShape {
        partitions = List.copyOf(partitions);
        gates = List.copyOf(gates);
    }
}
