package io.geminid.runtime.schedule;

import io.geminid.runtime.graph.GraphException;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.execution.EdgeMapping;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The subtasks of a job, divided into regions: those that pipelined edges join must run together
 * and fail together. What lies between regions are blocking edges. Regions are numbered by their
 * first subtask, in the order of the graph.
 *
 * <p>Edges are kept by their {@link Exchange parts}, not by channels, so a graph takes memory by
 * its subtasks. Immutable.
 */
public final class PipelinedRegions {

    private final int[] firstOfVertex;
    private final int[] regionOf;
    private final List<List<Subtask>> members = new ArrayList<>();
    private final List<List<Exchange>> inputs = new ArrayList<>();
    private final List<List<Exchange>> outputs = new ArrayList<>();
    private final List<Exchange> exchanges = new ArrayList<>();

    /**
     * A part of a blocking edge: all of its producers are connected with all of its consumers.
     *
     * @param number among all of the job, from 0 on
     * @param edge which edge
     * @param part which subtasks
     * @param producers regions that produce for it, each once
     * @param consumers regions that consume it, each once
     */
    public record Exchange(
            int number,
            JobEdge edge,
            EdgeMapping.Part part,
            List<Integer> producers,
            List<Integer> consumers) {}

    /**
     * Divides a graph.
     *
     * @param graph of the job
     * @throws GraphException if regions wait for each other in a circle
     */
    public PipelinedRegions(final JobGraph graph) {
        final List<JobVertex> vertices = graph.vertices();
        firstOfVertex = new int[vertices.size() + 1];
        for (final JobVertex vertex : vertices) {
            firstOfVertex[vertex.id() + 1] = firstOfVertex[vertex.id()] + vertex.parallelism();
        }
        final int[] parents = new int[firstOfVertex[vertices.size()]];
        for (int i = 0; i < parents.length; i++) {
            parents[i] = i;
        }
        for (final JobEdge edge : graph.edges()) {
            if (edge.spec().mode() == ExchangeMode.PIPELINED) {
                mapping(graph, edge).parts().forEach(part -> join(parents, edge, part));
            }
        }
        regionOf = new int[parents.length];
        number(vertices, parents);
        for (final JobEdge edge : graph.edges()) {
            if (edge.spec().mode() == ExchangeMode.BLOCKING) {
                mapping(graph, edge).parts().forEach(part -> addExchange(edge, part));
            }
        }
        refuseCircles();
    }

    private static EdgeMapping mapping(final JobGraph graph, final JobEdge edge) {
        return new EdgeMapping(
                edge.exchange().pattern(),
                graph.vertices().get(edge.sourceVertex()).parallelism(),
                graph.vertices().get(edge.targetVertex()).parallelism());
    }

    private void join(final int[] parents, final JobEdge edge, final EdgeMapping.Part part) {
        final int producers = firstOfVertex[edge.sourceVertex()];
        final int consumers = firstOfVertex[edge.targetVertex()];
        final int root = root(parents, producers + part.firstProducer());
        for (int p = part.firstProducer(); p < part.producersEnd(); p++) {
            parents[root(parents, producers + p)] = root;
        }
        for (int c = part.firstConsumer(); c < part.consumersEnd(); c++) {
            parents[root(parents, consumers + c)] = root;
        }
    }

    private static int root(final int[] parents, final int of) {
        int at = of;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    private void number(final List<JobVertex> vertices, final int[] parents) {
        final int[] regionOfRoot = new int[parents.length];
        for (final JobVertex vertex : vertices) {
            for (int index = 0; index < vertex.parallelism(); index++) {
                final int at = firstOfVertex[vertex.id()] + index;
                final int root = root(parents, at);
                if (regionOfRoot[root] == 0) {
                    members.add(new ArrayList<>());
                    inputs.add(new ArrayList<>());
                    outputs.add(new ArrayList<>());
                    regionOfRoot[root] = members.size();
                }
                regionOf[at] = regionOfRoot[root] - 1;
                members.get(regionOf[at]).add(new Subtask(vertex.id(), index));
            }
        }
    }

    private void addExchange(final JobEdge edge, final EdgeMapping.Part part) {
        final Exchange exchange =
                new Exchange(
                        exchanges.size(),
                        edge,
                        part,
                        regions(edge.sourceVertex(), part.firstProducer(), part.producersEnd()),
                        regions(edge.targetVertex(), part.firstConsumer(), part.consumersEnd()));
        exchanges.add(exchange);
        exchange.producers().forEach(region -> outputs.get(region).add(exchange));
        exchange.consumers().forEach(region -> inputs.get(region).add(exchange));
    }

    private List<Integer> regions(final int vertex, final int first, final int end) {
        final BitSet found = new BitSet();
        for (int index = first; index < end; index++) {
            found.set(regionOf[firstOfVertex[vertex] + index]);
        }
        return found.stream().boxed().toList();
    }

    /** Kahn's algorithm, with the exchanges between the regions. */
    private void refuseCircles() {
        final int[] missingInputs = new int[count()];
        final ArrayDeque<Integer> ready = new ArrayDeque<>();
        for (int region = 0; region < count(); region++) {
            missingInputs[region] = inputs.get(region).size();
            if (missingInputs[region] == 0) {
                ready.add(region);
            }
        }
        final int[] missingProducers =
                exchanges.stream().mapToInt(exchange -> exchange.producers().size()).toArray();
        int seen = 0;
        while (!ready.isEmpty()) {
            seen++;
            for (final Exchange exchange : outputs.get(ready.remove())) {
                if (--missingProducers[exchange.number()] == 0) {
                    for (final int consumer : exchange.consumers()) {
                        if (--missingInputs[consumer] == 0) {
                            ready.add(consumer);
                        }
                    }
                }
            }
        }
        if (seen < count()) {
            throw circle(missingInputs);
        }
    }

    private GraphException circle(final int[] missingInputs) {
        int region = 0;
        while (missingInputs[region] == 0) {
            region++;
        }
        final JobEdge edge = inputs.get(region).get(0).edge();
        return new GraphException(
                "edge="
                        + edge.id()
                        + " vertices="
                        + edge.sourceVertex()
                        + "->"
                        + edge.targetVertex()
                        + " mode=BLOCKING waits for what only runs together with its consumer: make"
                        + " the other edges between them BLOCKING too, or this one PIPELINED");
    }

    /**
     * @return how many regions
     */
    public int count() {
        return members.size();
    }

    /**
     * @return how many parts all blocking edges have together
     */
    public int exchangeCount() {
        return exchanges.size();
    }

    /**
     * Where a subtask belongs.
     *
     * @param vertex number of the vertex
     * @param subtask index of the subtask
     * @return number of its region
     */
    public int regionOf(final int vertex, final int subtask) {
        return regionOf[firstOfVertex[vertex] + subtask];
    }

    /**
     * Who belongs to a region.
     *
     * @param region its number
     * @return in topological order, and by index within a vertex
     */
    public List<Subtask> members(final int region) {
        return List.copyOf(members.get(region));
    }

    /**
     * What a region reads that must be complete before.
     *
     * @param region its number
     * @return parts of blocking edges
     */
    public List<Exchange> inputs(final int region) {
        return List.copyOf(inputs.get(region));
    }

    /**
     * What a region produces that is read when it is complete.
     *
     * @param region its number
     * @return parts of blocking edges
     */
    public List<Exchange> outputs(final int region) {
        return List.copyOf(outputs.get(region));
    }
}
