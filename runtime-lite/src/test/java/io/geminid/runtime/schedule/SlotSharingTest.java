package io.geminid.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.connector.CollectSink;
import io.geminid.runtime.connector.NexmarkEvent;
import io.geminid.runtime.connector.NexmarkSource;
import io.geminid.runtime.graph.JobGraph;
import io.geminid.runtime.graph.JobVertex;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.testing.Seed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A slot holds one subtask of each vertex at most, and there are no more slots than that takes. */
class SlotSharingTest {

    private static final List<String> GROUPS = List.of("default", "left", "right");

    @RegisterExtension final Seed seed = new Seed();

    // RT-19
    @RepeatedTest(20)
    void subtasksOfAVertexNeverShareAndGroupsNeverMix() {
        final JobGraph graph = chain(seed.random());
        final List<JobVertex> vertices = graph.vertices();
        final SlotSharing sharing = new SlotSharing(vertices);
        final Map<String, Integer> widest = new HashMap<>();
        final Map<Integer, String> groupOfSlot = new HashMap<>();
        for (final JobVertex vertex : vertices) {
            final Set<Integer> slots = new HashSet<>();
            for (int index = 0; index < vertex.parallelism(); index++) {
                final int slot = sharing.slotOf(new Subtask(vertex.id(), index));
                assertThat(slots.add(slot)).isTrue();
                assertThat(slot).isBetween(0, sharing.slotsNeeded() - 1);
                final String before = groupOfSlot.put(slot, vertex.slotSharingGroup());
                assertThat(before).isIn(null, vertex.slotSharingGroup());
            }
            widest.merge(vertex.slotSharingGroup(), vertex.parallelism(), Math::max);
        }
        assertThat(sharing.slotsNeeded())
                .isEqualTo(widest.values().stream().mapToInt(i -> i).sum());
        final PipelinedRegions regions = new PipelinedRegions(graph);
        final List<List<Integer>> bulks = new EagerSchedulingStrategy(regions).onStart();
        assertThat(bulks).hasSize(1);
        assertThat(bulks.get(0).stream().flatMap(region -> regions.members(region).stream()))
                .hasSize(vertices.stream().mapToInt(JobVertex::parallelism).sum())
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsNeededIsSaidWithItsReason() {
        final JobGraph graph = chain(new Random(1));

        assertThat(new SlotSharing(graph.vertices()).toString())
                .contains("slotSharingGroup=default slots=")
                .contains("(parallelism of \"");
    }

    private static JobGraph chain(final Random random) {
        final StreamJob job = new StreamJob().parallelism(1 + random.nextInt(5));
        DataStream<NexmarkEvent> stream =
                job.source(
                        "source",
                        new NexmarkSource(1, 1, 0, 0),
                        WatermarkStrategy.noWatermarks(),
                        NexmarkEvent.SERIALIZER);
        for (int i = 0; i < 5; i++) {
            job.parallelism(1 + random.nextInt(5));
            stream =
                    stream.rebalance()
                            .filter("filter" + i, value -> true)
                            .slotSharingGroup(GROUPS.get(random.nextInt(GROUPS.size())));
        }
        stream.sink("sink", () -> new CollectSink<NexmarkEvent>(value -> {}));
        return job.toJobGraph();
    }
}
