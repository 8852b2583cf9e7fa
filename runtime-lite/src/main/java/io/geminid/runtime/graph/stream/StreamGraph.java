package io.geminid.runtime.graph.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Operators and edges as the program added them. Mutable while it is built; one thread. */
public final class StreamGraph {

    private final List<StreamNode> nodes = new ArrayList<>();
    private final List<StreamEdge> edges = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** Makes an empty graph. */
    public StreamGraph() {}

    /**
     * Adds an operator.
     *
     * @param spec what it does
     * @param settings how it is run
     * @return the operator, with its number
     * @throws IllegalArgumentException if the name is in use
     */
    public StreamNode addNode(final OperatorSpec spec, final NodeSettings settings) {
        if (!names.add(settings.name())) {
            throw new IllegalArgumentException("operator=" + settings.name() + " is there twice");
        }
        final StreamNode node = new StreamNode(nodes.size(), spec, settings);
        nodes.add(node);
        return node;
    }

    /**
     * Adds an edge. A loop is not found here but when the job graph is made.
     *
     * @param source number of the producer
     * @param target number of the consumer
     * @param input which input of the consumer, 0 or 1
     * @param spec how records go along it
     * @return the edge, with its number
     */
    public StreamEdge addEdge(
            final int source, final int target, final int input, final EdgeSpec<?> spec) {
        if (nodes.get(target).spec().isSource()) {
            throw new IllegalArgumentException(
                    "operator=" + nodes.get(target).name() + " is a source and has no input");
        }
        final StreamEdge edge = new StreamEdge(edges.size(), source, target, input, spec);
        edges.add(edge);
        return edge;
    }

    /**
     * @return the operators, by number
     */
    public List<StreamNode> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /**
     * @return the edges, by number
     */
    public List<StreamEdge> edges() {
        return Collections.unmodifiableList(edges);
    }
}
