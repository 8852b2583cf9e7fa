package io.geminid.runtime.api;

import io.geminid.runtime.graph.ExchangeModes;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.OperatorSpec;
import io.geminid.runtime.graph.stream.StreamGraph;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitSourceOperator;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.serial.RecordSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A job that is being defined. Mutable; one thread. */
public final class StreamJob {

    private final List<OperatorSpec> specs = new ArrayList<>();
    private final List<NodeSettings> settings = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();
    private int parallelism = 1;

    /** Makes a job without operators, of parallelism 1. */
    public StreamJob() {}

    /**
     * Sets the parallelism of the operators added from now on.
     *
     * @param subtasks number of subtasks of each
     * @return this
     */
    public StreamJob parallelism(final int subtasks) {
        parallelism = subtasks;
        return this;
    }

    /**
     * Adds a source.
     *
     * @param name of the operator
     * @param source what to read
     * @param strategy how to make timestamps and watermarks
     * @param serializer of the records
     * @param <T> type of the records
     * @return its stream
     */
    public <T> DataStream<T> source(
            final String name,
            final Source<T, ?> source,
            final WatermarkStrategy<T> strategy,
            final RecordSerializer<T> serializer) {
        final String description =
                "source(idleTimeoutMillis="
                        + strategy.idleTimeoutMillis()
                        + " intervalMillis="
                        + strategy.intervalMillis()
                        + ")";
        final OperatorSpec spec =
                OperatorSpec.source(
                        description,
                        () -> new SplitSourceOperator<>(source, strategy),
                        source.boundedness());
        return new DataStream<>(this, addNode(name, spec), edgeSpec(serializer));
    }

    /**
     * Makes the graph of what was defined so far. An edge for which nothing was said is forward if
     * the parallelism stays the same, and rebalance otherwise.
     *
     * @return the graph
     * @throws io.geminid.runtime.graph.GraphException if it cannot be run
     */
    public JobGraph toJobGraph() {
        return toJobGraph(ExchangeModes.AS_PROGRAMMED);
    }

    /**
     * The same, with edges as configured.
     *
     * @param modes which edges are blocking
     * @return the graph
     * @throws io.geminid.runtime.graph.GraphException if it cannot be run
     */
    public JobGraph toJobGraph(final ExchangeModes modes) {
        final StreamGraph graph = new StreamGraph();
        for (int i = 0; i < specs.size(); i++) {
            graph.addNode(specs.get(i), settings.get(i));
        }
        for (final Edge edge : edges) {
            graph.addEdge(edge.source(), edge.target(), edge.input(), resolve(edge));
        }
        return JobGraph.of(graph, modes);
    }

    int addNode(final String name, final OperatorSpec spec) {
        specs.add(spec);
        settings.add(NodeSettings.of(name, parallelism));
        return specs.size() - 1;
    }

    void addEdge(final int source, final int target, final int input, final EdgeSpec<?> spec) {
        edges.add(new Edge(source, target, input, spec));
    }

    void changeSettings(final int node, final UnaryOperator<NodeSettings> change) {
        settings.set(node, change.apply(settings.get(node)));
    }

    /** An edge for which nothing was said yet: see {@link #toJobGraph()}. */
    static <T> EdgeSpec<T> edgeSpec(final RecordSerializer<T> serializer) {
        return EdgeSpec.of(null, serializer);
    }

    private EdgeSpec<?> resolve(final Edge edge) {
        if (edge.spec().partitioner() != null) {
            return edge.spec();
        }
        final boolean same =
                settings.get(edge.source()).parallelism()
                        == settings.get(edge.target()).parallelism();
        return edge.spec()
                .withPartitioner(Partitioner.of(same ? Exchange.FORWARD : Exchange.REBALANCE));
    }

    private record Edge(int source, int target, int input, EdgeSpec<?> spec) {}
}
