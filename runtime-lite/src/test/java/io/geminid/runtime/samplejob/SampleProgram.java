package io.geminid.runtime.samplejob;

import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.api.JobProgram;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.connector.FileSink;
import io.geminid.runtime.graph.stream.ChainingStrategy;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.window.WindowAssigner;
import io.geminid.serial.Serializers;
import io.geminid.state.TimeDomain;

/**
 * The sample job.
 *
 * <pre>
 *  events -rebalance-> stamp1 -rescale-> stamp2 -forward-> stamp3 -+-keyBy-> windows  -> windows-*
 *                                                                  +-keyBy-> totals   -> totals-*
 *                                                                  +-broadcast-> seen -> seen-*
 *                                       (rebalance, broadcast of the even ones) joined -> joined-*
 *
 *  others -forward-> apart -> apart-*       (if there is a part that has nothing to do with these)
 * </pre>
 */
public final class SampleProgram implements JobProgram {

    static final String NAME = "sample";

    /** Name of the operator that fails if one is to. */
    public static final String FAULTY = "stamp2";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final SampleOptions options = SampleOptions.of(arguments);
        if (options.fault() == SampleFault.DEFINE
                && Thread.currentThread().getName().startsWith("worker")) {
            throw new IllegalStateException("no graph on a worker");
        }
        final WatermarkStrategy<SampleEvent> time =
                WatermarkStrategy.boundedOutOfOrderness(
                        SampleOptions.JITTER_MILLIS, (event, none) -> event.timestamp());
        final ChainingStrategy chaining =
                options.chaining() ? ChainingStrategy.ALWAYS : ChainingStrategy.NEVER;
        final DataStream<SampleEvent> events =
                job.parallelism(options.parallelism().get(0))
                        .source(
                                "events",
                                new SampleSource(options),
                                time.withInterval(1),
                                SampleEvent.SERIALIZER);
        job.parallelism(options.parallelism().get(1));
        final DataStream<SampleEvent> stamped1 =
                events.rebalance()
                        .map("stamp1", e -> e.checked(options), SampleEvent.SERIALIZER)
                        .chaining(chaining);
        job.parallelism(options.parallelism().get(2));
        final DataStream<SampleEvent> stamped2 =
                stamped1.rescale()
                        .transform(
                                FAULTY, () -> new FaultyOperator(options), SampleEvent.SERIALIZER)
                        .chaining(chaining);
        final DataStream<SampleEvent> stamped =
                stamped2.forward()
                        .map("stamp3", e -> e.checked(options), SampleEvent.SERIALIZER)
                        .chaining(chaining);
        job.parallelism(options.parallelism().get(3));
        addResults(stamped, options, chaining);
        if (options.apart()) {
            addApart(job, options, chaining);
        }
    }

    private static void addApart(
            final StreamJob job, final SampleOptions options, final ChainingStrategy chaining) {
        final DataStream<String> apart =
                job.source(
                                "others",
                                new SampleSource(options),
                                WatermarkStrategy.<SampleEvent>noWatermarks(),
                                SampleEvent.SERIALIZER)
                        .map("apart", e -> Long.toString(e.index()), Serializers.STRING)
                        .chaining(chaining);
        sink(apart, "apart", options);
    }

    private static void addResults(
            final DataStream<SampleEvent> stamped,
            final SampleOptions options,
            final ChainingStrategy chaining) {
        final DataStream<String> windows =
                stamped.keyBy(SampleEvent::key, Serializers.LONG)
                        .window(
                                WindowAssigner.tumbling(
                                        TimeDomain.EVENT_TIME, SampleOptions.WINDOW_MILLIS))
                        .aggregate(
                                "windows",
                                new SumOfValues(),
                                Serializers.LONG,
                                (key, window, sum, out) ->
                                        out.collect(key + "," + window.start() + "," + sum),
                                Serializers.STRING)
                        .chaining(chaining);
        sink(windows, "windows", options);
        final DataStream<String> totals =
                stamped.keyBy(SampleEvent::key, Serializers.LONG)
                        .process("totals", TotalOfKey::new, Serializers.STRING)
                        .chaining(chaining);
        sink(totals, "totals", options);
        final DataStream<String> seen =
                stamped.broadcast()
                        .transform("seen", CountRecords::new, Serializers.STRING)
                        .chaining(chaining);
        sink(seen, "seen", options);
        final DataStream<SampleEvent> even =
                stamped.filter("even", event -> event.index() % 2 == 0);
        final DataStream<String> joined =
                stamped.rebalance()
                        .connect("joined", even.broadcast(), CountBoth::new, Serializers.STRING)
                        .chaining(chaining);
        sink(joined, "joined", options);
    }

    private static void sink(
            final DataStream<String> stream, final String name, final SampleOptions options) {
        stream.sink(name + " sink", () -> new FileSink<>(options.output(), name));
    }
}
