package io.geminid.runtime.task;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.context.RestoredOperator;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.task.io.EdgePlace;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a task is to do: one attempt of one subtask of a graph.
 *
 * @param id identity
 * @param graph the job's
 * @param restore what it begins with
 */
public record TaskPlan(TaskId id, JobGraph graph, TaskRestore restore) {

    /**
     * A plan that begins with nothing.
     *
     * @param id identity
     * @param graph the job's
     */
    public TaskPlan(final TaskId id, final JobGraph graph) {
        this(id, graph, TaskRestore.NONE);
    }

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

    /** The task's end of an edge. */
    EdgePlace place(final JobEdge edge) {
        return new EdgePlace(
                edge,
                id.subtask(),
                new EdgeMapping(
                        edge.exchange().pattern(),
                        graph.vertices().get(edge.sourceVertex()).parallelism(),
                        graph.vertices().get(edge.targetVertex()).parallelism()),
                graph.vertices().get(edge.targetVertex()).maxParallelism(),
                graph.staysAligned(edge.targetVertex()));
    }

    /**
     * Identity of an operator in checkpoints.
     *
     * @param node the operator
     * @return the same whatever its parallelism
     */
    public static String operatorId(final StreamNode node) {
        return node.id() + "-" + node.name();
    }

    /** Identity of what belongs to the whole task in checkpoints. */
    String taskId() {
        return taskId(vertex());
    }

    /**
     * Identity of what belongs to the tasks of a vertex, and not to one of its operators, in
     * checkpoints: data in flight and event time.
     *
     * @param vertex the vertex
     * @return the same for all of its subtasks
     */
    public static String taskId(final JobVertex vertex) {
        return "task-" + vertex.head().id();
    }

    /** What the subtasks wrote under an identity; {@code null} if nothing is restored. */
    RestoredOperator restored(final String operator) {
        final OperatorSnapshot snapshot = restore.operators().get(operator);
        if (snapshot == null) {
            return null;
        }
        final Map<Integer, byte[]> states = new TreeMap<>();
        for (final SubtaskSnapshot subtask : snapshot.subtasks()) {
            for (final StatePart part : subtask.parts()) {
                if (part.kind() == PartKind.OPERATOR) {
                    states.put(subtask.subtask(), part.inline().toArray());
                }
            }
        }
        return new RestoredOperator(snapshot.parallelism(), states);
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
