package io.geminid.runtime.task.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.time.ProcessingTimeService;
import io.geminid.testing.Seed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callbacks run when their time has come, once, in order. */
class TaskTimersTest {

    @RegisterExtension final Seed seed = new Seed();

    private final List<Long> fired = new ArrayList<>();
    private long nowMillis = 100;
    private final TaskTimers timers = new TaskTimers(() -> Instant.ofEpochMilli(nowMillis));

    @Test
    void nothingRunsBeforeItsTime() throws Exception {
        timers.schedule(101, fired::add);
        assertThat(timers.runDue()).isFalse();
        assertThat(timers.nextMillis()).isEqualTo(101);

        nowMillis = 101;
        assertThat(timers.runDue()).isTrue();
        assertThat(fired).containsExactly(101L);
        assertThat(timers.nextMillis()).isEqualTo(TaskTimers.NEVER);
        assertThat(timers.runDue()).isFalse();
    }

    @Test
    void aCallbackThatAsksForTheSameTimeRunsInTheNextTurn() throws Exception {
        timers.schedule(
                50,
                time -> {
                    fired.add(time);
                    timers.schedule(time, fired::add);
                });

        assertThat(timers.runDue()).isTrue();
        assertThat(fired).hasSize(1);
        assertThat(timers.runDue()).isTrue();
        assertThat(fired).hasSize(2);
    }

    @Test
    void whatIsCancelledNeverRuns() throws Exception {
        final List<ProcessingTimeService.Scheduled> second = new ArrayList<>();
        timers.schedule(50, time -> second.get(0).cancel());
        second.add(timers.schedule(50, fired::add));

        timers.runDue();
        second.get(0).cancel();

        assertThat(fired).isEmpty();
    }

    @Test
    void anyCallbacksRunAsASortedListSays() throws Exception {
        final TreeMap<Long, Integer> expected = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            final long time = seed.random().nextInt(200);
            final ProcessingTimeService.Scheduled scheduled = timers.schedule(time, fired::add);
            if (seed.random().nextInt(3) == 0) {
                scheduled.cancel();
            } else {
                expected.merge(time, 1, Integer::sum);
            }
        }
        for (nowMillis = 0; nowMillis < 200; nowMillis += 1 + seed.random().nextInt(20)) {
            timers.runDue();
            assertThat(timers.nextMillis()).isGreaterThan(nowMillis);
        }
        nowMillis = 200;
        timers.runDue();

        assertThat(fired).isSorted();
        expected.forEach(
                (time, count) -> assertThat(fired).filteredOn(time::equals).hasSize(count));
        assertThat(fired).hasSize(expected.values().stream().mapToInt(i -> i).sum());
    }
}
