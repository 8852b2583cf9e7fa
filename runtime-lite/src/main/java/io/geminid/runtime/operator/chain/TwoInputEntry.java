package io.geminid.runtime.operator.chain;

import io.geminid.runtime.operator.OperatorException;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.TwoInputOperator;
import io.geminid.runtime.time.WatermarkStatus;

/**
 * Sends to one of the two inputs of an operator.
 *
 * @param <T> type of the records of that input
 */
final class TwoInputEntry<T> implements Output<T> {

    private final String name;
    private final TwoInputOperator<T, T, ?> operator;
    private final int input;

    /** The operator's other input has another type in truth, and gets none of these records. */
    TwoInputEntry(final String name, final TwoInputOperator<T, T, ?> operator, final int input) {
        this.name = name;
        this.operator = operator;
        this.input = input;
    }

    @Override
    public void collect(final T value, final long timestampMillis) {
        try {
            if (input == 0) {
                operator.processElement1(value, timestampMillis);
            } else {
                operator.processElement2(value, timestampMillis);
            }
        } catch (final Exception e) {
            throw OperatorException.of(name, e);
        }
    }

    @Override
    public void emitWatermark(final long watermark) {
        try {
            operator.processWatermark(input, watermark);
        } catch (final Exception e) {
            throw OperatorException.of(name, e);
        }
    }

    @Override
    public void emitStatus(final WatermarkStatus status) {
        try {
            operator.processWatermarkStatus(input, status);
        } catch (final Exception e) {
            throw OperatorException.of(name, e);
        }
    }
}
