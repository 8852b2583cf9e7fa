package io.geminid.runtime.operator.chain;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.SinkOperator;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.time.WatermarkStatus;
import java.util.List;

/**
 * Puts all that arrives into a list.
 *
 * @param <T> type of the records
 */
public final class CollectingSink<T> implements SinkOperator<T> {

    private final List<Object> target;

    /**
     * @param target where to; shared by all subtasks, which run on one thread
     */
    public CollectingSink(final List<Object> target) {
        this.target = target;
    }

    @Override
    public void open(final OperatorContext context, final Output<Void> output) {}

    @Override
    public void processElement(final T value, final long timestampMillis) {
        target.add(value);
    }

    @Override
    public void processWatermark(final long watermark) {}

    @Override
    public void processWatermarkStatus(final WatermarkStatus status) {}
}
