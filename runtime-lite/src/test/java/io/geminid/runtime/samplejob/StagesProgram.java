package io.geminid.runtime.samplejob;

import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.api.JobProgram;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.connector.FileSink;
import io.geminid.runtime.graph.exchange.ExchangeMode;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.serial.Serializers;
import io.geminid.state.TimeDomain;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Three stages with blocking edges between them, of which the second and the third do not begin
 * before a test lets them: not as long as another process holds the lock of their file.
 *
 * <pre>
 *  events -keyBy, blocking-> passed -keyBy, blocking-> totals -> totals-*
 * </pre>
 */
public final class StagesProgram implements JobProgram {

    private static final String NAME = "stages";

    /** Whoever is first in a process waits for all. */
    private static final Object ONE_AT_A_TIME = new Object();

    @Override
    public String name() {
        return NAME;
    }

    /** The program over the sample's events; the directory has a file for each stage that waits. */
    public static JobRequest request(final SampleOptions options, final Path holds) {
        final List<String> arguments = new ArrayList<>(options.request().arguments());
        arguments.addAll(List.of("--holds", holds.toString()));
        return new JobRequest(NAME, arguments);
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final SampleOptions options = SampleOptions.of(arguments);
        final Path holds = Path.of(arguments.required("holds"));
        final DataStream<SampleEvent> events =
                job.parallelism(options.parallelism().get(0))
                        .source(
                                "events",
                                new SampleSource(options),
                                WatermarkStrategy.boundedOutOfOrderness(
                                        SampleOptions.JITTER_MILLIS,
                                        (event, none) -> event.timestamp()),
                                SampleEvent.SERIALIZER);
        events.exchangeMode(ExchangeMode.BLOCKING)
                .keyBy(SampleEvent::key, Serializers.LONG)
                .process("passed", () -> new Passed(holds), SampleEvent.SERIALIZER)
                .exchangeMode(ExchangeMode.BLOCKING)
                .keyBy(SampleEvent::key, Serializers.LONG)
                .process("totals", () -> new Totals(holds), Serializers.STRING)
                .sink("totals sink", () -> new FileSink<>(options.output(), "totals"));
    }

    private static void await(final Path hold) throws IOException {
        synchronized (ONE_AT_A_TIME) {
            try (FileChannel file = FileChannel.open(hold, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                assert lock.isValid();
            }
        }
    }

    private static final class Passed
            implements KeyedProcessFunction<Long, SampleEvent, SampleEvent> {

        private final Path holds;

        Passed(final Path holds) {
            this.holds = holds;
        }

        @Override
        public void open(final OperatorContext context) throws IOException {
            await(holds.resolve("passed"));
        }

        @Override
        public void process(
                final SampleEvent value,
                final Element<Long> element,
                final Output<SampleEvent> out) {
            out.collect(value, element.timestampMillis());
        }

        @Override
        public void onTimer(
                final Element<Long> timer,
                final TimeDomain domain,
                final Output<SampleEvent> out) {}
    }

    private static final class Totals implements KeyedProcessFunction<Long, SampleEvent, String> {

        private final TotalOfKey totals = new TotalOfKey();
        private final Path holds;

        Totals(final Path holds) {
            this.holds = holds;
        }

        @Override
        public void open(final OperatorContext context) throws IOException {
            await(holds.resolve("totals"));
            totals.open(context);
        }

        @Override
        public void process(
                final SampleEvent value, final Element<Long> element, final Output<String> out) {
            totals.process(value, element, out);
        }

        @Override
        public void onTimer(
                final Element<Long> timer, final TimeDomain domain, final Output<String> out) {
            totals.onTimer(timer, domain, out);
        }
    }
}
