package io.geminid.runtime.operator;

import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.time.WatermarkStatus;

/**
 * Keeps context and output, and passes watermarks and status on. A base for operators; nothing
 * depends on whether an operator uses it.
 *
 * @param <O> type of the records it sends
 */
public abstract class AbstractOperator<O> implements StreamOperator<O> {

    private OperatorContext context;
    private Output<O> output;

    /** For subclasses. */
    protected AbstractOperator() {}

    @Override
    public void open(final OperatorContext newContext, final Output<O> newOutput) throws Exception {
        context = newContext;
        output = newOutput;
    }

    /**
     * Passes a watermark on.
     *
     * @param watermark the watermark
     * @throws Exception fails the task
     */
    public void processWatermark(final long watermark) throws Exception {
        output.emitWatermark(watermark);
    }

    /**
     * Passes a change of status on.
     *
     * @param status the status
     * @throws Exception fails the task
     */
    public void processWatermarkStatus(final WatermarkStatus status) throws Exception {
        output.emitStatus(status);
    }

    /**
     * @return what {@link #open} was given
     */
    protected final OperatorContext context() {
        return context;
    }

    /**
     * @return what {@link #open} was given
     */
    protected final Output<O> output() {
        return output;
    }
}
