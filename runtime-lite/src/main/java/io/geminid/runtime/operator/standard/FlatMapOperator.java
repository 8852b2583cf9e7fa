package io.geminid.runtime.operator.standard;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.function.Collector;
import io.geminid.runtime.operator.function.FlatMapFunction;
import io.geminid.runtime.time.Watermarks;

/**
 * Calls a {@link FlatMapFunction}; timestamps stay.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
public final class FlatMapOperator<I, O> extends AbstractOperator<O>
        implements OneInputOperator<I, O> {

    private final FlatMapFunction<? super I, O> function;
    private final Collector<O> collector = this::collect;
    private long timestampMillis = Watermarks.NO_TIMESTAMP;

    /**
     * @param function what to call
     */
    public FlatMapOperator(final FlatMapFunction<? super I, O> function) {
        this.function = function;
    }

    @Override
    public void processElement(final I value, final long newTimestampMillis) throws Exception {
        timestampMillis = newTimestampMillis;
        function.flatMap(value, collector);
    }

    private void collect(final O value) {
        output().collect(value, timestampMillis);
    }
}
