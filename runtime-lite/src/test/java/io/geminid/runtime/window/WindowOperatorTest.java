package io.geminid.runtime.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.operator.OperatorHarness;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.RecordedOutput.Element;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.Serializers;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.TimeDomain;
import io.geminid.state.kind.ListState;
import io.geminid.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tumbling and sliding windows: boundaries, lateness, and random input against brute force. */
class WindowOperatorTest {

    private static final OutputTag<Event> LATE = new OutputTag<>("late", Event.SERIALIZER);

    @RegisterExtension final Seed seed = new Seed();

    private static OperatorHarness<Event, Result> harness(
            final WindowAssigner assigner, final LateData<Event> lateData) {
        return new OperatorHarness<>(
                new WindowOperator<>(
                        Event::key,
                        assigner,
                        WindowContents.list(Event.SERIALIZER),
                        lateData,
                        Result.FUNCTION),
                Serializers.LONG);
    }

    private static void send(final OperatorHarness<Event, ?> harness, final Event event) {
        harness.element(event, event.time());
    }

    // BL-07: fires when the watermark reaches end - 1.
    @Test
    void firesWhenTheWatermarkReachesTheLastMillisecond() {
        final OperatorHarness<Event, Result> harness =
                harness(WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 10), LateData.drop());
        send(harness, new Event(1, 1, 0));
        send(harness, new Event(1, 2, 9));
        send(harness, new Event(1, 3, 10));
        harness.watermark(8);
        assertThat(harness.output().drainValues()).isEmpty();
        harness.watermark(9);
        assertThat(harness.output().drain())
                .containsExactly(
                        new Element("", new Result(1, new TimeWindow(0, 10), List.of(1L, 2L)), 9),
                        9L);
        harness.watermark(Watermarks.MAX);
        assertThat(harness.output().drainValues())
                .containsExactly(new Result(1, new TimeWindow(10, 20), List.of(3L)));
    }

    // INV W6: late iff maxTimestamp + allowedLateness <= watermark; BL-14.
    @Test
    void aRecordIsLateFromTheMomentItsWindowIsRemoved() {
        final OperatorHarness<Event, Result> harness =
                harness(
                        WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 10),
                        new LateData<>(5, LATE));
        final TimeWindow window = new TimeWindow(0, 10);
        send(harness, new Event(1, 1, 5));
        harness.watermark(9);
        send(harness, new Event(1, 2, 5));
        harness.watermark(13);
        send(harness, new Event(1, 3, 5));
        assertThat(harness.output().drainValues())
                .containsExactly(
                        new Result(1, window, List.of(1L)),
                        new Result(1, window, List.of(1L, 2L)),
                        new Result(1, window, List.of(1L, 2L, 3L)));
        harness.watermark(14); // 9 + 5
        assertThat(hasState(harness, 1)).as("INV W6").isFalse();
        send(harness, new Event(1, 4, 5));
        assertThat(harness.output().drain())
                .containsExactly(14L, new Element("late", new Event(1, 4, 5), 5));
        assertThat(hasState(harness, 1)).as("INV W6").isFalse();
        assertThat(harness.counter(WindowOperator.LATE_RECORDS_TAKEN)).isEqualTo(2);
        assertThat(harness.counter(WindowOperator.LATE_RECORDS_SIDE_OUTPUT)).isEqualTo(1);
        assertThat(harness.counter(WindowOperator.LATE_RECORDS_DROPPED)).isZero();
    }

    @Test
    void aLateRecordWithoutSideOutputIsDroppedAndCounted() {
        final OperatorHarness<Event, Result> harness =
                harness(WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 10), LateData.drop());
        harness.watermark(8);
        send(harness, new Event(1, 1, 0)); // behind the watermark, but its window is open
        harness.watermark(9);
        assertThat(harness.output().drainValues()).hasSize(1);
        send(harness, new Event(1, 2, 9));
        assertThat(harness.output().drain()).isEmpty();
        assertThat(harness.counter(WindowOperator.LATE_RECORDS_DROPPED)).isEqualTo(1);
    }

    // INV W6: the addition does not overflow.
    @Test
    void endlessLatenessKeepsWindowsForEver() {
        final OperatorHarness<Event, Result> harness =
                harness(
                        WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 10),
                        new LateData<>(Long.MAX_VALUE, null));
        send(harness, new Event(1, 1, 5));
        harness.watermark(1_000_000);
        send(harness, new Event(1, 2, 5));
        assertThat(harness.output().drainValues()).hasSize(2);
        harness.watermark(Watermarks.MAX);
        send(harness, new Event(1, 3, 5));
        assertThat(harness.output().drainValues()).isEmpty();
        assertThat(harness.counter(WindowOperator.LATE_RECORDS_DROPPED)).isEqualTo(1);
    }

    @Test
    void aRecordWithoutTimestampIsRefused() {
        final OperatorHarness<Event, Result> harness =
                harness(WindowAssigner.tumbling(TimeDomain.EVENT_TIME, 10), LateData.drop());
        assertThatThrownBy(() -> harness.element(new Event(1, 1, 1), Watermarks.NO_TIMESTAMP))
                .hasRootCauseMessage(
                        "operator=test (1/1)#0 record without timestamp: event time needs a"
                                + " WatermarkStrategy that assigns timestamps");
    }

    // INV W5: in = onTime + lateRefire + sideOutput + dropped. INV W6. BL-09, BL-10, BL-12, BL-14.
    @Test
    void agreesWithBruteForceForRandomInput() {
        final Random random = seed.random();
        for (int round = 0; round < 60; round++) {
            final long slide = 1 + random.nextInt(8);
            final long size = random.nextBoolean() ? slide : slide + random.nextInt(20);
            final long lateness = random.nextBoolean() ? 0 : random.nextInt(15);
            final boolean toSide = random.nextBoolean();
            final OperatorHarness<Event, Result> harness =
                    harness(
                            WindowAssigner.sliding(TimeDomain.EVENT_TIME, size, slide),
                            new LateData<>(lateness, toSide ? LATE : null));
            final TimeWindowOracle oracle = new TimeWindowOracle(size, slide, lateness);
            final int events = 120;
            long watermark = 0;
            for (int i = 0; i < events; i++) {
                final long time = watermark + random.nextInt(60) - 30;
                final Event event = new Event(random.nextInt(3), i, time);
                final List<Result> expected = oracle.onEvent(event);
                send(harness, event);
                compare(harness.output().drainValues(), expected);
                if (random.nextInt(3) == 0) {
                    watermark += 1 + random.nextInt(12);
                    final List<Result> fired = oracle.onWatermark(watermark);
                    harness.watermark(watermark);
                    compareFired(harness.output().drainValues(), fired);
                }
            }
            final List<Result> fired = oracle.onWatermark(Long.MAX_VALUE);
            harness.watermark(Watermarks.MAX);
            compareFired(harness.output().drainValues(), fired);
            for (long key = 0; key < 3; key++) {
                assertThat(hasState(harness, key)).isFalse();
            }
            final long taken = harness.counter(WindowOperator.LATE_RECORDS_TAKEN);
            final long side = harness.counter(WindowOperator.LATE_RECORDS_SIDE_OUTPUT);
            final long dropped = harness.counter(WindowOperator.LATE_RECORDS_DROPPED);
            assertThat(taken).isEqualTo(oracle.lateTaken);
            assertThat(side).isEqualTo(toSide ? oracle.tooLate : 0);
            assertThat(dropped).isEqualTo(toSide ? 0 : oracle.tooLate);
            assertThat(oracle.onTime + taken + side + dropped).as("INV W5").isEqualTo(events);
        }
    }

    // BL-15
    @Test
    void windowsOfProcessingTimeFollowTheClock() {
        final OperatorHarness<Event, Result> harness =
                harness(WindowAssigner.tumbling(TimeDomain.PROCESSING_TIME, 10), LateData.drop());
        harness.clock().advanceTo(3);
        harness.element(new Event(1, 1, 999), Watermarks.NO_TIMESTAMP);
        harness.clock().advanceTo(9);
        send(harness, new Event(1, 2, 0));
        assertThat(harness.output().drainValues()).isEmpty();
        harness.clock().advanceTo(10);
        send(harness, new Event(1, 3, 0));
        assertThat(harness.output().drain())
                .containsExactly(
                        new Element("", new Result(1, new TimeWindow(0, 10), List.of(1L, 2L)), 9));
        harness.watermark(Watermarks.MAX);
        assertThat(harness.output().drainValues()).isEmpty();
        harness.clock().advanceTo(100);
        assertThat(harness.output().drainValues())
                .containsExactly(new Result(1, new TimeWindow(10, 20), List.of(3L)));
        assertThat(hasState(harness, 1)).isFalse();
        harness.end();
        assertThat(harness.clock().pendingCount()).isZero();
    }

    private static void compare(final List<Object> actual, final List<Result> expected) {
        assertThat(actual).containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(expected));
    }

    /** What a watermark fires comes in the order of time. */
    private static void compareFired(final List<Object> actual, final List<Result> expected) {
        compare(actual, expected);
        assertThat(actual.stream().map(result -> ((Result) result).window().end())).isSorted();
    }

    static boolean hasState(final OperatorHarness<Event, Result> harness, final long key) {
        final StateStore<Long> store = harness.context().keyedState();
        store.setCurrentKey(key);
        final NamespacedState<TimeWindow, ListState<Event>> contents =
                store.state(
                        StateDescriptor.list(WindowContents.STATE_NAME, Event.SERIALIZER),
                        TimeWindow.SERIALIZER);
        final List<TimeWindow> windows = new ArrayList<>();
        contents.forEachNamespace(windows::add);
        return !windows.isEmpty();
    }
}
