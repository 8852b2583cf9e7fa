package io.geminid.runtime.samplejob;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.geminid.state.TimeDomain;
import io.geminid.state.kind.ValueState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Remembers the last event of every key, payload and all, and at the end tells what it was and what
 * the key's values add up to. The second half of the events comes when a test lets it; until then
 * the test may have the sources fail once.
 *
 * <pre>
 *  events -keyBy-> remember -> last-*
 * </pre>
 */
public final class LargeStateProgram implements JobProgram {

    /** The operator with the state. */
    public static final String REMEMBER = "remember";

    private static final String NAME = "large state";
    private static final int SPLITS = 4;
    private static final String GO = "go";
    private static final String FAIL = "fail";
    private static final long POLL_MILLIS = 10;

    @Override
    public String name() {
        return NAME;
    }

    /** The job that {@link SampleOptions} describe. */
    public static JobRequest request(final SampleOptions options) {
        return new JobRequest(NAME, options.request().arguments());
    }

    /** Lets a source fail, once. */
    public static void fail(final SampleOptions options) throws IOException {
        Files.createFile(Path.of(options.output(), FAIL));
    }

    /** Lets the second half of the events come. */
    public static void goOn(final SampleOptions options) throws IOException {
        Files.createFile(Path.of(options.output(), GO));
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final SampleOptions options = SampleOptions.of(arguments);
        job.parallelism(options.parallelism().get(0))
                .source(
                        "events",
                        new HalvedSource(options),
                        WatermarkStrategy.boundedOutOfOrderness(
                                SampleOptions.JITTER_MILLIS, (event, none) -> event.timestamp()),
                        SampleEvent.SERIALIZER)
                .keyBy(SampleEvent::key, Serializers.LONG)
                .process(REMEMBER, () -> new Remember(options), Serializers.STRING)
                .sink("last", () -> new FileSink<>(options.output(), "last"));
    }

    private record HalvedSource(SampleOptions options)
            implements Source<SampleEvent, HalvedSource.Every> {

        /** Every fourth event. */
        record Every(long first) {}

        @Override
        public Boundedness boundedness() {
            return Boundedness.BOUNDED;
        }

        @Override
        public List<Every> splits(final OperatorContext context) {
            final List<Every> splits = new ArrayList<>();
            for (int i = 0; i < SPLITS; i++) {
                splits.add(new Every(i));
            }
            return splits;
        }

        @Override
        public SplitReader<SampleEvent> open(
                final Every split, final OperatorContext context, final Runnable onAvailable) {
            return new SplitReader<>() {
                private long next = split.first;
                private boolean goes;

                @Override
                public InputStatus pollNext(final RecordCollector<SampleEvent> out)
                        throws IOException {
                    if (next >= options.records()) {
                        return InputStatus.END;
                    }
                    if (next >= options.records() / 2 && !goes) {
                        return await(context, onAvailable);
                    }
                    out.collect(options.event(next), Watermarks.NO_TIMESTAMP);
                    next += SPLITS;
                    return InputStatus.MORE;
                }

                private InputStatus await(final OperatorContext context, final Runnable then)
                        throws IOException {
                    if (Files.deleteIfExists(Path.of(options.output(), FAIL))) {
                        throw new IllegalStateException("made by a test");
                    }
                    goes = Files.exists(Path.of(options.output(), GO));
                    if (goes) {
                        return InputStatus.MORE;
                    }
                    final long nowMillis = context.services().processingTime().currentTimeMillis();
                    context.services()
                            .processingTime()
                            .schedule(nowMillis + POLL_MILLIS, time -> then.run());
                    return InputStatus.NOTHING_AVAILABLE;
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
            };
        }
    }

    /** The value of what is remembered is the sum of all values so far. */
    private static final class Remember implements KeyedProcessFunction<Long, SampleEvent, String> {

        private final SampleOptions options;
        private ValueState<SampleEvent> last;

        Remember(final SampleOptions options) {
            this.options = options;
        }

        @Override
        public void open(final OperatorContext context) {
            last =
                    context.<Long>keyedState()
                            .state(StateDescriptor.value("last", SampleEvent.SERIALIZER));
        }

        @Override
        public void process(
                final SampleEvent event, final Element<Long> element, final Output<String> out) {
            final SampleEvent before = last.get();
            final SampleEvent latest =
                    before == null || before.index() < event.index() ? event : before;
            final long sum = before == null ? 0 : before.value();
            latest.checked(options);
            last.update(
                    new SampleEvent(
                            latest.index(),
                            latest.key(),
                            sum + event.value(),
                            latest.timestamp(),
                            latest.payload()));
            element.registerTimer(TimeDomain.EVENT_TIME, Long.MAX_VALUE);
        }

        @Override
        public void onTimer(
                final Element<Long> timer, final TimeDomain domain, final Output<String> out) {
            final SampleEvent event = last.get().checked(options);
            out.collect(line(timer.key(), event.index(), event.value()), timer.timestampMillis());
        }
    }

    private static String line(final long key, final long lastIndex, final long sum) {
        return key + "," + lastIndex + "," + sum;
    }

    /** Fails unless the job gave what a single loop gives. */
    public static void verify(final SampleOptions options) throws IOException {
        final TreeMap<Long, Long> lastOfKey = new TreeMap<>();
        final TreeMap<Long, Long> sums = new TreeMap<>();
        for (long index = 0; index < options.records(); index++) {
            final SampleEvent event = options.event(index);
            lastOfKey.put(event.key(), index);
            sums.merge(event.key(), event.value(), Long::sum);
        }
        final List<String> expected = new ArrayList<>();
        lastOfKey.forEach((key, index) -> expected.add(line(key, index, sums.get(key))));
        final List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of(options.output()), "last-*.csv")) {
            for (final Path file : files) {
                found.addAll(Files.readAllLines(file));
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }
}
