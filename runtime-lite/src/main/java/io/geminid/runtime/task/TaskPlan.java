package io.geminid.runtime.task;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.context.SubtaskInfo;

/**
 * What a task is to do: one attempt of one subtask of a graph.
 *
 * @param id identity
 * @param graph the job's
 */
public record TaskPlan(TaskId id, JobGraph graph) {

    /** Checks that the graph has such a subtask. */
    public TaskPlan {
        if (id.vertex() >= graph.vertices().size()
                || id.subtask() >= graph.vertices().get(id.vertex()).parallelism()) {
            throw new IllegalArgumentException("task=" + id + " is not in the graph");
        }
    }

    /**
     * @return the vertex
     */
    public JobVertex vertex() {
        return graph.vertices().get(id.vertex());
    }

    /**
     * @return for people, for example {@code "parse -> filter (1/4)#0"}
     */
    public String name() {
        return vertex().name()
                + " ("
                + (id.subtask() + 1)
                + "/"
                + vertex().parallelism()
                + ")#"
                + id.attempt();
    }

    /**
     * Number of key groups at the end of an edge.
     *
     * @param edge an output of the vertex
     * @return as the consuming vertex has it
     */
    int maxParallelismBehind(final JobEdge edge) {
        return graph.vertices().get(edge.targetVertex()).maxParallelism();
    }

    SubtaskInfo infoOf(final StreamNode node) {
        return new SubtaskInfo(
                node.name(),
                id.subtask(),
                node.parallelism(),
                node.settings().maxParallelism(),
                id.attempt());
    }

    /** Seed of an operator's random numbers: the same for the same job, operator and subtask. */
    long seedOf(final StreamNode node) {
        return 31 * (31 * id.jobId() + node.id()) + id.subtask();
    }
}
