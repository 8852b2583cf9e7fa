package io.geminid.perf.failover;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.serial.Serializers;
import io.geminid.state.StateDescriptor;
import io.geminid.state.kind.ValueState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts the numbers of each key in a value of some size, and says of each number how many came
 * before it. Slow on purpose once a key is known, so that data waits in the channels. The first
 * number of an attempt leaves a mark.
 */
final class CountNumbers implements KeyedProcessFunction<Long, Long, String> {

    private static final StateDescriptor<ValueState<byte[]>> COUNT =
            StateDescriptor.value("count", Serializers.BYTES);

    /** A pause is never shorter than about a tenth of a millisecond: one for so many numbers. */
    private static final int NUMBERS_PER_PAUSE = 20;

    private static final long PAUSE_NS = 1_000_000;

    private final Path marks;
    private final int valueBytes;
    private ValueState<byte[]> count;
    private Path mark;
    private int untilPause = NUMBERS_PER_PAUSE;

    CountNumbers(final Path marks, final int valueBytes) {
        this.marks = marks;
        this.valueBytes = valueBytes;
    }

    @Override
    public void open(final OperatorContext context) {
        count = context.<Long>keyedState().state(COUNT);
        mark = marks.resolve(context.subtask().attempt() + "-" + context.subtask().index());
    }

    @Override
    public void process(final Long value, final Element<Long> element, final Output<String> out)
            throws IOException {
        if (mark != null) {
            Files.createFile(mark);
            mark = null;
        }
        final byte[] before = count.get();
        final byte[] after = before == null ? new byte[valueBytes] : before;
        final long number = ByteBuffer.wrap(after).getLong();
        ByteBuffer.wrap(after).putLong(number + 1);
        count.update(after);
        out.collect(
                NumberSource.splitOf(value) + "," + NumberSource.sequenceOf(value) + "," + number,
                element.timestampMillis());
        if (before != null && --untilPause == 0) {
            untilPause = NUMBERS_PER_PAUSE;
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
