package io.geminid.runtime.operator.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.RecordedOutput;
import io.geminid.runtime.operator.TestServices;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.OperatorMetrics;
import io.geminid.runtime.operator.context.RestoredOperator;
import io.geminid.runtime.operator.context.SubtaskInfo;
import io.geminid.runtime.time.ManualProcessingTime;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordOutput;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sources with splits: who reads what, the end, and idleness. */
class SplitSourceOperatorTest {

    @RegisterExtension final Seed seed = new Seed();

    private final ManualProcessingTime clock = new ManualProcessingTime(0);
    private RecordedOutput<Long> output = new RecordedOutput<>();
    private final AtomicInteger woken = new AtomicInteger();

    private <S> SplitSourceOperator<Long, S> open(
            final Source<Long, S> source,
            final WatermarkStrategy<Long> strategy,
            final int subtask,
            final int parallelism)
            throws Exception {
        final SplitSourceOperator<Long, S> operator = new SplitSourceOperator<>(source, strategy);
        operator.onAvailable(woken::incrementAndGet);
        final SubtaskInfo info = new SubtaskInfo("source", subtask, parallelism, 128, 0);
        operator.open(TestServices.context(info, null, clock, 1), output);
        return operator;
    }

    private static WatermarkStrategy<Long> monotonous() {
        return WatermarkStrategy.<Long>monotonous((value, timestamp) -> value).withInterval(0);
    }

    @Test
    void eachSplitIsReadByOneSubtaskAndInTurn() throws Exception {
        final ListSource<Long> source =
                ListSource.of(
                        List.of(List.of(1L, 2L), List.of(10L), List.of(100L, 200L), List.of()));
        final SplitSourceOperator<Long, List<Long>> operator = open(source, monotonous(), 0, 2);
        while (operator.emitNext() != InputStatus.END) {
            assertThat(output.events.size()).isLessThan(20);
        }
        assertThat(operator.emitNext()).isEqualTo(InputStatus.END);
        operator.close();
        final List<Object> events = output.drain();
        assertThat(events.get(events.size() - 1)).isEqualTo(Watermarks.MAX);
        assertThat(events).filteredOn(event -> event.equals(Watermarks.MAX)).hasSize(1);
        output.events.addAll(events);
        assertThat(output.drainValues()).containsExactly(1L, 100L, 2L, 200L);
    }

    // INV U10
    @RepeatedTest(20)
    void anotherParallelismDividesSplitsAndGivesEachRecordOnce() throws Exception {
        final Random random = seed.random();
        final List<List<Long>> splits = new ArrayList<>();
        long next = 0;
        for (int i = random.nextInt(9); i >= 0; i--) {
            final List<Long> split = new ArrayList<>();
            for (int j = random.nextInt(4); j > 0; j--) {
                split.add(next++);
            }
            splits.add(split);
        }
        final ListSource<Long> source = ListSource.of(splits);
        final List<Object> values = new ArrayList<>();
        final Map<Integer, byte[]> states = new TreeMap<>();
        final int before = 1 + random.nextInt(5);
        for (int subtask = 0; subtask < before; subtask++) {
            final SplitSourceOperator<Long, List<Long>> operator =
                    open(source, monotonous(), subtask, before);
            for (int i = random.nextInt(9); i > 0; i--) {
                operator.emitNext();
            }
            states.put(subtask, snapshotOf(operator));
            operator.close();
            values.addAll(output.drainValues());
            output = new RecordedOutput<>();
        }
        final int parallelism = 1 + random.nextInt(5);
        for (int subtask = 0; subtask < parallelism; subtask++) {
            final SplitSourceOperator<Long, List<Long>> operator =
                    new SplitSourceOperator<>(source, monotonous());
            operator.open(restored(subtask, parallelism, before, states), output);
            while (operator.emitNext() != InputStatus.END) {
                assertThat(output.events).hasSizeLessThan(1_000);
            }
            operator.close();
            values.addAll(output.drainValues());
            output = new RecordedOutput<>();
        }
        assertThat(values)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, next).<Object>mapToObj(Long::valueOf).toList());
    }

    @Test
    void aSourceWithOtherSplitsThanItHadIsRefused() throws Exception {
        final SplitSourceOperator<Long, List<Long>> before =
                open(ListSource.of(List.of(List.of(1L), List.of(2L))), monotonous(), 0, 1);
        final Map<Integer, byte[]> states = Map.of(0, snapshotOf(before));
        final SplitSourceOperator<Long, List<Long>> after =
                new SplitSourceOperator<>(ListSource.of(List.of(List.of(1L))), monotonous());
        final OperatorContext context = restored(0, 1, 1, states);
        assertThatThrownBy(() -> after.open(context, output))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a source must have the splits that it had");
    }

    private static byte[] snapshotOf(final SplitSourceOperator<?, ?> operator) {
        final RecordOutput state = new RecordOutput();
        state.beginInScratch();
        operator.snapshot(1, state);
        final byte[] bytes = new byte[state.length()];
        state.scratch().get(0, bytes);
        return bytes;
    }

    private OperatorContext restored(
            final int subtask,
            final int parallelism,
            final int before,
            final Map<Integer, byte[]> states) {
        final SubtaskInfo info = new SubtaskInfo("source", subtask, parallelism, 128, 0);
        return new OperatorContext(
                info,
                TestServices.context(info, null, clock, 1).services(),
                new OperatorMetrics(),
                null,
                new RestoredOperator(before, states));
    }

    // The end of input is the watermark MAX.
    @Test
    void aSubtaskWithoutSplitsEndsAtOnce() throws Exception {
        final SplitSourceOperator<Long, List<Long>> operator =
                open(ListSource.of(List.of(List.of(1L))), monotonous(), 1, 2);
        assertThat(operator.emitNext()).isEqualTo(InputStatus.END);
        assertThat(output.drain()).containsExactly(Watermarks.MAX);
        assertThat(clock.pendingCount()).isZero();
    }

    @Test
    void sleepsUntilItIsWoken() throws Exception {
        final QueueSource source = new QueueSource(2);
        final SplitSourceOperator<Long, Integer> operator = open(source, monotonous(), 0, 1);
        assertThat(operator.emitNext()).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        assertThat(source.polls).isEqualTo(2);
        assertThat(operator.emitNext()).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        assertThat(source.polls).as("nobody called").isEqualTo(2);
        source.offer(1, 5L);
        assertThat(woken).hasValue(1);
        assertThat(operator.emitNext()).isEqualTo(InputStatus.MORE);
        assertThat(operator.emitNext()).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        assertThat(output.drainValues()).containsExactly(5L);
        operator.close();
        assertThat(source.closed).isEqualTo(2);
    }

    // INV W3
    @Test
    void anEmptySplitTurnsIdleAndBackPressureDoesNot() throws Exception {
        final QueueSource source = new QueueSource(2);
        final SplitSourceOperator<Long, Integer> operator =
                open(source, monotonous().withIdleness(100), 0, 1);
        source.offer(0, 50L);
        while (operator.emitNext() != InputStatus.NOTHING_AVAILABLE) {
            assertThat(output.events).hasSizeLessThan(10);
        }
        assertThat(output.drainValues()).containsExactly(50L);
        source.offer(0, 60L); // there, but not read: the task is back-pressured
        clock.advanceTo(1000);
        assertThat(output.drain()).containsExactly(49L); // only split 1 is idle
        assertThat(operator.emitNext()).isEqualTo(InputStatus.MORE);
        assertThat(operator.emitNext()).isEqualTo(InputStatus.NOTHING_AVAILABLE);
        output.drain();
        clock.advanceTo(2000);
        assertThat(output.drain()).containsExactly(WatermarkStatus.IDLE);
        source.offer(1, 70L);
        operator.emitNext();
        assertThat(output.drain().get(0)).isEqualTo(WatermarkStatus.ACTIVE);
        source.end();
        while (operator.emitNext() != InputStatus.END) {
            assertThat(output.events).hasSizeLessThan(10);
        }
        assertThat(output.drain()).contains(Watermarks.MAX);
    }

    /** Splits that a test fills by and by. */
    private static final class QueueSource implements Source<Long, Integer> {
        private final List<Deque<Long>> queues = new ArrayList<>();
        private final List<Runnable> listeners = new ArrayList<>();
        private boolean ended;
        private int polls;
        private int closed;

        QueueSource(final int splits) {
            for (int i = 0; i < splits; i++) {
                queues.add(new ArrayDeque<>());
            }
        }

        void offer(final int split, final long value) {
            queues.get(split).add(value);
            listeners.get(split).run();
        }

        void end() {
            ended = true;
            listeners.forEach(Runnable::run);
        }

        @Override
        public Boundedness boundedness() {
            return Boundedness.UNBOUNDED;
        }

        @Override
        public List<Integer> splits(final OperatorContext context) {
            return List.of(0, 1);
        }

        @Override
        public SplitReader<Long> open(
                final Integer split, final OperatorContext context, final Runnable onAvailable) {
            listeners.add(onAvailable);
            final Deque<Long> queue = queues.get(split);
            return new SplitReader<>() {
                @Override
                public InputStatus pollNext(final RecordCollector<Long> out) {
                    polls++;
                    if (queue.isEmpty()) {
                        return ended ? InputStatus.END : InputStatus.NOTHING_AVAILABLE;
                    }
                    out.collect(queue.remove(), Watermarks.NO_TIMESTAMP);
                    return InputStatus.MORE;
                }

                @Override
                public void close() {
                    closed++;
                }
            };
        }
    }
}
