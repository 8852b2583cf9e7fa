package io.geminid.runtime.operator.standard;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.operator.OperatorHarness;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.RecordedOutput.Element;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.runtime.operator.function.ProcessFunction;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.Serializers;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.TimeDomain;
import io.geminid.state.kind.LongState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The operators behind plain functions. */
class StandardOperatorsTest {

    @Test
    void mapFilterAndFlatMapKeepTimestamps() throws Exception {
        final OperatorHarness<Long, String> map =
                new OperatorHarness<>(new MapOperator<>(n -> "n" + n), null);
        map.element(7L, 70);
        map.watermark(70);
        assertThat(map.output().drain()).containsExactly(new Element("", "n7", 70), 70L);

        final FilterOperator<Long> even = new FilterOperator<>(n -> n % 2 == 0);
        final OperatorHarness<Long, Long> filter = new OperatorHarness<>(even, null);
        filter.element(1L, 10);
        filter.element(2L, 20);
        even.processWatermarkStatus(WatermarkStatus.IDLE);
        assertThat(filter.output().drain())
                .containsExactly(new Element("", 2L, 20), WatermarkStatus.IDLE);

        final OperatorHarness<String, String> flatMap =
                new OperatorHarness<>(
                        new FlatMapOperator<String, String>(
                                (line, out) -> List.of(line.split(" ")).forEach(out::collect)),
                        null);
        flatMap.element("a b", 10);
        assertThat(flatMap.output().drain())
                .containsExactly(new Element("", "a", 10), new Element("", "b", 10));
    }

    @Test
    void processSeesTimestampsSideOutputsAndTheEnd() {
        final OutputTag<Long> tag = new OutputTag<>("odd", Serializers.LONG);
        final ProcessFunction<Long, Long> function =
                new ProcessFunction<>() {
                    private long last;

                    @Override
                    public void process(
                            final Long value, final long timestamp, final Output<Long> out) {
                        last = timestamp;
                        if (value % 2 == 0) {
                            out.collect(value, timestamp);
                        } else {
                            out.collect(tag, value, timestamp);
                        }
                    }

                    @Override
                    public void finish(final Output<Long> out) {
                        out.collect(-1L, last);
                    }
                };
        final OperatorHarness<Long, Long> harness =
                new OperatorHarness<>(new ProcessOperator<>(function), null);
        harness.element(1L, 10);
        harness.element(2L, 20);
        harness.end();
        assertThat(harness.output().drain())
                .containsExactly(
                        new Element("odd", 1L, 10),
                        new Element("", 2L, 20),
                        new Element("", -1L, 20));
    }

    @Test
    void reduceSendsWhatThereIsAfterEachRecord() {
        final OperatorHarness<Long, Long> harness =
                new OperatorHarness<>(
                        new KeyedReduceOperator<>(n -> n % 2, Long::sum, Serializers.LONG),
                        Serializers.LONG);
        for (long n = 1; n <= 4; n++) {
            harness.element(n, n);
        }
        assertThat(harness.output().drainValues()).containsExactly(1L, 2L, 4L, 6L);
    }

    @Test
    void keyedFunctionsHaveStateAndTimersOfTheirKey() {
        final OperatorHarness<String, String> harness =
                new OperatorHarness<>(
                        new KeyedProcessOperator<String, String, String>(n -> n, new Counting()),
                        Serializers.STRING);
        harness.element("a", 1);
        harness.element("b", 2);
        harness.element("a", 3);
        harness.watermark(10);
        assertThat(harness.output().drain()).containsExactly(10L);
        harness.watermark(11);
        assertThat(harness.output().drain()).containsExactly(new Element("", "a:2@11", 11), 11L);
        harness.clock().advanceTo(500);
        assertThat(harness.output().drainValues()).isEmpty();
        harness.watermark(Watermarks.MAX);
        assertThat(harness.output().drainValues()).containsExactly("b:1@12", "a:0@13");
        harness.end();
        assertThat(harness.clock().pendingCount()).isZero();
    }

    @Test
    void timersOfProcessingTimeFireByTheClock() {
        final KeyedProcessFunction<String, String, String> function =
                new KeyedProcessFunction<>() {
                    @Override
                    public void process(
                            final String value,
                            final Element<String> element,
                            final Output<String> out) {
                        final long now = element.now(TimeDomain.PROCESSING_TIME);
                        element.registerTimer(TimeDomain.PROCESSING_TIME, now + 100);
                        element.registerTimer(TimeDomain.PROCESSING_TIME, now + 50);
                        element.deleteTimer(TimeDomain.PROCESSING_TIME, now + 50);
                    }

                    @Override
                    public void onTimer(
                            final Element<String> timer,
                            final TimeDomain domain,
                            final Output<String> out) {
                        out.collect(timer.key() + domain, timer.timestampMillis());
                    }
                };
        final OperatorHarness<String, String> harness =
                new OperatorHarness<>(
                        new KeyedProcessOperator<String, String, String>(n -> n, function),
                        Serializers.STRING);
        harness.element("a", 1);
        harness.clock().advanceTo(100);
        assertThat(harness.output().drain()).isEmpty();
        harness.clock().advanceTo(101);
        assertThat(harness.output().drain())
                .containsExactly(new Element("", "aPROCESSING_TIME", 100));
    }

    /** Counts a key's records until a timer, ten after each record; then starts again. */
    private static final class Counting implements KeyedProcessFunction<String, String, String> {

        private LongState count;

        @Override
        public void open(final OperatorContext context) {
            final StateStore<String> state = context.keyedState();
            count = state.state(StateDescriptor.ofLong("count"));
        }

        @Override
        public void process(
                final String value, final Element<String> element, final Output<String> out) {
            count.add(1);
            element.registerTimer(TimeDomain.EVENT_TIME, element.timestampMillis() + 10);
        }

        @Override
        public void onTimer(
                final Element<String> timer, final TimeDomain domain, final Output<String> out) {
            out.collect(
                    timer.key() + ":" + count.getOrDefault(0) + "@" + timer.timestampMillis(),
                    timer.timestampMillis());
            count.clear();
        }
    }
}
