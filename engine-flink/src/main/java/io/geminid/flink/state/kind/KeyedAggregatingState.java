package io.geminid.flink.state.kind;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.runtime.state.internal.InternalAggregatingState;

/** An accumulator. */
final class KeyedAggregatingState<K, N, I, A, R> extends FoldedState<K, N, I, A, R>
        implements InternalAggregatingState<K, N, I, A, R> {

    private final AggregateFunction<I, A, R> function;

    KeyedAggregatingState(
            final StoredState<K, N, A> stored,
            final KeyedAccess<K> access,
            final AggregateFunction<I, A, R> function) {
        super(stored, access);
        this.function = function;
    }

    @Override
    public R get() {
        final A kept = getInternal();
        return kept == null ? null : function.getResult(kept);
    }

    @Override
    public void add(final I value) {
        if (value == null) {
            clear();
            return;
        }
        final A kept = getInternal();
        updateInternal(function.add(value, kept == null ? function.createAccumulator() : kept));
    }

    @Override
    A mergeKept(final A kept, final A other) {
        return function.merge(kept, other);
    }
}
