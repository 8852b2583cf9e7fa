package io.geminid.perf.demo.job;

import io.geminid.perf.demo.log.AccessLogEntry;
import io.geminid.perf.demo.log.LogLine;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.OutputTag;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.context.OperatorMetrics.Counter;
import io.geminid.runtime.operator.function.ProcessFunction;
import io.geminid.serial.Serializers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Keeps the accounts of what was read, and takes lines that were not understood out of the way. */
public final class SeparateMalformed implements ProcessFunction<LogLine, AccessLogEntry> {

    /** Where lines go that were not understood. */
    public static final OutputTag<String> MALFORMED =
            new OutputTag<>("malformed", Serializers.STRING);

    private final boolean failOnMalformed;
    private final List<Path> input;
    private Counter lines;
    private Counter bytes;
    private Counter malformed;

    public SeparateMalformed(final boolean failOnMalformed, final List<Path> input) {
        this.failOnMalformed = failOnMalformed;
        this.input = input;
    }

    @Override
    public void open(final OperatorContext context) {
        lines = context.metrics().counter(AccessLogProgram.LINES_READ);
        bytes = context.metrics().counter(AccessLogProgram.LINE_BYTES);
        malformed = context.metrics().counter(AccessLogProgram.LINES_MALFORMED);
    }

    @Override
    public void process(
            final LogLine line, final long timestampMillis, final Output<AccessLogEntry> out)
            throws IOException {
        lines.increment();
        bytes.add(line.bytes() + 1);
        if (line.isUnderstood()) {
            out.collect(line.entry(), timestampMillis);
            return;
        }
        if (failOnMalformed) {
            throw new IOException(line.malformed().describe(input));
        }
        malformed.increment();
        out.collect(MALFORMED, line.malformed().toString(), timestampMillis);
    }
}
