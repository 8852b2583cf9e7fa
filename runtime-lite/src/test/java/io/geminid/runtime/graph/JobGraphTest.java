package io.geminid.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.graph.exchange.Exchange;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.graph.stream.EdgeSpec;
import io.geminid.runtime.graph.stream.NodeSettings;
import io.geminid.runtime.graph.stream.OperatorSpec;
import io.geminid.runtime.graph.stream.StreamGraph;
import io.geminid.runtime.graph.stream.StreamNode;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.serial.Serializers;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Chaining, what is refused, boundedness, and the fingerprint. */
class JobGraphTest {

    private static final EdgeSpec<Long> FORWARD =
            EdgeSpec.of(Partitioner.of(Exchange.FORWARD), Serializers.LONG);
    private static final EdgeSpec<Long> BY_KEY =
            EdgeSpec.of(Partitioner.byKey(n -> n), Serializers.LONG);

    @RegisterExtension final Seed seed = new Seed();

    private final StreamGraph graph = new StreamGraph();

    private int source(final String name, final Boundedness boundedness) {
        final OperatorSpec spec = OperatorSpec.source("source", () -> null, boundedness);
        return graph.addNode(spec, NodeSettings.of(name, 2)).id();
    }

    private int operator(final String name) {
        return operator(name, settings -> settings);
    }

    private int operator(final String name, final UnaryOperator<NodeSettings> change) {
        return graph.addNode(
                        OperatorSpec.of("operator", () -> null),
                        change.apply(NodeSettings.of(name, 2)))
                .id();
    }

    private List<String> chains() {
        return JobGraph.of(graph).vertices().stream().map(JobVertex::name).toList();
    }

    private void edge(final int source, final int target, final EdgeSpec<?> spec) {
        graph.addEdge(source, target, 0, spec);
    }

    // RT-20
    @Test
    void chainsForwardEdgesAndCutsAtExchanges() {
        final int source = source("source", Boundedness.BOUNDED);
        final int map = operator("map");
        final int count = operator("count");
        final int sink = operator("sink");
        edge(source, map, FORWARD);
        edge(map, count, BY_KEY);
        edge(count, sink, FORWARD);
        assertThat(chains()).containsExactly("source -> map", "count -> sink");
    }

    @Test
    void chainsMayBranchButNotJoin() {
        final int source = source("source", Boundedness.BOUNDED);
        final int left = operator("left");
        final int right = operator("right");
        final int join = operator("join");
        edge(source, left, FORWARD);
        edge(source, right, FORWARD);
        edge(left, join, FORWARD);
        graph.addEdge(right, join, 1, FORWARD);
        assertThat(chains()).containsExactly("source -> left -> right", "join");
        final JobGraph job = JobGraph.of(graph);
        assertThat(job.vertices().get(0).chainedEdges()).hasSize(2);
        assertThat(job.edges()).extracting(JobEdge::input).containsExactly(0, 1);
        assertThat(job.vertices().get(1).inputs()).isEqualTo(job.edges());
        assertThat(job.vertices().get(0).outputs()).isEqualTo(job.edges());
    }

    // BL-27: each rule on its own keeps two operators apart.
    @Test
    void everyRuleOfChainingCounts() {
        for (final UnaryOperator<NodeSettings> change :
                List.<UnaryOperator<NodeSettings>>of(
                        s -> s.withSlotSharingGroup("other"),
                        s -> s.withMaxParallelism(64),
                        s -> s.withChaining(ChainingStrategy.HEAD),
                        s -> s.withChaining(ChainingStrategy.NEVER))) {
            assertThat(verticesOfPair(change, FORWARD)).isEqualTo(2);
        }
        for (final Exchange exchange :
                List.of(Exchange.REBALANCE, Exchange.RESCALE, Exchange.BROADCAST)) {
            final EdgeSpec<Long> spec = EdgeSpec.of(Partitioner.of(exchange), Serializers.LONG);
            assertThat(verticesOfPair(s -> s, spec)).isEqualTo(2);
        }
        assertThat(verticesOfPair(s -> s, FORWARD.withMode(ExchangeMode.BLOCKING))).isEqualTo(2);
        assertThat(verticesOfPair(s -> s, FORWARD)).isEqualTo(1);
    }

    private static int verticesOfPair(
            final UnaryOperator<NodeSettings> change, final EdgeSpec<?> spec) {
        final JobGraphTest test = new JobGraphTest();
        final int source = test.source("source", Boundedness.BOUNDED);
        test.edge(source, test.operator("next", change), spec);
        return JobGraph.of(test.graph).vertices().size();
    }

    @Test
    void anOperatorThatChainsWithNobodyStandsAlone() {
        final int source = source("source", Boundedness.BOUNDED);
        final int never = operator("never", s -> s.withChaining(ChainingStrategy.NEVER));
        final int head = operator("head", s -> s.withChaining(ChainingStrategy.HEAD));
        final int tail = operator("tail");
        edge(source, never, FORWARD);
        edge(never, head, FORWARD);
        edge(head, tail, FORWARD);
        assertThat(chains()).containsExactly("source", "never", "head -> tail");
    }

    // RC-26
    @Test
    void refusesLoopsByName() {
        final int source = source("source", Boundedness.BOUNDED);
        final int a = operator("a");
        final int b = operator("b");
        final int c = operator("c");
        final int sink = operator("sink");
        edge(source, a, FORWARD);
        edge(a, b, FORWARD);
        edge(b, c, FORWARD);
        edge(c, a, FORWARD);
        edge(c, sink, FORWARD);
        assertThatThrownBy(this::chains)
                .isInstanceOf(GraphException.class)
                .hasMessage(
                        "loop=a -> b -> c -> a: loops cannot be run, the graph must be acyclic");
    }

    @Test
    void refusesAnOperatorThatFeedsItself() {
        final int source = source("source", Boundedness.BOUNDED);
        final int a = operator("a");
        edge(source, a, FORWARD);
        graph.addEdge(a, a, 1, FORWARD);
        assertThatThrownBy(this::chains).hasMessageContaining("loop=a -> a");
    }

    // RC-17
    @Test
    void boundednessFollowsFromTheSources() {
        final int bounded = source("bounded", Boundedness.BOUNDED);
        final int unbounded = source("unbounded", Boundedness.UNBOUNDED);
        final int alone = operator("alone");
        final int both = operator("both");
        edge(bounded, alone, BY_KEY);
        edge(bounded, both, BY_KEY);
        graph.addEdge(unbounded, both, 1, BY_KEY);
        final JobGraph job = JobGraph.of(graph);
        for (final JobVertex vertex : job.vertices()) {
            final boolean ends = Set.of("bounded", "alone").contains(vertex.name());
            assertThat(job.boundedness(vertex.id()))
                    .as(vertex.name())
                    .isEqualTo(ends ? Boundedness.BOUNDED : Boundedness.UNBOUNDED);
        }
        assertThat(job.boundedness()).isEqualTo(Boundedness.UNBOUNDED);
    }

    // RC-17: a blocking exchange behind an unbounded source would never be complete.
    @Test
    void refusesABlockingExchangeOfUnboundedData() {
        final int source = source("source", Boundedness.UNBOUNDED);
        final int map = operator("map");
        final int count = operator("count");
        edge(source, map, FORWARD);
        edge(map, count, BY_KEY.withMode(ExchangeMode.BLOCKING));
        assertThatThrownBy(this::chains)
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("mode=BLOCKING from operator=map boundedness=UNBOUNDED");
    }

    @Test
    void allowsABlockingExchangeOfBoundedData() {
        final int source = source("source", Boundedness.BOUNDED);
        edge(source, operator("count"), BY_KEY.withMode(ExchangeMode.BLOCKING));
        assertThat(chains()).hasSize(2);
    }

    @Test
    void refusesWhatCannotBeRun() {
        assertThatThrownBy(this::chains).hasMessageContaining("operators=0");
        final int source = source("source", Boundedness.BOUNDED);
        assertThatThrownBy(() -> source("source", Boundedness.BOUNDED))
                .hasMessageContaining("operator=source is there twice");
        assertThatThrownBy(() -> edge(source, source, FORWARD)).hasMessageContaining("no input");
        final int lonely = operator("lonely");
        assertThatThrownBy(this::chains).hasMessageContaining("operator=lonely inputs=0");
        edge(source, lonely, FORWARD);
        final int wide = operator("wide", s -> s.withParallelism(3));
        edge(lonely, wide, FORWARD);
        assertThatThrownBy(this::chains)
                .hasMessageContaining("operator=lonely parallelism=2 to operator=wide")
                .hasMessageContaining("parallelism=3");
    }

    @Test
    void refusesKeyedStateBehindAnEdgeThatIsNotKeyed() {
        final int source = source("source", Boundedness.BOUNDED);
        final OperatorSpec keyed = OperatorSpec.keyed("keyed", () -> null, Serializers.LONG);
        edge(source, graph.addNode(keyed, NodeSettings.of("keyed", 2)).id(), FORWARD);
        assertThatThrownBy(this::chains).hasMessageContaining("exchange=FORWARD");
    }

    // RT-20: golden; a change here changes the fingerprint of every job.
    @Test
    void descriptionIsFixed() {
        assertThat(sample("map").describe())
                .isEqualTo(
                        """
                        vertex=0 parallelism=2 maxParallelism=128 slotSharingGroup=default boundedness=BOUNDED
                          operator=0 name=source chaining=ALWAYS key=none does=source
                          operator=1 name=map chaining=ALWAYS key=none does=operator
                          chained operators=0->1 input=0 exchange=FORWARD mode=PIPELINED serializer=int64@1 sideOutput=none service=default
                        vertex=1 parallelism=2 maxParallelism=128 slotSharingGroup=default boundedness=BOUNDED
                          operator=2 name=count chaining=ALWAYS key=int64@1 does=count
                        edge=0 vertices=0->1 operators=1->2 input=0 exchange=KEY_GROUP mode=PIPELINED serializer=int64@1 sideOutput=none service=rdma
                        """);
        assertThat(sample("map").fingerprint())
                .isEqualTo("d44cd6b162d85a66c3e0d854b7c1e45e576c090ba1fb1c92b5f7667628751dea");
    }

    @Test
    void fingerprintsTellGraphsApart() {
        assertThat(sample("map").fingerprint()).isEqualTo(sample("map").fingerprint());
        assertThat(sample("map").fingerprint()).isNotEqualTo(sample("other").fingerprint());
    }

    private static JobGraph sample(final String name) {
        final JobGraphTest test = new JobGraphTest();
        final int source = test.source("source", Boundedness.BOUNDED);
        final int map = test.operator(name);
        test.edge(source, map, FORWARD);
        final OperatorSpec count = OperatorSpec.keyed("count", () -> null, Serializers.LONG);
        final int counting = test.graph.addNode(count, NodeSettings.of("count", 2)).id();
        test.edge(map, counting, BY_KEY.withShuffleService("rdma"));
        return JobGraph.of(test.graph);
    }

    @Test
    void randomGraphsKeepEveryOperatorAndEdge() {
        final Random random = seed.random();
        for (int round = 0; round < 300; round++) {
            final JobGraphTest test = new JobGraphTest();
            final int size = 2 + random.nextInt(12);
            test.source("n0", Boundedness.BOUNDED);
            for (int n = 1; n < size; n++) {
                test.operator("n" + n);
                final Set<Integer> inputs = new HashSet<>();
                for (int i = 0; i <= random.nextInt(3); i++) {
                    inputs.add(random.nextInt(n));
                }
                for (final int input : inputs) {
                    test.edge(input, n, random.nextBoolean() ? FORWARD : BY_KEY);
                }
            }
            check(JobGraph.of(test.graph), test.graph);
            checkNothingOvertakesBetweenAlignedOnes(JobGraph.of(test.graph));
        }
    }

    /** A checkpoint cannot wait for itself: no aligned, then overtaking, then aligned exchange. */
    private static void checkNothingOvertakesBetweenAlignedOnes(final JobGraph job) {
        for (final JobVertex vertex : job.vertices()) {
            final boolean own = hasForward(vertex);
            final boolean between =
                    reaches(job, vertex, JobVertex::inputs, JobEdge::sourceVertex)
                            && reaches(job, vertex, JobVertex::outputs, JobEdge::targetVertex);
            assertThat(job.staysAligned(vertex.id())).as(vertex.name()).isEqualTo(own || between);
        }
    }

    private static boolean hasForward(final JobVertex vertex) {
        return vertex.inputs().stream().anyMatch(edge -> edge.exchange() == Exchange.FORWARD);
    }

    /** Whether walking along edges meets one that a barrier does not overtake on. */
    private static boolean reaches(
            final JobGraph job,
            final JobVertex from,
            final Function<JobVertex, List<JobEdge>> edges,
            final ToIntFunction<JobEdge> next) {
        return edges.apply(from).stream()
                .anyMatch(
                        edge ->
                                hasForward(job.vertices().get(edge.targetVertex()))
                                        || reaches(
                                                job,
                                                job.vertices().get(next.applyAsInt(edge)),
                                                edges,
                                                next));
    }

    private static void check(final JobGraph job, final StreamGraph graph) {
        final List<Integer> operators = new ArrayList<>();
        int edges = job.edges().size();
        for (final JobVertex vertex : job.vertices()) {
            assertThat(job.vertices().get(vertex.id())).isSameAs(vertex);
            vertex.operators().stream().map(StreamNode::id).forEach(operators::add);
            edges += vertex.chainedEdges().size();
            // A chain is a tree: every operator but the head is fed by one edge from inside.
            assertThat(vertex.chainedEdges()).hasSize(vertex.operators().size() - 1);
            final List<StreamNode> seen = new ArrayList<>();
            for (final StreamNode node : vertex.operators()) {
                assertThat(vertex.chainedEdges())
                        .filteredOn(e -> e.target() == node.id())
                        .allMatch(e -> seen.contains(graph.nodes().get(e.source())));
                seen.add(node);
            }
        }
        assertThat(operators)
                .containsExactlyInAnyOrderElementsOf(
                        graph.nodes().stream().map(StreamNode::id).toList());
        assertThat(edges).isEqualTo(graph.edges().size());
        for (final JobEdge edge : job.edges()) {
            assertThat(edge.sourceVertex()).as("topological").isLessThan(edge.targetVertex());
            assertThat(job.vertices().get(edge.targetVertex()).head().id())
                    .isEqualTo(edge.operators().target());
        }
    }
}
