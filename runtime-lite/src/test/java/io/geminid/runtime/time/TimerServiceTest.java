package io.geminid.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimeDomain;
import io.geminid.state.heap.HeapStateStore;
import io.geminid.testing.Seed;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Timers of both clocks. */
class TimerServiceTest {

    @RegisterExtension final Seed seed = new Seed();

    private final StateStore<Long> store =
            new HeapStateStore<>(
                    new StateStoreContext<>(
                            "test",
                            Serializers.LONG,
                            new KeyGroupRange(0, 7),
                            8,
                            InstantSource.system()));
    private final ManualProcessingTime clock = new ManualProcessingTime(1000);
    private final List<String> fired = new ArrayList<>();
    private final TimerService<Long, String> timers = newService();

    private TimerService<Long, String> newService() {
        return new TimerService<>(
                store,
                Serializers.STRING,
                clock,
                (domain, key, namespace, time) -> {
                    assertThat(store.currentKey()).isEqualTo(key);
                    fired.add(domain.name().charAt(0) + ":" + key + namespace + "@" + time);
                });
    }

    @Test
    void eventTimersFireWhenTheWatermarkReachesThem() throws Exception {
        store.setCurrentKey(1L);
        timers.register(TimeDomain.EVENT_TIME, "a", 10);
        timers.register(TimeDomain.EVENT_TIME, "a", 10);
        timers.register(TimeDomain.EVENT_TIME, "b", 11);
        timers.register(TimeDomain.EVENT_TIME, "c", 12);
        timers.delete(TimeDomain.EVENT_TIME, "b", 11);
        assertThat(timers.now(TimeDomain.EVENT_TIME)).isEqualTo(Watermarks.NONE);
        timers.advanceWatermark(9);
        assertThat(fired).isEmpty();
        timers.advanceWatermark(10);
        assertThat(fired).containsExactly("E:1a@10");
        assertThat(timers.now(TimeDomain.EVENT_TIME)).isEqualTo(10);
        timers.advanceWatermark(Watermarks.MAX);
        assertThat(fired).containsExactly("E:1a@10", "E:1c@12");
    }

    @Test
    void processingTimersFireOnceTheirTimeHasPassed() {
        store.setCurrentKey(1L);
        timers.register(TimeDomain.PROCESSING_TIME, "later", 1020);
        timers.register(TimeDomain.PROCESSING_TIME, "sooner", 1010);
        timers.register(TimeDomain.PROCESSING_TIME, "past", 900);
        clock.advanceTo(1001);
        assertThat(fired).containsExactly("P:1past@900");
        clock.advanceTo(1010);
        assertThat(fired).hasSize(1);
        timers.register(TimeDomain.PROCESSING_TIME, "next", 1011);
        clock.advanceTo(1011);
        assertThat(fired).containsExactly("P:1past@900", "P:1sooner@1010");
        timers.delete(TimeDomain.PROCESSING_TIME, "later", 1020);
        clock.advanceTo(1012);
        clock.advanceTo(5000);
        assertThat(fired).hasSize(3).last().isEqualTo("P:1next@1011");
        assertThat(clock.pendingCount()).isZero();
    }

    // BL-15: timers that became due while nothing was running fire once after a restart.
    @Test
    void timersInTheStateAreTakenUpByANewService() {
        store.setCurrentKey(1L);
        timers.register(TimeDomain.PROCESSING_TIME, "a", 1010);
        timers.register(TimeDomain.PROCESSING_TIME, "b", 2000);
        timers.close();
        clock.advanceTo(1500);
        assertThat(fired).isEmpty();
        newService();
        clock.advanceTo(3000);
        assertThat(fired).containsExactly("P:1a@1010", "P:1b@2000");
    }

    @Test
    void firesEachTimerOnceInOrderForRandomRegistrations() throws Exception {
        final Random random = seed.random();
        final TreeSet<Long> pending = new TreeSet<>();
        long watermark = 0;
        store.setCurrentKey(1L);
        for (int step = 0; step < 20_000; step++) {
            final long time = watermark + random.nextInt(50);
            if (random.nextInt(3) > 0) {
                timers.register(TimeDomain.EVENT_TIME, "x", time);
                pending.add(time);
            } else if (random.nextBoolean()) {
                timers.delete(TimeDomain.EVENT_TIME, "x", time);
                pending.remove(time);
            } else {
                watermark += random.nextInt(30);
                fired.clear();
                timers.advanceWatermark(watermark);
                final List<String> expected = new ArrayList<>();
                while (!pending.isEmpty() && pending.first() <= watermark) {
                    expected.add("E:1x@" + pending.pollFirst());
                }
                assertThat(fired).isEqualTo(expected);
            }
        }
    }
}
