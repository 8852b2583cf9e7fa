package io.geminid.flink.state.kind;

import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.runtime.state.internal.InternalReducingState;

/** One value, reduced. */
final class KeyedReducingState<K, N, V> extends FoldedState<K, N, V, V, V>
        implements InternalReducingState<K, N, V> {

    private final ReduceFunction<V> function;

    KeyedReducingState(
            final StoredState<K, N, V> stored,
            final KeyedAccess<K> access,
            final ReduceFunction<V> function) {
        super(stored, access);
        this.function = function;
    }

    @Override
    public V get() {
        return getInternal();
    }

    @Override
    public void add(final V value) throws Exception {
        if (value == null) {
            clear();
            return;
        }
        final V kept = getInternal();
        updateInternal(kept == null ? value : function.reduce(kept, value));
    }

    @Override
    V mergeKept(final V kept, final V other) throws Exception {
        return function.reduce(kept, other);
    }
}
