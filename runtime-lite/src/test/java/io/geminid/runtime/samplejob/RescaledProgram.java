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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
        final Map<Long, Long> totals = new TreeMap<>();
        for (long index = 0; index < options.records(); index++) {
            totals.merge(index % 17, options.event(index).value(), Long::sum);
        }
        final Set<Long> seen = new HashSet<>();
        final Set<String> twice = new TreeSet<>();
        for (final String line : read(options, "each")) {
            if (!seen.add(Long.valueOf(line))) {
                twice.add(line);
            }
        }
        final List<Long> missing =
                LongStream.range(0, options.records())
                        .filter(i -> !seen.contains(i))
                        .boxed()
                        .toList();
        assertThat(twice).as("records twice").isEmpty();
        assertThat(missing).as("records lost").isEmpty();
        final List<String> lines = new ArrayList<>();
        totals.forEach((key, total) -> lines.add(key + "," + total));
        assertThat(read(options, "totals")).isEqualTo(lines.stream().sorted().toList());
    }

    private static List<String> read(final SampleOptions options, final String sink) {
        final List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of(options.output()), sink + "-*.csv")) {
            for (final Path file : files) {
                found.addAll(Files.readAllLines(file));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }
}
