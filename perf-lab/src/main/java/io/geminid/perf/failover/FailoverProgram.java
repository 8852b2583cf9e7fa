package io.geminid.perf.failover;

import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.api.JobProgram;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.connector.FileSink;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.serial.Serializers;
import java.nio.file.Path;
import java.util.List;

/**
 * Numbers, by key into state, into files: the main job's shape with output that shows each loss.
 */
public final class FailoverProgram implements JobProgram {

    private static final String NAME = "failover";
    private static final String FILES = "numbers";

    /** For {@code ServiceLoader}. */
    public FailoverProgram() {}

    /** What to submit to a cluster. */
    static JobRequest request(
            final Path directory, final int parallelism, final int keys, final int valueBytes) {
        return new JobRequest(
                NAME,
                List.of(
                        "--output",
                        outputOf(directory).toString(),
                        "--marks",
                        marksOf(directory).toString(),
                        "--parallelism",
                        Integer.toString(parallelism),
                        "--keys",
                        Integer.toString(keys),
                        "--value-bytes",
                        Integer.toString(valueBytes)));
    }

    static Path outputOf(final Path directory) {
        return directory.resolve("output");
    }

    static Path marksOf(final Path directory) {
        return directory.resolve("marks");
    }

    static long keyOf(final long number, final long keys) {
        return NumberSource.sequenceOf(number) % keys;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void define(final StreamJob job, final JobArguments arguments) {
        final long keys = arguments.optional("keys", 1);
        final int valueBytes = (int) arguments.optional("value-bytes", Long.BYTES);
        final Path marks = Path.of(arguments.required("marks"));
        final String output = arguments.required("output");
        job.parallelism((int) arguments.optional("parallelism", 1))
                .source(
                        "numbers",
                        new NumberSource(),
                        WatermarkStrategy.noWatermarks(),
                        Serializers.LONG)
                .keyBy(number -> keyOf(number, keys), Serializers.LONG)
                .process("count", () -> new CountNumbers(marks, valueBytes), Serializers.STRING)
                .sink("write", () -> new FileSink<>(output, FILES));
    }
}
