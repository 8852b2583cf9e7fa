package io.geminid.runtime.cluster.process;

import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.api.JobProgram;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.connector.FileSink;
import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.Serializers;
import io.geminid.state.StateDescriptor;
import io.geminid.state.kind.ValueState;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a process that stands by runs until it is needed: numbers, by key into state, into files.
 */
public final class WarmUpProgram implements JobProgram {

    private static final String NAME = "geminid-warm-up";
    private static final int KEYS = 1_000;

    /** For {@code ServiceLoader}. */
    public WarmUpProgram() {}

    /**
     * What to submit.
     *
     * @param directory where files go
     * @param parallelism of everything
     * @return never ends by itself
     */
    public static JobRequest request(final Path directory, final int parallelism) {
        return new JobRequest(
                NAME,
                List.of(
                        "--output",
                        directory.toString(),
                        "--parallelism",
                        Integer.toString(parallelism)));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final String output = arguments.required("output");
        job.parallelism((int) arguments.optional("parallelism", 1))
                .source(
                        "numbers",
                        new Numbers(),
                        WatermarkStrategy.noWatermarks(),
                        Serializers.LONG)
                .keyBy(number -> number % KEYS, Serializers.LONG)
                .process("count", Count::new, Serializers.STRING)
                .sink("write", () -> new FileSink<>(output, NAME));
    }

    /** Counts from 0, for ever. */
    private static final class Numbers implements Source<Long, Integer> {

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
            return new NumbersReader();
        }
    }

    private static final class NumbersReader implements SplitReader<Long> {

        private long next;

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

    private static final class Count implements KeyedProcessFunction<Long, Long, String> {

        private static final StateDescriptor<ValueState<Long>> COUNT =
                StateDescriptor.value("count", Serializers.LONG);

        private ValueState<Long> count;

        @Override
        public void open(final OperatorContext context) {
            count = context.<Long>keyedState().state(COUNT);
        }

        @Override
        public void process(
                final Long value, final Element<Long> element, final Output<String> out) {
            final Long before = count.get();
            count.update(before == null ? 1 : before + 1);
            if (value % KEYS == 0) {
                out.collect(value.toString(), element.timestampMillis());
            }
        }
    }
}
