package io.geminid.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.testing.Seed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No slot in two jobs, all or none, the same each time, and spread. */
class SlotPoolTest {

    @RegisterExtension final Seed seed = new Seed();

    private static SlotPool pool(final int... slotsOfWorkers) {
        final SlotPool pool = new SlotPool();
        for (int worker = 0; worker < slotsOfWorkers.length; worker++) {
            pool.offer(worker, slotsOfWorkers[worker]);
        }
        return pool;
    }

    @Test
    void aJobSpreadsOverWorkers() {
        assertThat(pool(4, 4).allocate(1, 4).orElseThrow())
                .extracting(Slot::worker)
                .containsExactly(0, 1, 0, 1);
    }

    @Test
    void theEmptiestWorkerComesFirst() {
        assertThat(pool(1, 3, 2).allocate(1, 4).orElseThrow())
                .extracting(Slot::worker)
                .containsExactly(1, 2, 0, 1);
    }

    @Test
    void tooFewAreNone() {
        final SlotPool pool = pool(2, 1);

        assertThat(pool.allocate(1, 4)).isEmpty();
        assertThat(pool.free()).isEqualTo(3);
    }

    @Test
    void aWorkerOffersOnce() {
        final SlotPool pool = pool(2);

        assertThatThrownBy(() -> pool.offer(0, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    // RT-11, RT-18
    @Test
    void whateverIsTakenAndGivenBackNoSlotHasTwoJobs() {
        final Random random = seed.random();
        final SlotPool pool = new SlotPool();
        final Map<Long, List<Slot>> held = new HashMap<>();
        final Map<Integer, Integer> alive = new HashMap<>();
        for (int step = 0; step < 10_000; step++) {
            final int worker = random.nextInt(5);
            final long job = random.nextInt(6);
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (!alive.containsKey(worker)) {
                        alive.put(worker, random.nextInt(4));
                        pool.offer(worker, alive.get(worker));
                    }
                }
                case 1 -> {
                    alive.remove(worker);
                    pool.withdraw(worker);
                    held.replaceAll(
                            (id, slots) ->
                                    slots.stream().filter(s -> s.worker() != worker).toList());
                }
                case 2 -> {
                    if (!held.containsKey(job)) {
                        final int count = random.nextInt(6);
                        final boolean fits = count <= pool.free();
                        final Optional<List<Slot>> slots = pool.allocate(job, count);
                        assertThat(slots.isPresent()).isEqualTo(fits);
                        slots.ifPresent(taken -> held.put(job, taken));
                    }
                }
                default -> {
                    held.remove(job);
                    pool.release(job);
                }
            }
            final Set<Slot> all = new HashSet<>();
            held.values().forEach(slots -> slots.forEach(s -> assertThat(all.add(s)).isTrue()));
            final int total = alive.values().stream().mapToInt(i -> i).sum();
            assertThat(pool.total()).isEqualTo(total);
            assertThat(pool.free()).isEqualTo(total - all.size());
        }
    }

    @Test
    void theSameCallsGiveTheSameSlots() {
        assertThat(IntStream.range(0, 3).mapToObj(i -> pool(3, 1, 2).allocate(9, 5)).distinct())
                .hasSize(1);
    }
}
