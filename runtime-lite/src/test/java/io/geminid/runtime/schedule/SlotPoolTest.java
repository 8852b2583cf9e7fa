package io.geminid.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No slot in two jobs, all or none, the same each time, and spread. */
class SlotPoolTest {

    private static final ResourceProfile WORKER = new ResourceProfile(3_000, 1_000, 0, 0, 0);

    @RegisterExtension final Seed seed = new Seed();

    private static SlotPool pool(final int... slotsOfWorkers) {
        final SlotPool pool = new SlotPool();
        for (int worker = 0; worker < slotsOfWorkers.length; worker++) {
            pool.offer(worker, slotsOfWorkers[worker], ResourceProfile.UNLIMITED);
        }
        return pool;
    }

    private static List<SlotRequest> any(final int count) {
        return Stream.generate(SlotRequest::any).limit(count).toList();
    }

    @Test
    void aJobSpreadsOverWorkers() {
        assertThat(pool(4, 4).allocate(any(4)).orElseThrow())
                .extracting(Slot::worker)
                .containsExactly(0, 1, 0, 1);
    }

    @Test
    void theEmptiestWorkerComesFirst() {
        assertThat(pool(1, 3, 2).allocate(any(4)).orElseThrow())
                .extracting(Slot::worker)
                .containsExactly(1, 2, 0, 1);
    }

    @Test
    void tooFewAreNone() {
        final SlotPool pool = pool(2, 1);

        assertThat(pool.allocate(any(4))).isEmpty();
        assertThat(pool.free()).isEqualTo(3);
    }

    @Test
    void aWorkerOffersOnce() {
        final SlotPool pool = pool(2);

        assertThatThrownBy(() -> pool.offer(0, 2, ResourceProfile.UNLIMITED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // RT-11, RT-15, RT-18
    @Test
    void whateverIsTakenAndGivenBackNothingIsTakenTwice() {
        final Random random = seed.random();
        final SlotPool pool = new SlotPool();
        final Map<Integer, Map<Slot, ResourceProfile>> held = new HashMap<>();
        final Map<Integer, Integer> alive = new HashMap<>();
        final List<Slot> old = new ArrayList<>();
        for (int step = 0; step < 10_000; step++) {
            final int worker = random.nextInt(5);
            final int job = random.nextInt(6);
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (!alive.containsKey(worker)) {
                        alive.put(worker, random.nextInt(4));
                        pool.offer(worker, alive.get(worker), WORKER);
                    }
                }
                case 1 -> {
                    alive.remove(worker);
                    pool.withdraw(worker);
                    held.values().forEach(of -> of.keySet().removeIf(s -> s.worker() == worker));
                }
                case 2 -> {
                    if (!held.containsKey(job)) {
                        take(pool, random, job, held);
                    }
                }
                default -> {
                    final Map<Slot, ResourceProfile> back = held.remove(job);
                    if (back != null) {
                        back.keySet().forEach(pool::giveBack);
                        old.addAll(back.keySet());
                    }
                    if (!old.isEmpty()) {
                        pool.giveBack(old.get(random.nextInt(old.size()))); // a second time
                    }
                }
            }
            verify(pool, alive, held);
        }
    }

    private static void take(
            final SlotPool pool,
            final Random random,
            final int job,
            final Map<Integer, Map<Slot, ResourceProfile>> held) {
        final List<SlotRequest> requests = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            requests.add(
                    new SlotRequest(
                            new ResourceProfile(
                                    random.nextInt(2_000), random.nextInt(500), 0, 0, 0),
                            random.nextInt(6) - 1,
                            random.nextInt(4) == 0));
        }
        final int free = pool.free();
        final Optional<List<Slot>> slots = pool.allocate(requests);
        assertThat(pool.free()).isEqualTo(free - slots.map(List::size).orElse(0));
        if (slots.isPresent()) {
            final Map<Slot, ResourceProfile> mine = new HashMap<>();
            for (int i = 0; i < requests.size(); i++) {
                mine.put(slots.get().get(i), requests.get(i).needs());
            }
            held.put(job, mine);
        }
    }

    private static void verify(
            final SlotPool pool,
            final Map<Integer, Integer> alive,
            final Map<Integer, Map<Slot, ResourceProfile>> held) {
        final Set<List<Integer>> places = new HashSet<>();
        final Map<Integer, Long> cpu = new HashMap<>();
        for (final Map<Slot, ResourceProfile> of : held.values()) {
            of.forEach(
                    (slot, needs) -> {
                        assertThat(places.add(List.of(slot.worker(), slot.index()))).isTrue();
                        final long share = 3_000L / alive.get(slot.worker());
                        cpu.merge(
                                slot.worker(),
                                needs.isUnspecified() ? share : needs.cpuMillis(),
                                Long::sum);
                    });
        }
        final int total = alive.values().stream().mapToInt(i -> i).sum();
        assertThat(pool.total()).isEqualTo(total);
        assertThat(pool.free()).isEqualTo(total - places.size());
        alive.keySet()
                .forEach(
                        worker ->
                                assertThat(pool.left(worker).cpuMillis())
                                        .isEqualTo(3_000 - cpu.getOrDefault(worker, 0L)));
    }

    // RT-07
    @Test
    void aSlotIsWhereItWasIfItCanBe() {
        final SlotPool pool = pool(2, 2);
        final SlotRequest again = new SlotRequest(ResourceProfile.UNSPECIFIED, 1, false);

        assertThat(pool.allocate(List.of(again, again, again)).orElseThrow())
                .extracting(Slot::worker)
                .containsExactly(1, 1, 0);
    }

    // RT-10
    @Test
    void aBoundSlotIsNowhereElseWhileItsWorkerLives() {
        final SlotPool pool = pool(1, 2);
        final SlotRequest bound = new SlotRequest(ResourceProfile.UNSPECIFIED, 0, true);
        pool.allocate(List.of(bound)).orElseThrow();

        assertThat(pool.allocate(List.of(bound))).isEmpty();
        pool.withdraw(0);
        assertThat(pool.allocate(List.of(bound)).orElseThrow().get(0).worker()).isEqualTo(1);
    }

    @Test
    void theSameCallsGiveTheSameSlots() {
        assertThat(IntStream.range(0, 3).mapToObj(i -> pool(3, 1, 2).allocate(any(5))).distinct())
                .hasSize(1);
    }
}
