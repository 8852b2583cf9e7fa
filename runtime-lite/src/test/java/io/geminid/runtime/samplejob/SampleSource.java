package io.geminid.runtime.samplejob;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.source.Boundedness;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.operator.source.SplitReader;
import io.geminid.runtime.time.ProcessingTimeService;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.util.ArrayList;
import java.util.List;

/** Reads the events of {@link SampleOptions}; now and then there is nothing for a moment. */
final class SampleSource implements Source<SampleEvent, SampleSource.Range> {

    private static final int NOTHING_EVERY = 997;
    private static final int PAUSE_EVERY = 11;

    private final SampleOptions options;
    private final int splits;

    /** With a split for each subtask. */
    SampleSource(final SampleOptions options) {
        this(options, 0);
    }

    /** With as many splits whatever the parallelism. */
    SampleSource(final SampleOptions options, final int splits) {
        this.options = options;
        this.splits = splits;
    }

    /** Every {@code step}-th event. */
    record Range(long first, int step) {}

    @Override
    public Boundedness boundedness() {
        return options.isUnbounded() ? Boundedness.UNBOUNDED : Boundedness.BOUNDED;
    }

    @Override
    public List<Range> splits(final OperatorContext context) {
        final int count = splits == 0 ? context.subtask().parallelism() : splits;
        final List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new Range(i, count));
        }
        return ranges;
    }

    @Override
    public SplitReader<SampleEvent> open(
            final Range range, final OperatorContext context, final Runnable onAvailable) {
        return new SplitReader<>() {
            private long next = range.first();
            private int polls;

            @Override
            public InputStatus pollNext(final RecordCollector<SampleEvent> out) {
                if (!options.isUnbounded() && next >= options.records()) {
                    return InputStatus.END;
                }
                if (++polls % (options.pauseMillis() > 0 ? PAUSE_EVERY : NOTHING_EVERY) == 0) {
                    pause();
                    return InputStatus.NOTHING_AVAILABLE;
                }
                out.collect(options.event(next), Watermarks.NO_TIMESTAMP);
                next += range.step();
                return InputStatus.MORE;
            }

            private void pause() {
                if (options.pauseMillis() == 0) {
                    context.services().io().execute(onAvailable);
                    return;
                }
                final ProcessingTimeService time = context.services().processingTime();
                time.schedule(
                        time.currentTimeMillis() + options.pauseMillis(),
                        millis -> onAvailable.run());
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
