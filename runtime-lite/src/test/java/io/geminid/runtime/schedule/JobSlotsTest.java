package io.geminid.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.connector.NexmarkEvent;
import io.geminid.runtime.connector.NexmarkSource;
import io.geminid.runtime.graph.GraphException;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.runtime.time.WatermarkStrategy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs at the same time shares slots; what runs later goes where it was. */
class JobSlotsTest {

    private static final Subtask SOURCE_0 = new Subtask(0, 0);
    private static final Subtask SOURCE_1 = new Subtask(0, 1);
    private static final Subtask MAP_0 = new Subtask(1, 0);
    private static final Subtask MAP_1 = new Subtask(1, 1);

    private final SlotPool pool = new SlotPool();

    private static StreamJob job(final String group, final ResourceProfile needs) {
        final StreamJob job = new StreamJob().parallelism(2);
        final DataStream<NexmarkEvent> source =
                job.source(
                                "source",
                                new NexmarkSource(1, 1, 0, 0),
                                WatermarkStrategy.noWatermarks(),
                                NexmarkEvent.SERIALIZER)
                        .coLocationGroup(group)
                        .resources(needs);
        source.rebalance()
                .exchangeMode(ExchangeMode.BLOCKING)
                .map("map", e -> e, NexmarkEvent.SERIALIZER)
                .coLocationGroup(group)
                .resources(needs);
        return job;
    }

    private JobSlots slots(final String group, final ResourceProfile needs) {
        return new JobSlots(pool, new SlotSharing(job(group, needs).toJobGraph().vertices()));
    }

    // RT-19
    @Test
    void whoRunsTogetherSharesAndTheLastOneGivesBack() {
        pool.offer(0, 2, ResourceProfile.UNLIMITED);
        final JobSlots slots = slots("", ResourceProfile.UNSPECIFIED);

        assertThat(slots.take(List.of(SOURCE_0, SOURCE_1, MAP_0))).isTrue();
        assertThat(slots.of(MAP_0)).isEqualTo(slots.of(SOURCE_0)).isNotEqualTo(slots.of(SOURCE_1));
        assertThat(pool.free()).isZero();
        slots.giveBack(List.of(SOURCE_0, SOURCE_1));
        assertThat(pool.free()).isEqualTo(1);
        slots.giveBack(List.of(MAP_0));
        assertThat(pool.free()).isEqualTo(2);
    }

    // RT-07
    @Test
    void whoComesLaterGoesWhereItWas() {
        pool.offer(0, 1, ResourceProfile.UNLIMITED);
        pool.offer(1, 1, ResourceProfile.UNLIMITED);
        final JobSlots slots = slots("", ResourceProfile.UNSPECIFIED);
        slots.take(List.of(SOURCE_0, SOURCE_1));
        final int worker = slots.of(SOURCE_1).worker();
        slots.giveBack(List.of(SOURCE_0, SOURCE_1));

        assertThat(slots.take(List.of(MAP_1))).isTrue();
        assertThat(slots.of(MAP_1).worker()).isEqualTo(worker).isEqualTo(1);
    }

    // RT-10, also after a failure
    @Test
    void whoIsBoundWaitsForItsWorkerAndMovesWhenThatIsGone() {
        pool.offer(0, 1, ResourceProfile.UNLIMITED);
        pool.offer(1, 1, ResourceProfile.UNLIMITED);
        final JobSlots slots = slots("together", ResourceProfile.UNSPECIFIED);
        slots.take(List.of(SOURCE_0, SOURCE_1));
        slots.giveBack(List.of(SOURCE_1));
        final Slot other =
                pool.allocate(List.of(new SlotRequest(ResourceProfile.UNSPECIFIED, 1, true)))
                        .orElseThrow()
                        .get(0);
        slots.giveBack(List.of(SOURCE_0));

        assertThat(slots.take(List.of(MAP_1))).isFalse(); // worker 0 would be free
        pool.giveBack(other);
        assertThat(slots.take(List.of(MAP_1))).isTrue();
        assertThat(slots.of(MAP_1).worker()).isEqualTo(1);
        pool.withdraw(1);
        slots.lose(1);
        slots.giveBack(List.of(MAP_1));
        assertThat(slots.take(List.of(MAP_1))).isTrue();
        assertThat(slots.of(MAP_1).worker()).isZero();
    }

    // RT-15, RT-17
    @Test
    void aSlotIsSizedForAllThatShareIt() {
        final ResourceProfile each = new ResourceProfile(500, 10, 0, 0, 0);
        pool.offer(0, 4, new ResourceProfile(1_500, 1_000, 0, 0, 0));
        final JobSlots slots = slots("", each);

        assertThat(slots.take(List.of(SOURCE_0, SOURCE_1))).isFalse();
        assertThat(pool.left(0).cpuMillis()).isEqualTo(1_500);
        assertThat(slots.take(List.of(SOURCE_0))).isTrue();
        assertThat(pool.left(0).cpuMillis()).isEqualTo(500);
        assertThat(slots.missing(List.of(SOURCE_1)))
                .contains("slotsNeeded=1")
                .contains("slotsFree=3")
                .contains("cpuMillis=500");
    }

    @Test
    void coLocationNeedsTheSameParallelism() {
        final StreamJob job = new StreamJob().parallelism(2);
        job.source(
                        "source",
                        new NexmarkSource(1, 1, 0, 0),
                        WatermarkStrategy.noWatermarks(),
                        NexmarkEvent.SERIALIZER)
                .coLocationGroup("together")
                .map("map", e -> e, NexmarkEvent.SERIALIZER)
                .coLocationGroup("together")
                .parallelism(3);

        assertThatThrownBy(job::toJobGraph)
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("coLocationGroup=together operators=source,map")
                .hasMessageContaining("2,3");
    }
}
