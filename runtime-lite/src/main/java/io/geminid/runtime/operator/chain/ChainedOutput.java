package io.geminid.runtime.operator.chain;

import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.OperatorException;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.time.WatermarkStatus;

/**
 * Sends by calling the next operator. What that throws comes back as {@link OperatorException} with
 * its name.
 *
 * @param <T> type of the records
 */
public final class ChainedOutput<T> implements Output<T> {

    private final String name;
    private final OneInputOperator<T, ?> operator;

    /**
     * Joins.
     *
     * @param name of the operator, for messages
     * @param operator the next operator
     */
    public ChainedOutput(final String name, final OneInputOperator<T, ?> operator) {
        this.name = name;
        this.operator = operator;
    }

    @Override
    public void collect(final T value, final long timestampMillis) {
        try {
            operator.processElement(value, timestampMillis);
        } catch (final Exception e) {
            throw OperatorException.of(name, e);
        }
    }

    @Override
    public void emitWatermark(final long watermark) {
        try {
            operator.processWatermark(watermark);
        } catch (final Exception e) {
            throw OperatorException.of(name, e);
        }
    }

    @Override
    public void emitStatus(final WatermarkStatus status) {
        try {
            operator.processWatermarkStatus(status);
        } catch (final Exception e) {
            throw OperatorException.of(name, e);
        }
    }
}
