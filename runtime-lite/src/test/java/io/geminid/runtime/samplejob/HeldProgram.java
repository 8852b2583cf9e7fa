package io.geminid.runtime.samplejob;

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
 * Sums by key behind a blocking edge, whose readers do not begin before a test lets them: not as
 * long as another process holds the lock of a file.
 *
 * <pre>
 *  events -keyBy, blocking-> held -> totals-*
 * </pre>
 */
public final class HeldProgram implements JobProgram {

    private static final String NAME = "held";

    /** Whoever is first in a process waits for all. */
    private static final Object ONE_AT_A_TIME = new Object();

    @Override
    public String name() {
        return NAME;
    }

    /** The program over the sample's events. */
    public static JobRequest request(final SampleOptions options, final Path hold) {
        final List<String> arguments = new ArrayList<>(options.request().arguments());
        arguments.addAll(List.of("--hold", hold.toString()));
        return new JobRequest(NAME, arguments);
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final SampleOptions options = SampleOptions.of(arguments);
        final String hold = arguments.required("hold");
        job.parallelism(options.parallelism().get(0))
                .source(
                        "events",
                        new SampleSource(options),
                        WatermarkStrategy.boundedOutOfOrderness(
                                SampleOptions.JITTER_MILLIS, (event, none) -> event.timestamp()),
                        SampleEvent.SERIALIZER)
                .exchangeMode(ExchangeMode.BLOCKING)
                .keyBy(SampleEvent::key, Serializers.LONG)
                .process(NAME, () -> new HeldTotals(hold), Serializers.STRING)
                .sink("totals", () -> new FileSink<>(options.output(), "totals"));
    }

    private static final class HeldTotals
            implements KeyedProcessFunction<Long, SampleEvent, String> {

        private final TotalOfKey totals = new TotalOfKey();
        private final String hold;

        HeldTotals(final String hold) {
            this.hold = hold;
        }

        @Override
        public void open(final OperatorContext context) throws IOException {
            synchronized (ONE_AT_A_TIME) {
                try (FileChannel file = FileChannel.open(Path.of(hold), StandardOpenOption.WRITE);
                        FileLock lock = file.lock()) {
                    assert lock.isValid();
                }
            }
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
