package io.geminid.runtime.cluster.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.execution.EdgeMapping;
import io.geminid.runtime.schedule.PipelinedRegions;
import io.geminid.runtime.schedule.RandomGraphs;
import io.geminid.shuffle.descriptor.PartitionDescriptor;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the next coordinator finds, over random graphs of which some regions had finished and some
 * partitions are gone, damaged, or there of other attempts only; against the rules by single
 * channels (INV B9).
 */
class KeptResultsPropertyTest {

    @RegisterExtension final Seed seed = new Seed();
    @TempDir Path root;

    private Random random;
    private ResultsFixture fixture;
    private JobGraph graph;
    private PipelinedRegions regions;

    /** By region; all attempts are below the first one of the next coordinator. */
    private final Map<Integer, Integer> noted = new TreeMap<>();

    private final Set<ResultPartitionId> readable = new HashSet<>();

    /** What there is of one producer for one edge. */
    private enum State {
        THERE,
        GONE,
        DATA_GONE,
        DATA_SHORT,
        DATA_LONG,
        DATA_OF_ANOTHER,
        INDEX_FLIPPED,
        INDEX_SHORT,
        OTHER_SHAPE,
        BEING_WRITTEN
    }

    /** A channel of a blocking edge. */
    private record Link(JobEdge edge, int producer, int consumer) {}

    @BeforeEach
    void makeGraph() {
        random = seed.random();
        graph = RandomGraphs.withoutCircles(random);
        fixture = new ResultsFixture(root, graph);
        regions = fixture.regions;
    }

    private static EdgeMapping mapping(final JobGraph of, final JobEdge edge) {
        return new EdgeMapping(
                edge.exchange().pattern(),
                of.vertices().get(edge.sourceVertex()).parallelism(),
                of.vertices().get(edge.targetVertex()).parallelism());
    }

    private List<Link> links() {
        final List<Link> links = new ArrayList<>();
        for (final JobEdge edge : graph.edges()) {
            final EdgeMapping mapping = mapping(graph, edge);
            if (edge.spec().mode() == ExchangeMode.BLOCKING) {
                for (int consumer = 0; consumer < mapping.consumers(); consumer++) {
                    for (final EdgeMapping.Channel channel : mapping.channelsOf(consumer)) {
                        links.add(new Link(edge, channel.producer(), consumer));
                    }
                }
            }
        }
        return links;
    }

    private int producerOf(final Link link) {
        return regions.regionOf(link.edge.sourceVertex(), link.producer);
    }

    private int consumerOf(final Link link) {
        return regions.regionOf(link.edge.targetVertex(), link.consumer);
    }

    /** Nobody has finished whose inputs were not complete at that time. */
    private void finishSome(final List<Link> links) {
        final Set<Integer> waiting = new TreeSet<>();
        for (int region = 0; region < regions.count(); region++) {
            waiting.add(region);
        }
        boolean more = true;
        while (more) {
            more = false;
            for (final int region : List.copyOf(waiting)) {
                final boolean ready =
                        links.stream()
                                .filter(link -> consumerOf(link) == region)
                                .allMatch(link -> noted.containsKey(producerOf(link)));
                if (ready) {
                    waiting.remove(region);
                    more = true;
                    if (random.nextInt(6) > 0) {
                        noted.put(region, random.nextInt(ResultsFixture.RESTARTS_MAX));
                    }
                }
            }
        }
    }

    private void writeAll() throws IOException {
        final int rate = 1 + random.nextInt(8); // whether much is damaged or little
        for (final JobEdge edge : graph.edges()) {
            if (edge.spec().mode() == ExchangeMode.BLOCKING) {
                final EdgeMapping mapping = mapping(graph, edge);
                for (int producer = 0; producer < mapping.producers(); producer++) {
                    final State state =
                            random.nextInt(rate) > 0
                                    ? State.THERE
                                    : State.values()[random.nextInt(State.values().length)];
                    final int region = regions.regionOf(edge.sourceVertex(), producer);
                    write(
                            new ResultPartitionId(
                                    ResultsFixture.JOB_ID,
                                    edge.id(),
                                    producer,
                                    noted.getOrDefault(region, 0)),
                            mapping.subpartitionCount(producer),
                            state);
                }
            }
        }
    }

    private void write(final ResultPartitionId id, final int subpartitions, final State state)
            throws IOException {
        for (int attempt = 0; attempt <= ResultsFixture.RESTARTS_MAX; attempt++) {
            if (attempt != id.attempt() && random.nextInt(4) == 0) {
                final ResultPartitionId other =
                        new ResultPartitionId(id.jobId(), id.dataSet(), id.producer(), attempt);
                if (random.nextBoolean()) {
                    fixture.publish(other, subpartitions);
                } else {
                    fixture.begin(other);
                }
            }
        }
        if (state == State.BEING_WRITTEN) {
            fixture.begin(id);
            return;
        }
        fixture.publish(id, state == State.OTHER_SHAPE ? subpartitions + 1 : subpartitions);
        final Path data = fixture.files(id).data();
        final Path index = fixture.files(id).index();
        switch (state) {
            case THERE -> readable.add(id);
            case GONE -> fixture.files(id).delete();
            case DATA_GONE -> Files.delete(data);
            case DATA_SHORT -> cut(data);
            case DATA_LONG -> Files.write(data, new byte[1], StandardOpenOption.APPEND);
            case DATA_OF_ANOTHER -> ResultsFixture.flip(data, random.nextInt(64));
            case INDEX_FLIPPED ->
                    ResultsFixture.flip(index, random.nextInt((int) Files.size(index)));
            case INDEX_SHORT -> cut(index);
            case OTHER_SHAPE, BEING_WRITTEN -> {}
        }
    }

    private static void cut(final Path file) throws IOException {
        try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.WRITE)) {
            bytes.truncate(bytes.size() - 1);
        }
    }

    private ResultPartitionId partition(final Link link) {
        return new ResultPartitionId(
                ResultsFixture.JOB_ID,
                link.edge.id(),
                link.producer,
                noted.getOrDefault(producerOf(link), 0));
    }

    /** By the definition: what must run, what that needs, and who has read what that produces. */
    private Set<Integer> expectedAgain(final List<Link> links) {
        final Set<Integer> again = new TreeSet<>();
        for (int region = 0; region < regions.count(); region++) {
            if (!noted.containsKey(region)) {
                again.add(region);
            }
        }
        boolean more = true;
        while (more) {
            more = false;
            for (final Link link : links) {
                if (again.contains(producerOf(link))) {
                    more |= again.add(consumerOf(link));
                } else if (again.contains(consumerOf(link))
                        && !readable.contains(partition(link))) {
                    more |= again.add(producerOf(link));
                }
            }
        }
        return again;
    }

    private static Set<ResultPartitionId> ids(final KeptResults.Found found) {
        return found.unread().stream().map(PartitionDescriptor::id).collect(Collectors.toSet());
    }

    @RepeatedTest(400)
    void exactlyThoseRunAgainThatMust() throws IOException {
        final List<Link> links = links();
        final ResultsFixture.Coordinator first = fixture.new Coordinator("a");
        assertThat(first.failure).isNull();
        assertThat(first.found).isEqualTo(new KeptResults.Found(0, Map.of(), List.of()));
        finishSome(links);
        first.note(noted);
        writeAll();
        first.die();

        final ResultsFixture.Coordinator second = fixture.new Coordinator("a");

        assertThat(second.failure).isNull();
        final Set<Integer> again = expectedAgain(links);
        final Map<Integer, Integer> finished = new HashMap<>(noted);
        finished.keySet().removeAll(again);
        assertThat(second.found.finished()).as("regions of %s", noted).isEqualTo(finished);
        final Set<ResultPartitionId> unread = new HashSet<>();
        final Set<String> names = new TreeSet<>();
        for (final Link link : links) {
            if (finished.containsKey(producerOf(link)) && again.contains(consumerOf(link))) {
                unread.add(partition(link));
                names.add(fixture.files(partition(link)).data().getFileName().toString());
                names.add(fixture.files(partition(link)).index().getFileName().toString());
            }
        }
        assertThat(ids(second.found)).isEqualTo(unread);
        assertThat(fixture.names()).isEqualTo(names);
        assertThat(second.found.firstAttempt()).isEqualTo(ResultsFixture.RESTARTS_MAX + 1);
        second.die();

        // Killed before it has done anything, it was never there, but for its attempts.
        final ResultsFixture.Coordinator third = fixture.new Coordinator("a");
        assertThat(third.found.finished()).isEqualTo(finished);
        assertThat(ids(third.found)).isEqualTo(unread);
        assertThat(third.found.firstAttempt()).isEqualTo(2 * ResultsFixture.RESTARTS_MAX + 2);
        third.die();

        final ResultsFixture.Coordinator other = fixture.new Coordinator("b");
        assertThat(other.found.finished()).isEmpty();
        assertThat(other.found.firstAttempt()).isEqualTo(3 * ResultsFixture.RESTARTS_MAX + 3);
        assertThat(fixture.names()).isEmpty();
        other.die();
    }
}
