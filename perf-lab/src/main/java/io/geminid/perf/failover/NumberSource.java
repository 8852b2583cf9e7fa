package io.geminid.perf.failover;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.List;
import java.util.stream.IntStream;

/** Counts from 0, for ever: each split for itself, its index in the upper bits of each number. */
final class NumberSource implements Source<Long, Integer> {

    private static final int SPLIT_SHIFT = 48;

    static int splitOf(final long number) {
        return (int) (number >>> SPLIT_SHIFT);
    }

    /** The number without its split. */
    static long sequenceOf(final long number) {
        return number & (1L << SPLIT_SHIFT) - 1;
    }

    @Override
    public Boundedness boundedness() {
        return Boundedness.UNBOUNDED;
    }

    @Override
    public List<Integer> splits(final OperatorContext context) {
        return IntStream.range(0, context.subtask().parallelism()).boxed().toList();
    }

    @Override
    public SplitReader<Long> open(
            final Integer split, final OperatorContext context, final Runnable onAvailable) {
        return new Reader((long) split << SPLIT_SHIFT);
    }

    private static final class Reader implements SplitReader<Long> {

        private long next;

        Reader(final long first) {
            next = first;
        }

        @Override
        public InputStatus pollNext(final RecordCollector<Long> out) {
            out.collect(next++, Watermarks.NO_TIMESTAMP);
            return InputStatus.MORE;
        }

        @Override
        public void writePosition(final RecordOutput out) {
            out.putLong(next);
        }

        @Override
        public void seek(final RecordInput in) {
            next = in.getLong();
        }

        @Override
        public void close() {}
    }
}
