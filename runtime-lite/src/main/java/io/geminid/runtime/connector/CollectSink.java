package io.geminid.runtime.connector;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.SinkOperator;
import io.geminid.runtime.time.WatermarkStatus;
import java.util.function.Consumer;

/**
 * Hands records to the program that runs the job in the same process. For tests and embedded jobs.
 *
 * @param <T> type of the records
 */
public final class CollectSink<T> extends AbstractOperator<Void> implements SinkOperator<T> {

    private final Consumer<? super T> target;

    /**
     * Makes the sink of one subtask.
     *
     * @param target called by the threads of all subtasks
     */
    public CollectSink(final Consumer<? super T> target) {
        this.target = target;
    }

    @Override
    public void processElement(final T value, final long timestampMillis) {
        target.accept(value);
    }

    @Override
    public void processWatermark(final long watermark) {}

    @Override
    public void processWatermarkStatus(final WatermarkStatus status) {}
}
