package io.geminid.runtime.graph;

import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.stream.StreamGraph;
import io.geminid.runtime.operator.source.Boundedness;
import java.util.List;

/**
 * The logical graph of a job: what a client submits and every process can build for itself.
 * Vertices are chains of operators, numbered in topological order; edges are numbered too.
 * Immutable.
 *
 * @param vertices the vertices, by number
 * @param edges the edges, by number
 * @param unboundedVertices for each vertex, whether its input may never end
 * @param alignedVertices for each vertex, whether barriers to it never overtake
 */
public record JobGraph(
        List<JobVertex> vertices,
        List<JobEdge> edges,
        List<Boolean> unboundedVertices,
        List<Boolean> alignedVertices) {

    /** Copies the lists. */
    public JobGraph {
        vertices = List.copyOf(vertices);
        edges = List.copyOf(edges);
        unboundedVertices = List.copyOf(unboundedVertices);
        alignedVertices = List.copyOf(alignedVertices);
    }

    /**
     * Checks what a program built, chains what can be chained, and numbers the result. The same
     * program gives the same graph in every process.
     *
     * @param graph the operators
     * @return the job graph
     * @throws GraphException if the graph cannot be run: it is empty, has a loop, an operator
     *     without input, a forward edge that changes parallelism, keyed state behind an edge that
     *     is not keyed, or a blocking edge behind an unbounded source
     */
    public static JobGraph of(final StreamGraph graph) {
        return of(graph, ExchangeModes.AS_PROGRAMMED);
    }

    /**
     * The same, with edges as configured.
     *
     * @param graph the operators
     * @param modes which edges are blocking
     * @return the job graph
     * @throws GraphException as {@link #of(StreamGraph)}, or if an edge is named that is not there
     */
    public static JobGraph of(final StreamGraph graph, final ExchangeModes modes) {
        return new JobGraphBuilder(graph, modes).build();
    }

    /**
     * Whether a vertex's work ends by itself: it does if all sources before it are bounded.
     *
     * @param vertex number of the vertex
     * @return its boundedness
     */
    public Boundedness boundedness(final int vertex) {
        return unboundedVertices.get(vertex) ? Boundedness.UNBOUNDED : Boundedness.BOUNDED;
    }

    /**
     * Whether data in flight towards a vertex must not become part of a checkpoint (INV U8); see
     * {@link AlignedVertices}.
     *
     * @param vertex number of the vertex
     * @return true if barriers to it never overtake
     */
    public boolean staysAligned(final int vertex) {
        return alignedVertices.get(vertex);
    }

    /**
     * Whether some results are kept until they are complete. Such a job goes on from those after a
     * failure and takes no checkpoints (BL-41).
     *
     * @return true if an edge is blocking
     */
    public boolean isBatch() {
        return edges.stream().anyMatch(edge -> edge.spec().mode() == ExchangeMode.BLOCKING);
    }

    /**
     * Whether the job ends by itself.
     *
     * @return bounded if all of its sources are
     */
    public Boundedness boundedness() {
        return unboundedVertices.contains(true) ? Boundedness.UNBOUNDED : Boundedness.BOUNDED;
    }

    /**
     * Identity of everything that processes must agree on: operators, their parameters as
     * described, serializers, settings and edges. Not the code of functions: that is the
     * deployment's business.
     *
     * @return 64 hexadecimal digits, the same in every process and every run
     */
    public String fingerprint() {
        return GraphDescription.fingerprint(this);
    }

    /**
     * The graph for people, and what the fingerprint is made of.
     *
     * @return a line for each vertex, operator and edge
     */
    public String describe() {
        return GraphDescription.describe(this);
    }
}
