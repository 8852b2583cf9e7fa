package io.geminid.runtime.operator.standard;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.function.MapFunction;

/**
 * Calls a {@link MapFunction}; timestamps stay.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
public final class MapOperator<I, O> extends AbstractOperator<O> implements OneInputOperator<I, O> {

    private final MapFunction<? super I, ? extends O> function;

    /**
     * @param function what to call
     */
    public MapOperator(final MapFunction<? super I, ? extends O> function) {
        this.function = function;
    }

    @Override
    public void processElement(final I value, final long timestampMillis) throws Exception {
        output().collect(function.map(value), timestampMillis);
    }
}
