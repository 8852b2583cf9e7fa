package io.geminid.runtime.graph;

import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.runtime.graph.stream.StreamEdge;
import io.geminid.runtime.graph.stream.StreamNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A chain of operators that runs in one task. A chain may branch: it is a tree whose root is the
 * head.
 *
 * @param id its number, from 0 on in topological order
 * @param operators the operators, each behind the one that it is fed by; the first is the head
 * @param chainedEdges the edges inside, each a direct call
 * @param inputs edges to the head, by number
 * @param outputs edges from any of the operators, by number
 */
public record JobVertex(
        int id,
        List<StreamNode> operators,
        List<StreamEdge> chainedEdges,
        List<JobEdge> inputs,
        List<JobEdge> outputs) {

    /** Copies the lists. */
    public JobVertex {
        operators = List.copyOf(operators);
        chainedEdges = List.copyOf(chainedEdges);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * @return the operator that gets the vertex's input, or is the source
     */
    public StreamNode head() {
        return operators.get(0);
    }

    /**
     * @return for people, for example {@code "parse -> filter"}
     */
    public String name() {
        return operators.stream().map(StreamNode::name).collect(Collectors.joining(" -> "));
    }

    /**
     * @return number of subtasks
     */
    public int parallelism() {
        return head().parallelism();
    }

    /**
     * @return number of key groups
     */
    public int maxParallelism() {
        return head().settings().maxParallelism();
    }

    /**
     * @return subtasks of different vertices in the same group may share a slot
     */
    public String slotSharingGroup() {
        return head().settings().slotSharingGroup();
    }

    /**
     * What a subtask needs.
     *
     * @return the sum of its operators
     */
    public ResourceProfile resources() {
        return operators.stream()
                .map(node -> node.settings().resources())
                .reduce(ResourceProfile.UNSPECIFIED, ResourceProfile::plus);
    }

    /**
     * Vertices with the same constraint have their subtasks of the same index on the same worker.
     *
     * @return its name; empty for none
     */
    public String coLocationGroup() {
        return operators.stream()
                .map(node -> node.settings().coLocationGroup())
                .filter(group -> !group.isEmpty())
                .findFirst()
                .orElse("");
    }
}
