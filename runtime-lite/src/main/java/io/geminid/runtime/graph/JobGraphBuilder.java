package io.geminid.runtime.graph;

import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.StreamEdge;
import io.geminid.runtime.graph.stream.StreamGraph;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.source.Boundedness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Makes a {@link JobGraph} of a {@link StreamGraph}. Used once. */
final class JobGraphBuilder {

    private final List<StreamNode> nodes;
    private final List<StreamEdge> edges;
    private final ExchangeModes modes;
    private final List<List<StreamEdge>> in = new ArrayList<>();
    private final List<List<StreamEdge>> out = new ArrayList<>();
    private final boolean[] unbounded;

    /** For each operator, number of the operator at the head of its chain. */
    private final int[] headOf;

    /** For each operator that is a head, number of its vertex. */
    private final int[] vertexOfHead;

    JobGraphBuilder(final StreamGraph graph, final ExchangeModes modes) {
        nodes = graph.nodes();
        edges = new ArrayList<>(graph.edges());
        this.modes = modes;
        unbounded = new boolean[nodes.size()];
        headOf = new int[nodes.size()];
        vertexOfHead = new int[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            in.add(new ArrayList<>());
            out.add(new ArrayList<>());
        }
        connect();
    }

    private void connect() {
        in.forEach(List::clear);
        out.forEach(List::clear);
        for (final StreamEdge edge : edges) {
            out.get(edge.source()).add(edge);
            in.get(edge.target()).add(edge);
        }
    }

    JobGraph build() {
        if (nodes.isEmpty()) {
            throw new GraphException("operators=0: the program defined nothing");
        }
        final List<StreamNode> ordered = topologicalOrder();
        for (final StreamNode node : ordered) {
            checkInputs(node);
            inferBoundedness(node);
        }
        chooseModes();
        ordered.forEach(this::findHead);
        edges.forEach(this::checkEdge);
        checkCoLocation();
        return assemble(ordered);
    }

    /** Kahn's algorithm; among those that are ready, the operator that was added first. */
    private List<StreamNode> topologicalOrder() {
        final int[] missing = new int[nodes.size()];
        final PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < missing.length; i++) {
            missing[i] = in.get(i).size();
            if (missing[i] == 0) {
                ready.add(i);
            }
        }
        final List<StreamNode> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            final int next = ready.remove();
            ordered.add(nodes.get(next));
            for (final StreamEdge edge : out.get(next)) {
                if (--missing[edge.target()] == 0) {
                    ready.add(edge.target());
                }
            }
        }
        if (ordered.size() < nodes.size()) {
            throw new GraphException(
                    "loop=" + loop(missing) + ": loops cannot be run, the graph must be acyclic");
        }
        return ordered;
    }

    /** Walks backwards among operators that wait for each other until one comes again. */
    private String loop(final int[] missing) {
        int at = 0;
        while (missing[at] == 0) {
            at++;
        }
        final List<Integer> walk = new ArrayList<>();
        while (!walk.contains(at)) {
            walk.add(at);
            for (final StreamEdge edge : in.get(at)) {
                if (missing[edge.source()] > 0) {
                    at = edge.source();
                    break;
                }
            }
        }
        final StringBuilder names = new StringBuilder(nodes.get(at).name());
        for (int i = walk.size() - 1; i >= walk.indexOf(at); i--) {
            names.append(" -> ").append(nodes.get(walk.get(i)).name());
        }
        return names.toString();
    }

    private void checkInputs(final StreamNode node) {
        if (in.get(node.id()).isEmpty() && !node.spec().isSource()) {
            throw new GraphException("operator=" + node.name() + " inputs=0 and is no source");
        }
        if (node.spec().keySerializer() != null) {
            for (final StreamEdge edge : in.get(node.id())) {
                final Exchange exchange = edge.spec().partitioner().exchange();
                if (exchange != Exchange.KEY_GROUP) {
                    throw new GraphException(
                            "operator="
                                    + node.name()
                                    + " has keyed state, but exchange="
                                    + exchange
                                    + " from operator="
                                    + nodes.get(edge.source()).name());
                }
            }
        }
    }

    private void inferBoundedness(final StreamNode node) {
        unbounded[node.id()] = node.spec().boundedness() == Boundedness.UNBOUNDED;
        for (final StreamEdge edge : in.get(node.id())) {
            unbounded[node.id()] |= unbounded[edge.source()];
        }
    }

    private void chooseModes() {
        modes.requireAmong(edges.stream().map(this::nameOf).toList());
        edges.replaceAll(
                edge ->
                        new StreamEdge(
                                edge.id(),
                                edge.source(),
                                edge.target(),
                                edge.input(),
                                edge.spec()
                                        .withMode(
                                                modes.of(
                                                        nameOf(edge),
                                                        edge.spec().partitioner().exchange(),
                                                        edge.spec().mode(),
                                                        unbounded[edge.source()]))));
        connect();
    }

    private String nameOf(final StreamEdge edge) {
        return nodes.get(edge.source()).name() + "->" + nodes.get(edge.target()).name();
    }

    private void checkEdge(final StreamEdge edge) {
        final StreamNode source = nodes.get(edge.source());
        final StreamNode target = nodes.get(edge.target());
        if (edge.spec().partitioner().exchange() == Exchange.FORWARD
                && source.parallelism() != target.parallelism()) {
            throw new GraphException(
                    "exchange=FORWARD from operator="
                            + source.name()
                            + " parallelism="
                            + source.parallelism()
                            + " to operator="
                            + target.name()
                            + " parallelism="
                            + target.parallelism());
        }
        if (edge.spec().mode() == ExchangeMode.BLOCKING && unbounded[source.id()]) {
            throw new GraphException(
                    "mode=BLOCKING from operator="
                            + source.name()
                            + " boundedness=UNBOUNDED: its result would never be complete");
        }
    }

    private void checkCoLocation() {
        final Map<String, NodeSettings> firsts = new HashMap<>();
        for (final StreamNode node : nodes) {
            final NodeSettings settings = node.settings();
            final String group = settings.coLocationGroup();
            final NodeSettings first = group.isEmpty() ? null : firsts.putIfAbsent(group, settings);
            if (first != null
                    && (first.parallelism() != settings.parallelism()
                            || !first.slotSharingGroup().equals(settings.slotSharingGroup()))) {
                throw new GraphException(
                        "coLocationGroup="
                                + group
                                + " operators="
                                + first.name()
                                + ","
                                + settings.name()
                                + " must have the same parallelism and slotSharingGroup: "
                                + first.parallelism()
                                + ","
                                + settings.parallelism()
                                + " "
                                + first.slotSharingGroup()
                                + ","
                                + settings.slotSharingGroup());
            }
        }
    }

    private void findHead(final StreamNode node) {
        final List<StreamEdge> inputs = in.get(node.id());
        final boolean chained = inputs.size() == 1 && isChainable(inputs.get(0));
        headOf[node.id()] = chained ? headOf[inputs.get(0).source()] : node.id();
    }

    private boolean isChainable(final StreamEdge edge) {
        final NodeSettings up = nodes.get(edge.source()).settings();
        final NodeSettings down = nodes.get(edge.target()).settings();
        return edge.spec().partitioner().exchange() == Exchange.FORWARD
                && edge.spec().mode() == ExchangeMode.PIPELINED
                && edge.input() == 0
                && up.parallelism() == down.parallelism()
                && up.maxParallelism() == down.maxParallelism()
                && up.slotSharingGroup().equals(down.slotSharingGroup())
                && up.chaining() != ChainingStrategy.NEVER
                && down.chaining() == ChainingStrategy.ALWAYS;
    }

    private JobGraph assemble(final List<StreamNode> ordered) {
        Arrays.fill(vertexOfHead, -1);
        final List<List<StreamNode>> chains = new ArrayList<>();
        for (final StreamNode node : ordered) {
            final int head = headOf[node.id()];
            if (vertexOfHead[head] < 0) {
                vertexOfHead[head] = chains.size();
                chains.add(new ArrayList<>());
            }
            chains.get(vertexOfHead[head]).add(node);
        }
        final List<StreamEdge> chained = new ArrayList<>();
        final List<JobEdge> jobEdges = new ArrayList<>();
        for (final StreamEdge edge : edges) {
            final int target = headOf[edge.target()];
            if (target != edge.target()) {
                chained.add(edge);
            } else {
                final int from = vertexOfHead[headOf[edge.source()]];
                jobEdges.add(new JobEdge(jobEdges.size(), from, vertexOfHead[target], edge));
            }
        }
        final List<JobVertex> vertices = new ArrayList<>();
        final List<Boolean> unboundedVertices = new ArrayList<>();
        for (final List<StreamNode> chain : chains) {
            final int id = vertices.size();
            final int head = chain.get(0).id();
            vertices.add(
                    new JobVertex(
                            id,
                            chain,
                            chained.stream().filter(e -> headOf[e.source()] == head).toList(),
                            jobEdges.stream().filter(e -> e.targetVertex() == id).toList(),
                            jobEdges.stream().filter(e -> e.sourceVertex() == id).toList()));
            unboundedVertices.add(unbounded[head]);
        }
        return new JobGraph(vertices, jobEdges, unboundedVertices, AlignedVertices.of(vertices));
    }
}
