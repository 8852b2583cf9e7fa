package io.geminid.runtime.operator.standard;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.function.FilterFunction;

/**
 * Passes on what a {@link FilterFunction} chooses; timestamps stay.
 *
 * @param <T> type of the records
 */
public final class FilterOperator<T> extends AbstractOperator<T> implements OneInputOperator<T, T> {

    private final FilterFunction<? super T> function;

    /**
     * @param function what to call
     */
    public FilterOperator(final FilterFunction<? super T> function) {
        this.function = function;
    }

    @Override
    public void processElement(final T value, final long timestampMillis) throws Exception {
        if (function.filter(value)) {
            output().collect(value, timestampMillis);
        }
    }
}
