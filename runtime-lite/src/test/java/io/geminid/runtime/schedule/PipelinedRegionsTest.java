package io.geminid.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.graph.GraphException;
import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.graph.execution.ExecutionGraph;
import io.geminid.runtime.schedule.PipelinedRegions.Exchange;
import io.geminid.testing.Seed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Regions, what runs when, and what begins again, each against the definition by single channels.
 */
class PipelinedRegionsTest {

    @RegisterExtension final Seed seed = new Seed();

    /** Two subtasks that are connected. */
    private record Link(Subtask producer, Subtask consumer, boolean blocking) {}

    private static List<Link> links(final JobGraph graph) {
        final List<Link> links = new ArrayList<>();
        for (final JobEdge edge : graph.edges()) {
            final EdgeMapping mapping =
                    new EdgeMapping(
                            edge.exchange().pattern(),
                            graph.vertices().get(edge.sourceVertex()).parallelism(),
                            graph.vertices().get(edge.targetVertex()).parallelism());
            for (int consumer = 0; consumer < mapping.consumers(); consumer++) {
                for (final EdgeMapping.Channel channel : mapping.channelsOf(consumer)) {
                    links.add(
                            new Link(
                                    new Subtask(edge.sourceVertex(), channel.producer()),
                                    new Subtask(edge.targetVertex(), consumer),
                                    edge.spec().mode() == ExchangeMode.BLOCKING));
                }
            }
        }
        return links;
    }

    private static int regionOf(final PipelinedRegions regions, final Subtask subtask) {
        return regions.regionOf(subtask.vertex(), subtask.index());
    }

    // RT-27
    @RepeatedTest(200)
    void aRegionIsWhatPipelinedChannelsJoin() {
        final JobGraph graph = RandomGraphs.withoutCircles(seed.random());
        final PipelinedRegions regions = new PipelinedRegions(graph);
        final List<Link> links = links(graph);

        for (int region = 0; region < regions.count(); region++) {
            final Set<Subtask> reached = new HashSet<>();
            final ArrayDeque<Subtask> next = new ArrayDeque<>();
            next.add(regions.members(region).get(0));
            while (!next.isEmpty()) {
                final Subtask at = next.remove();
                if (reached.add(at)) {
                    for (final Link link : links) {
                        if (!link.blocking && link.producer.equals(at)) {
                            next.add(link.consumer);
                        } else if (!link.blocking && link.consumer.equals(at)) {
                            next.add(link.producer);
                        }
                    }
                }
            }
            assertThat(regions.members(region)).hasSameElementsAs(reached);
        }
        assertThat(links.stream().filter(Link::blocking))
                .allMatch(
                        link ->
                                regions.outputs(regionOf(regions, link.producer)).stream()
                                        .anyMatch(e -> connects(regions, e, link)));
    }

    private static boolean connects(
            final PipelinedRegions regions, final Exchange exchange, final Link link) {
        return exchange.edge().sourceVertex() == link.producer.vertex()
                && exchange.edge().targetVertex() == link.consumer.vertex()
                && exchange.producers().contains(regionOf(regions, link.producer))
                && exchange.consumers().contains(regionOf(regions, link.consumer))
                && link.producer.index() >= exchange.part().firstProducer()
                && link.producer.index() < exchange.part().producersEnd();
    }

    // RT-23, INV R3
    @RepeatedTest(200)
    void aRegionIsDeployedOnceAndExactlyWhenWhatItReadsIsComplete() {
        final Random random = seed.random();
        final JobGraph graph = RandomGraphs.withoutCircles(random);
        final PipelinedRegions regions = new PipelinedRegions(graph);
        final List<Link> links = links(graph);
        final SchedulingStrategy strategy = new LazyFromSourceStrategy(regions);
        final BitSet finished = new BitSet();
        final Set<Integer> deployed = new TreeSet<>();
        deploy(strategy.onStart(), deployed);
        verifyReady(regions, links, finished, deployed);
        int restarts = 0;
        while (finished.cardinality() < regions.count()) {
            final List<Integer> running =
                    deployed.stream().filter(region -> !finished.get(region)).toList();
            assertThat(running).as("nothing runs, finished=%s", finished).isNotEmpty();
            final int region = running.get(random.nextInt(running.size()));
            if (restarts < 20 && random.nextInt(3) == 0) {
                restarts++;
                final Set<Integer> again = new TreeSet<>(Set.of(region));
                addReaders(regions, again, deployed);
                again.forEach(finished::clear);
                deployed.removeAll(again);
                // What waits for slots and has lost an input is not deployed any more.
                deployed.removeIf(other -> !inputsComplete(regions, links, finished, other));
                deploy(strategy.onRestart(again), deployed);
            } else {
                finished.set(region);
                deploy(strategy.onFinished(region), deployed);
            }
            verifyReady(regions, links, finished, deployed);
        }
    }

    private static void addReaders(
            final PipelinedRegions regions,
            final Set<Integer> again,
            final Collection<Integer> deployed) {
        boolean more = true;
        while (more) {
            final Set<Integer> readers = new TreeSet<>();
            for (final int region : again) {
                regions.outputs(region).forEach(output -> readers.addAll(output.consumers()));
            }
            readers.retainAll(deployed);
            more = again.addAll(readers);
        }
    }

    private static void deploy(final List<List<Integer>> bulks, final Set<Integer> deployed) {
        for (final List<Integer> bulk : bulks) {
            assertThat(bulk).hasSize(1);
            assertThat(deployed.add(bulk.get(0))).isTrue();
        }
    }

    private static boolean inputsComplete(
            final PipelinedRegions regions,
            final List<Link> links,
            final BitSet finished,
            final int region) {
        // A part of an edge is complete when all of its producers are, so look at those.
        return links.stream()
                .filter(link -> link.blocking && regionOf(regions, link.consumer) == region)
                .allMatch(link -> finished.get(regionOf(regions, link.producer)));
    }

    private static void verifyReady(
            final PipelinedRegions regions,
            final List<Link> links,
            final BitSet finished,
            final Set<Integer> deployed) {
        for (int region = 0; region < regions.count(); region++) {
            assertThat(deployed.contains(region))
                    .as("region %s", region)
                    .isEqualTo(inputsComplete(regions, links, finished, region));
        }
    }

    // INV R1, RT-28
    @RepeatedTest(500)
    void whatBeginsAgainIsTheLeastSetThatTheRulesAllow() {
        final Random random = seed.random();
        final JobGraph graph = RandomGraphs.withoutCircles(random);
        final PipelinedRegions regions = new PipelinedRegions(graph);
        final List<Link> links = links(graph);
        final BitSet begun = new BitSet();
        final Set<List<Integer>> gone = new HashSet<>();
        for (int region = 0; region < regions.count(); region++) {
            final boolean ready =
                    regions.inputs(region).stream()
                            .allMatch(in -> in.producers().stream().allMatch(begun::get));
            begun.set(region, ready && random.nextInt(5) > 0);
            for (final Exchange output : regions.outputs(region)) {
                if (random.nextInt(3) == 0) {
                    gone.add(List.of(region, output.number()));
                }
            }
        }
        final int failed = random.nextInt(regions.count());
        begun.set(failed);

        final Set<Integer> actual =
                new RestartSet(regions, new FixedStatus(begun, gone)).after(List.of(failed));

        final Set<Integer> expected = new TreeSet<>(Set.of(failed));
        boolean more = true;
        while (more) {
            final Set<Integer> found = new TreeSet<>();
            for (final Link link : links) {
                final int producer = regionOf(regions, link.producer);
                final int consumer = regionOf(regions, link.consumer);
                if (link.blocking && expected.contains(producer)) {
                    found.add(consumer);
                }
                if (link.blocking && expected.contains(consumer)) {
                    regions.outputs(producer).stream()
                            .filter(e -> connects(regions, e, link))
                            .filter(e -> gone.contains(List.of(producer, e.number())))
                            .forEach(e -> found.add(producer));
                }
            }
            found.removeIf(region -> !begun.get(region));
            more = expected.addAll(found);
        }
        assertThat(actual).isEqualTo(expected);
    }

    private record FixedStatus(BitSet begun, Set<List<Integer>> gone) implements RestartSet.Status {

        @Override
        public boolean hasBegun(final int region) {
            return begun.get(region);
        }

        @Override
        public boolean isReadable(final int region, final Exchange exchange) {
            return !gone.contains(List.of(region, exchange.number()));
        }
    }

    @Test
    void regionsThatWaitForEachOtherAreRefused() {
        final JobGraph graph = RandomGraphs.circle();

        assertThatThrownBy(() -> new PipelinedRegions(graph))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("mode=BLOCKING")
                .hasMessageContaining("make the other edges between them BLOCKING too");
    }

    // 10,000 subtasks, 990,000 channels: all that is built of a job before it is deployed
    @Test
    @Timeout(60)
    void aLargeGraphTakesMemoryByItsSubtasks() {
        final Runtime runtime = Runtime.getRuntime();
        RandomGraphs.allToAll(3, 3); // classes are loaded
        System.gc();
        final long before = runtime.totalMemory() - runtime.freeMemory();
        final long startNs = System.nanoTime();
        final JobGraph graph = RandomGraphs.allToAll(100, 100);
        final ExecutionGraph vertices = new ExecutionGraph(1, graph);
        final PipelinedRegions regions = new PipelinedRegions(graph);
        final SchedulingStrategy strategy = new LazyFromSourceStrategy(regions);
        final RestartSet restart =
                new RestartSet(regions, new FixedStatus(all(regions.count()), Set.of()));
        final int ready = strategy.onStart().size();
        final int again = restart.after(List.of(0)).size();
        final long elapsedMillis = (System.nanoTime() - startNs) / 1_000_000;
        System.gc();
        final long bytes = runtime.totalMemory() - runtime.freeMemory() - before;
        System.out.println("subtasks=10000 millis=" + elapsedMillis + " heapBytes=" + bytes);

        assertThat(vertices.vertices()).hasSize(10_000);
        assertThat(regions.count()).isEqualTo(10_000);
        assertThat(ready).isEqualTo(100);
        assertThat(again).isEqualTo(1 + 99 * 100);
        assertThat(bytes).isLessThan(200L << 20);
        assertThat(elapsedMillis).isLessThan(20_000); // 2 s, on a machine that does nothing else
    }

    private static BitSet all(final int count) {
        final BitSet all = new BitSet();
        all.set(0, count);
        return all;
    }
}
