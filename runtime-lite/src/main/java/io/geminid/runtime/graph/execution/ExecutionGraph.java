package io.geminid.runtime.graph.execution;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.util.ArrayList;
import java.util.List;

/** The physical graph of a job: what the coordinator schedules and watches. Owned by its thread. */
public final class ExecutionGraph {

    private final long jobId;
    private final JobGraph jobGraph;
    private final List<List<ExecutionVertex>> vertices = new ArrayList<>();

    /**
     * Multiplies a job graph by its parallelism; every subtask is at its first attempt.
     *
     * @param jobId identity of the job, unique in a cluster
     * @param jobGraph the logical graph
     */
    public ExecutionGraph(final long jobId, final JobGraph jobGraph) {
        this.jobId = jobId;
        this.jobGraph = jobGraph;
        for (final JobVertex vertex : jobGraph.vertices()) {
            final List<ExecutionVertex> subtasks = new ArrayList<>();
            for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
                subtasks.add(new ExecutionVertex(vertex, subtask));
            }
            vertices.add(List.copyOf(subtasks));
        }
    }

    /**
     * @return identity of the job
     */
    public long jobId() {
        return jobId;
    }

    /**
     * @return the logical graph
     */
    public JobGraph jobGraph() {
        return jobGraph;
    }

    /**
     * Every subtask.
     *
     * @return in topological order, and by index within a vertex
     */
    public List<ExecutionVertex> vertices() {
        return vertices.stream().flatMap(List::stream).toList();
    }

    /**
     * Numbers the attempts of all subtasks from there on: those of a coordinator before may still
     * run. Before anything else.
     *
     * @param first above all of theirs
     */
    public void numberAttempts(final int first) {
        vertices.forEach(subtasks -> subtasks.forEach(each -> each.numberAttempts(first)));
    }

    /**
     * A subtask.
     *
     * @param vertex number of the vertex
     * @param subtask index of the subtask
     * @return the subtask
     */
    public ExecutionVertex vertex(final int vertex, final int subtask) {
        return vertices.get(vertex).get(subtask);
    }

    /**
     * How the subtasks at both ends of an edge are connected.
     *
     * @param edge the edge
     * @return the mapping
     */
    public EdgeMapping mapping(final JobEdge edge) {
        return new EdgeMapping(
                edge.exchange().pattern(),
                vertices.get(edge.sourceVertex()).size(),
                vertices.get(edge.targetVertex()).size());
    }

    /**
     * The partition that the latest attempt of a subtask produces for an edge.
     *
     * @param edge the edge; its number is the data set's
     * @param producer index of the producing subtask
     * @return identity of the partition
     */
    public ResultPartitionId partition(final JobEdge edge, final int producer) {
        final ExecutionVertex vertex = vertex(edge.sourceVertex(), producer);
        return new ResultPartitionId(jobId, edge.id(), producer, vertex.attempt());
    }

    /**
     * What a subtask reads from an edge, in the order of its input channels.
     *
     * @param edge the edge
     * @param consumer index of the consuming subtask
     * @return at least one
     */
    public List<InputChannelSpec> inputChannels(final JobEdge edge, final int consumer) {
        final List<InputChannelSpec> channels = new ArrayList<>();
        for (final EdgeMapping.Channel channel : mapping(edge).channelsOf(consumer)) {
            channels.add(
                    new InputChannelSpec(
                            partition(edge, channel.producer()), channel.subpartition()));
        }
        return channels;
    }

    /**
     * One channel of an input.
     *
     * @param partition which partition, of the producer's latest attempt
     * @param subpartition which of its subpartitions
     */
    public record InputChannelSpec(ResultPartitionId partition, int subpartition) {}
}
