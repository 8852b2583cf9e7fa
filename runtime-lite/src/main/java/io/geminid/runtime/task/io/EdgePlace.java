package io.geminid.runtime.task.io;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.task.checkpoint.ChannelId;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One end of an edge, as one subtask sees it.
 *
 * @param edge the edge
 * @param subtask index of the subtask at this end
 * @param mapping how the subtasks of both ends are connected
 * @param maxParallelism number of key groups of the consuming vertex
 * @param staysAligned whether data in flight on it must not become part of a checkpoint (INV U8)
 */
public record EdgePlace(
        JobEdge edge, int subtask, EdgeMapping mapping, int maxParallelism, boolean staysAligned) {

    /** The channel of a subpartition, seen from the producing subtask. */
    ChannelId output(final int subpartition) {
        return new ChannelId(edge.id(), subtask, mapping.consumerOf(subtask, subpartition));
    }

    /** The channels of all subpartitions, seen from the producing subtask. */
    List<ChannelId> outputs(final int subpartitions) {
        return IntStream.range(0, subpartitions).mapToObj(this::output).toList();
    }

    /** The channel of an input, seen from the consuming subtask. */
    ChannelId input(final int channel) {
        return new ChannelId(
                edge.id(), mapping.channelsOf(subtask).get(channel).producer(), subtask);
    }
}
