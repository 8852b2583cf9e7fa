package io.geminid.runtime.samplejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.api.JobProgram;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.connector.FileSink;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.serial.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A job whose parts may have another parallelism each time it begins again.
 *
 * <pre>
 *  events (8 splits) -keyBy-> in order -rebalance-> passed -+-keyBy-> totals -> totals-*
 *                                                           +-rebalance-> each -> each-*
 * </pre>
 */
public final class RescaledProgram implements JobProgram {

    static final int SPLITS = 8;

    private static final String NAME = "rescaled";

    @Override
    public String name() {
        return NAME;
    }

    /** The job that {@link SampleOptions} describe. */
    public static JobRequest request(final SampleOptions options) {
        return new JobRequest(NAME, options.request().arguments());
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final SampleOptions options = SampleOptions.of(arguments);
        final ChainingStrategy chaining =
                options.chaining() ? ChainingStrategy.ALWAYS : ChainingStrategy.NEVER;
        final WatermarkStrategy<SampleEvent> time =
                WatermarkStrategy.boundedOutOfOrderness(
                        SampleOptions.JITTER_MILLIS, (event, none) -> event.timestamp());
        final DataStream<SampleEvent> events =
                job.parallelism(options.parallelism().get(0))
                        .source(
                                "events",
                                new SampleSource(options, SPLITS),
                                time.withInterval(1),
                                SampleEvent.SERIALIZER);
        job.parallelism(options.parallelism().get(1));
        final DataStream<SampleEvent> ordered =
                events.keyBy(SampleEvent::key, Serializers.LONG)
                        .process("in order", () -> new InOrder(options), SampleEvent.SERIALIZER)
                        .chaining(chaining);
        job.parallelism(options.parallelism().get(2));
        final DataStream<SampleEvent> passed =
                ordered.rebalance()
                        .map("passed", e -> e.checked(options), SampleEvent.SERIALIZER)
                        .chaining(chaining);
        job.parallelism(options.parallelism().get(3));
        sink(
                passed.keyBy(event -> event.index() % 17, Serializers.LONG)
                        .process("totals", TotalOfKey::new, Serializers.STRING)
                        .chaining(chaining),
                "totals",
                options);
        sink(
                passed.rebalance()
                        .map("each", e -> Long.toString(e.index()), Serializers.STRING)
                        .chaining(chaining),
                "each",
                options);
    }

    private static void sink(
            final DataStream<String> stream, final String name, final SampleOptions options) {
        stream.sink(name + " sink", () -> new FileSink<>(options.output(), name));
    }

    /** Fails unless the job gave what a single loop gives. */
    public static void verify(final SampleOptions options) {
        final List<String> each = SampleResult.read(options, "each");
        assertThat(each).as("records twice").doesNotHaveDuplicates();
        assertThat(each).as("records lost").containsAll(expected(options).lines().get("each"));
        assertThat(read(options)).isEqualTo(expected(options));
    }

    /** What the job must give, computed by one loop. */
    public static SampleResult expected(final SampleOptions options) {
        final Map<Long, Long> totals = new TreeMap<>();
        for (long index = 0; index < options.records(); index++) {
            totals.merge(index % 17, options.event(index).value(), Long::sum);
        }
        final List<String> lines = new ArrayList<>();
        totals.forEach((key, total) -> lines.add(key + "," + total));
        return new SampleResult(
                Map.of(
                        "each",
                        LongStream.range(0, options.records())
                                .mapToObj(Long::toString)
                                .sorted()
                                .toList(),
                        "totals",
                        lines.stream().sorted().toList()));
    }

    /** What the job gave. */
    public static SampleResult read(final SampleOptions options) {
        return new SampleResult(
                Map.of(
                        "each",
                        SampleResult.read(options, "each").stream().sorted().toList(),
                        "totals",
                        SampleResult.read(options, "totals").stream().sorted().toList()));
    }
}
