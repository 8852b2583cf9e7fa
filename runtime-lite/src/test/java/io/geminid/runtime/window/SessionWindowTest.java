package io.geminid.runtime.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.operator.OperatorHarness;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.RecordedOutput;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.Serializers;
import io.geminid.state.StateStore;
import io.geminid.state.TimeDomain;
import io.geminid.state.kind.AggregateFunction;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions: merging of windows, their contents and their timers. */
class SessionWindowTest {

    private static final OutputTag<Event> LATE = new OutputTag<>("late", Event.SERIALIZER);
    private static final int GAP = 10;

    @RegisterExtension final Seed seed = new Seed();

    private static OperatorHarness<Event, Result> harness(final LateData<Event> lateData) {
        return new OperatorHarness<>(
                new WindowOperator<>(
                        Event::key,
                        WindowAssigner.session(TimeDomain.EVENT_TIME, GAP),
                        WindowContents.list(Event.SERIALIZER),
                        lateData,
                        Result.FUNCTION),
                Serializers.LONG);
    }

    private static void send(final OperatorHarness<Event, ?> harness, final Event event) {
        harness.element(event, event.time());
    }

    private static Result result(final long start, final long end, final Long... ids) {
        return new Result(1, new TimeWindow(start, end), List.of(ids));
    }

    // BL-11: merged when they touch or overlap.
    @Test
    void sessionsThatTouchAreOne() {
        final OperatorHarness<Event, Result> harness = harness(LateData.drop());
        send(harness, new Event(1, 1, 0));
        send(harness, new Event(1, 2, 10)); // [0,10) and [10,20) touch
        send(harness, new Event(1, 3, 21)); // [21,31) does not
        harness.watermark(18);
        assertThat(harness.output().drainValues()).isEmpty();
        harness.watermark(19);
        assertThat(harness.output().drainValues()).containsExactly(result(0, 20, 1L, 2L));
        harness.watermark(Watermarks.MAX);
        assertThat(harness.output().drainValues()).containsExactly(result(21, 31, 3L));
        assertThat(WindowOperatorTest.hasState(harness, 1)).isFalse();
    }

    // INV W7: state and timers of what merges become one.
    @Test
    void aRecordInBetweenJoinsTwoSessions() {
        final OperatorHarness<Event, Result> harness = harness(LateData.drop());
        send(harness, new Event(1, 1, 0));
        send(harness, new Event(1, 2, 18));
        send(harness, new Event(2, 9, 9)); // another key has nothing to do with it
        assertThat(timerCount(harness)).isEqualTo(3);
        send(harness, new Event(1, 3, 9));
        assertThat(timerCount(harness)).as("INV W7").isEqualTo(2);
        harness.watermark(26);
        assertThat(harness.output().drainValues())
                .containsExactly(new Result(2, new TimeWindow(9, 19), List.of(9L)));
        harness.watermark(27);
        assertThat(harness.output().drainValues()).containsExactly(result(0, 28, 1L, 2L, 3L));
        harness.watermark(Watermarks.MAX);
        assertThat(harness.output().drainValues()).isEmpty();
    }

    @Test
    void aRecordThatLooksLateKeepsASessionThatIsOpen() {
        final OperatorHarness<Event, Result> harness = harness(new LateData<>(0, LATE));
        send(harness, new Event(1, 1, 10)); // [10,20)
        harness.watermark(15);
        send(harness, new Event(1, 2, 4)); // [4,14) alone is late, but it joins [10,20)
        send(harness, new Event(1, 3, 3)); // and so does [3,13)
        harness.watermark(19);
        assertThat(harness.output().drainValues()).containsExactly(result(3, 20, 1L, 2L, 3L));
        send(harness, new Event(1, 4, 9)); // [9,19): the session is gone, so this is late
        assertThat(harness.output().drainValues("late")).containsExactly(new Event(1, 4, 9));
        assertThat(harness.counter(WindowOperator.LATE_RECORDS_SIDE_OUTPUT)).isEqualTo(1);
    }

    // INV W7: merging moves no end before the watermark.
    @Test
    void aFiredSessionThatIsKeptForLateRecordsGrowsAndFiresAgain() {
        final OperatorHarness<Event, Result> harness = harness(new LateData<>(100, LATE));
        send(harness, new Event(1, 1, 0));
        send(harness, new Event(1, 2, 30));
        harness.watermark(50);
        assertThat(harness.output().drainValues())
                .containsExactly(result(0, 10, 1L), result(30, 40, 2L));
        send(harness, new Event(1, 3, 10));
        assertThat(harness.output().drainValues()).containsExactly(result(0, 20, 1L, 3L));
        send(harness, new Event(1, 4, 20));
        assertThat(harness.output().drainValues()).containsExactly(result(0, 40, 1L, 2L, 3L, 4L));
        send(harness, new Event(1, 5, 45)); // reaches behind the watermark: open again
        assertThat(harness.output().drainValues()).isEmpty();
        send(harness, new Event(1, 6, 39));
        assertThat(harness.output().drainValues()).isEmpty();
        harness.watermark(54);
        assertThat(harness.output().drainValues())
                .containsExactly(result(0, 55, 1L, 2L, 3L, 4L, 5L, 6L));
        harness.watermark(153);
        send(harness, new Event(1, 7, 0));
        assertThat(harness.output().drainValues())
                .containsExactly(result(0, 55, 1L, 2L, 3L, 4L, 5L, 6L, 7L));
        harness.watermark(154);
        assertThat(WindowOperatorTest.hasState(harness, 1)).isFalse();
        assertThat(harness.counter(WindowOperator.LATE_RECORDS_TAKEN)).isEqualTo(3);
    }

    // INV W7, BL-11, BL-12: whatever the order of arrival, the same sessions as for sorted input.
    @Test
    void theOrderOfArrivalDoesNotMatter() {
        final Random random = seed.random();
        for (int round = 0; round < 100; round++) {
            final List<Event> events = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(60); i++) {
                events.add(new Event(random.nextInt(3), i, random.nextInt(400)));
            }
            final List<Result> expected = sessions(events);
            Collections.shuffle(events, random);
            final OperatorHarness<Event, Result> harness = harness(LateData.drop());
            events.forEach(event -> send(harness, event));
            harness.watermark(Watermarks.MAX);
            assertThat(harness.output().drainValues())
                    .containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(expected));
            assertNothingIsLeft(harness);
        }
    }

    // BL-12: the same with watermarks in between, as long as no record is behind them. Times are
    // multiples of 3, so that no two sessions just touch: whether those are one depends on whether
    // the watermark was at the end of the first before the second came, as in Flink.
    @Test
    void watermarksInBetweenChangeNothingAsLongAsNothingIsLate() {
        final Random random = seed.random();
        for (int round = 0; round < 100; round++) {
            final int bound = random.nextInt(40);
            final List<Event> events = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                events.add(new Event(random.nextInt(3), i, 3 * random.nextInt(200)));
            }
            final List<Result> expected = sessions(events);
            final int[] jitter = random.ints(events.size(), 0, bound + 1).toArray();
            events.sort(Comparator.comparingLong(event -> event.time() + jitter[(int) event.id()]));
            final OperatorHarness<Event, Result> harness = harness(LateData.drop());
            long watermark = Long.MIN_VALUE;
            long greatest = 0;
            for (final Event event : events) {
                send(harness, event);
                greatest = Math.max(greatest, event.time());
                if (greatest - bound - 1 > watermark && random.nextBoolean()) {
                    watermark = greatest - bound - 1;
                    harness.watermark(watermark);
                }
            }
            harness.watermark(Watermarks.MAX);
            assertThat(harness.counter(WindowOperator.LATE_RECORDS_DROPPED)).isZero();
            assertThat(harness.output().drainValues())
                    .containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(expected));
            assertNothingIsLeft(harness);
        }
    }

    // INV W5, INV W7: with late records; the last result of each record's session has all of it.
    @Test
    void everyRecordIsAccountedForWithLateData() {
        final Random random = seed.random();
        for (int round = 0; round < 100; round++) {
            final long lateness = random.nextInt(30);
            final OperatorHarness<Event, Result> harness = harness(new LateData<>(lateness, LATE));
            final List<Long> late = new ArrayList<>();
            final List<Result> results = new ArrayList<>();
            long watermark = 0;
            final int events = 100;
            for (int i = 0; i < events; i++) {
                send(harness, new Event(1, i, watermark + random.nextInt(80) - 40));
                watermark += random.nextInt(6);
                if (random.nextInt(3) == 0) {
                    harness.watermark(++watermark);
                }
                collect(harness, results, late);
            }
            harness.watermark(Watermarks.MAX);
            collect(harness, results, late);
            final List<Long> accounted = new ArrayList<>(late);
            for (int i = 0; i < results.size(); i++) {
                final Result result = results.get(i);
                final boolean replaced =
                        results.subList(i + 1, results.size()).stream()
                                .anyMatch(r -> r.ids().containsAll(result.ids()));
                if (!replaced) {
                    accounted.addAll(result.ids());
                }
            }
            assertThat(accounted).as("INV W5").doesNotHaveDuplicates().hasSize(events);
            assertThat(harness.counter(WindowOperator.LATE_RECORDS_SIDE_OUTPUT))
                    .isEqualTo(late.size());
            assertNothingIsLeft(harness);
        }
    }

    @Test
    void foldedContentsMergeToo() {
        final Random random = seed.random();
        final OperatorHarness<Event, Long> harness =
                new OperatorHarness<>(
                        new WindowOperator<Long, Event, Long, Long>(
                                Event::key,
                                WindowAssigner.session(TimeDomain.EVENT_TIME, GAP),
                                WindowContents.aggregate(new SumOfIds(), Serializers.LONG),
                                LateData.drop(),
                                (key, window, sum, out) -> out.collect(sum)),
                        Serializers.LONG);
        final List<Event> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            events.add(new Event(1, i, random.nextInt(1500)));
        }
        final List<Object> expected = new ArrayList<>();
        for (final Result session : sessions(events)) {
            expected.add(session.ids().stream().mapToLong(Long::longValue).sum());
        }
        events.forEach(event -> send(harness, event));
        harness.watermark(Watermarks.MAX);
        assertThat(harness.output().drainValues()).isEqualTo(expected);
    }

    private static void collect(
            final OperatorHarness<Event, Result> harness,
            final List<Result> results,
            final List<Long> late) {
        for (final Object event : harness.output().drain()) {
            if (event instanceof RecordedOutput.Element element) {
                if (element.value() instanceof Result result) {
                    results.add(result);
                } else {
                    late.add(((Event) element.value()).id());
                }
            }
        }
    }

    private static int timerCount(final OperatorHarness<Event, Result> harness) {
        final StateStore<Long> store = harness.context().keyedState();
        return store.timers("timers/event-time", TimeWindow.SERIALIZER).size();
    }

    private static void assertNothingIsLeft(final OperatorHarness<Event, Result> harness) {
        assertThat(timerCount(harness)).isZero();
        for (long key = 0; key < 3; key++) {
            assertThat(WindowOperatorTest.hasState(harness, key)).isFalse();
        }
    }

    /** By sorting: a session goes on as long as the next record is no more than the gap later. */
    private static List<Result> sessions(final List<Event> events) {
        final List<Event> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparingLong(Event::key).thenComparingLong(Event::time));
        final List<Result> sessions = new ArrayList<>();
        List<Event> open = new ArrayList<>();
        for (final Event event : sorted) {
            if (!open.isEmpty()) {
                final Event last = open.get(open.size() - 1);
                if (last.key() != event.key() || event.time() - last.time() > GAP) {
                    sessions.add(close(open));
                    open = new ArrayList<>();
                }
            }
            open.add(event);
        }
        sessions.add(close(open));
        return sessions;
    }

    private static Result close(final List<Event> session) {
        final long start = session.get(0).time();
        final long end = session.get(session.size() - 1).time() + GAP;
        return new Result(
                session.get(0).key(),
                new TimeWindow(start, end),
                session.stream().map(Event::id).sorted().toList());
    }

    private static final class SumOfIds implements AggregateFunction<Event, Long, Long> {

        @Override
        public Long createAccumulator() {
            return 0L;
        }

        @Override
        public Long add(final Event value, final Long accumulator) {
            return accumulator + value.id();
        }

        @Override
        public Long getResult(final Long accumulator) {
            return accumulator;
        }

        @Override
        public Long merge(final Long first, final Long second) {
            return first + second;
        }
    }
}
