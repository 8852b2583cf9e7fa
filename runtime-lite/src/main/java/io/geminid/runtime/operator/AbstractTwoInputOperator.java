package io.geminid.runtime.operator;

import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.time.WatermarkCombiner;
import io.geminid.runtime.time.WatermarkOutput;
import io.geminid.runtime.time.WatermarkStatus;

/**
 * Combines the watermarks of two inputs; a base for operators with two.
 *
 * @param <A> type of the records of the first input
 * @param <B> type of the records of the second input
 * @param <O> type of the records it sends
 */
public abstract class AbstractTwoInputOperator<A, B, O> extends AbstractOperator<O>
        implements TwoInputOperator<A, B, O> {

    private WatermarkCombiner combiner;

    /** For subclasses. */
    protected AbstractTwoInputOperator() {}

    @Override
    public void open(final OperatorContext newContext, final Output<O> newOutput) throws Exception {
        super.open(newContext, newOutput);
        combiner = new WatermarkCombiner(2, new Combined());
    }

    @Override
    public final void processWatermark(final int input, final long watermark) throws Exception {
        combiner.onWatermark(input, watermark);
    }

    @Override
    public final void processWatermarkStatus(final int input, final WatermarkStatus status)
            throws Exception {
        combiner.onStatus(input, status);
    }

    /** To the methods that take the combined watermark and status. */
    private final class Combined implements WatermarkOutput {

        @Override
        public void emitWatermark(final long watermark) {
            try {
                processWatermark(watermark);
            } catch (final Exception e) {
                throw OperatorException.of(context().subtask().operator(), e);
            }
        }

        @Override
        public void emitStatus(final WatermarkStatus status) {
            try {
                processWatermarkStatus(status);
            } catch (final Exception e) {
                throw OperatorException.of(context().subtask().operator(), e);
            }
        }
    }
}
