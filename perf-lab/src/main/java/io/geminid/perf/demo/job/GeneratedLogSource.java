package io.geminid.perf.demo.job;

import io.geminid.perf.demo.log.AccessLogGenerator;
import io.geminid.perf.demo.log.LogLine;
import io.geminid.perf.demo.log.LogLineParser;
import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines of {@link AccessLogGenerator}, each subtask a share of them. */
public final class GeneratedLogSource implements Source<LogLine, GeneratedLogSource.Range> {

    /** Of the one log that the demo generates. */
    public static final long SEED = 2019;

    /**
     * Lines of one subtask: every {@code step}-th, so that all subtasks advance in event time
     * together.
     *
     * @param first number of the first line
     * @param step from one line to the next
     */
    public record Range(long first, long step) {}

    private final long lineCount;
    private final int loop;
    private final long shiftSeconds;

    public GeneratedLogSource(final long lineCount, final int loop, final long shiftSeconds) {
        this.lineCount = lineCount;
        this.loop = loop;
        this.shiftSeconds = shiftSeconds;
    }

    @Override
    public Boundedness boundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public List<Range> splits(final OperatorContext context) {
        final int parallelism = context.subtask().parallelism();
        final List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < parallelism; i++) {
            ranges.add(new Range(i, parallelism));
        }
        return ranges;
    }

    @Override
    public SplitReader<LogLine> open(
            final Range range, final OperatorContext context, final Runnable onAvailable) {
        return new Reader(range);
    }

    private final class Reader implements SplitReader<LogLine> {

        private final AccessLogGenerator generator = new AccessLogGenerator(lineCount, SEED);
        private final LogLineParser parser = new LogLineParser(shiftSeconds);
        private final Range range;
        private long next;
        private int repetition;

        Reader(final Range range) {
            this.range = range;
            this.next = range.first;
        }

        @Override
        public InputStatus pollNext(final RecordCollector<LogLine> out) {
            if (next >= lineCount) {
                repetition++;
                next = range.first;
            }
            if (repetition == loop || next >= lineCount) {
                return InputStatus.END;
            }
            final String line = generator.line(next);
            out.collect(parser.parse(line, -1, next, repetition), Watermarks.NO_TIMESTAMP);
            next += range.step;
            return InputStatus.MORE;
        }

        @Override
        public void writePosition(final RecordOutput out) {
            out.putInt(repetition);
            out.putLong(next);
        }

        @Override
        public void seek(final RecordInput in) {
            repetition = in.getInt();
            next = in.getLong();
        }

        @Override
        public void close() {}
    }
}
