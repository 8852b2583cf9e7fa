package io.geminid.perf.checkpoint.pressure;

import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.api.JobProgram;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.SinkOperator;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.Serializers;
import io.geminid.state.StateDescriptor;
import io.geminid.state.kind.ValueState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Payloads, by key, to a function that sleeps for each: what {@code PressureJob} is in Flink. */
public final class PressureProgram implements JobProgram {

    private static final String NAME = "back-pressure";
    private static final int KEYS = 100_003;

    /** For {@code ServiceLoader}. */
    public PressureProgram() {}

    /**
     * What to submit.
     *
     * @param parallelism of source and sink
     * @param recordBytes payload
     * @param sinkMillis that the sink sleeps for each record
     * @param counts whether records are counted by key, in state, before the sink
     * @return never ends by itself
     */
    static JobRequest request(
            final int parallelism,
            final int recordBytes,
            final long sinkMillis,
            final boolean counts) {
        return new JobRequest(
                NAME,
                List.of(
                        "--parallelism",
                        Integer.toString(parallelism),
                        "--record-bytes",
                        Integer.toString(recordBytes),
                        "--sink-millis",
                        Long.toString(sinkMillis),
                        "--counts",
                        counts ? "1" : "0"));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final int recordBytes = (int) arguments.optional("record-bytes", 100);
        final long sinkMillis = arguments.optional("sink-millis", 1);
        final boolean counts = arguments.optional("counts", 0) != 0;
        job.parallelism((int) arguments.optional("parallelism", 1))
                .source(
                        "payloads",
                        new Payloads(recordBytes),
                        WatermarkStrategy.noWatermarks(),
                        Serializers.BYTES)
                .keyBy(payload -> ByteBuffer.wrap(payload).getLong() % KEYS, Serializers.LONG)
                .process(
                        "sleep",
                        counts ? Count::new : () -> new Sleep(sinkMillis),
                        Serializers.BYTES)
                .sink("discard", Discard::new);
    }

    /** A number in each payload, from 0 on in each split, for ever. */
    private record Payloads(int recordBytes) implements Source<byte[], Integer> {

        @Override
        public Boundedness boundedness() {
            return Boundedness.UNBOUNDED;
        }

        @Override
        public List<Integer> splits(final OperatorContext context) {
            return IntStream.range(0, context.subtask().parallelism()).boxed().toList();
        }

        @Override
        public SplitReader<byte[]> open(
                final Integer split, final OperatorContext context, final Runnable onAvailable) {
            return new PayloadReader(recordBytes);
        }
    }

    private static final class PayloadReader implements SplitReader<byte[]> {

        private final ByteBuffer payload;
        private long next;

        PayloadReader(final int recordBytes) {
            payload = ByteBuffer.allocate(recordBytes);
        }

        @Override
        public InputStatus pollNext(final RecordCollector<byte[]> out) {
            payload.putLong(0, next++);
            out.collect(payload.array(), Watermarks.NO_TIMESTAMP);
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

    private static final class Count implements KeyedProcessFunction<Long, byte[], byte[]> {

        private static final StateDescriptor<ValueState<Long>> COUNT =
                StateDescriptor.value("count", Serializers.LONG);

        private ValueState<Long> count;

        @Override
        public void open(final OperatorContext context) {
            count = context.<Long>keyedState().state(COUNT);
        }

        @Override
        public void process(
                final byte[] value, final Element<Long> element, final Output<byte[]> out) {
            final Long before = count.get();
            count.update(before == null ? 1 : before + 1);
            out.collect(value, element.timestampMillis());
        }
    }

    private record Sleep(long millis) implements KeyedProcessFunction<Long, byte[], byte[]> {

        @Override
        public void process(
                final byte[] value, final Element<Long> element, final Output<byte[]> out)
                throws InterruptedException {
            Thread.sleep(millis);
            out.collect(value, element.timestampMillis());
        }
    }

    private static final class Discard extends AbstractOperator<Void>
            implements SinkOperator<byte[]> {

        @Override
        public void processElement(final byte[] payload, final long timestampMillis) {}

        @Override
        public void processWatermark(final long watermark) {}

        @Override
        public void processWatermarkStatus(final WatermarkStatus status) {}
    }
}
