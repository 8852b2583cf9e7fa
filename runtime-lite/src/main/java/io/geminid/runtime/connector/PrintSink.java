package io.geminid.runtime.connector;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.SinkOperator;
import io.geminid.runtime.time.WatermarkStatus;
import java.io.PrintStream;

/**
 * Prints each record on a line, with the number of the subtask before it if there are several.
 *
 * @param <T> type of the records; their {@code toString} is printed
 */
public final class PrintSink<T> extends AbstractOperator<Void> implements SinkOperator<T> {

    private final PrintStream out;

    /**
     * @param out where to; shared by all subtasks of a process, stays the caller's
     */
    public PrintSink(final PrintStream out) {
        this.out = out;
    }

    @Override
    public void processElement(final T value, final long timestampMillis) {
        final var subtask = context().subtask();
        out.println(subtask.parallelism() == 1 ? value : subtask.index() + 1 + "> " + value);
    }

    @Override
    public void processWatermark(final long watermark) {}

    @Override
    public void processWatermarkStatus(final WatermarkStatus status) {}

    @Override
    public void finish() {
        out.flush();
    }
}
