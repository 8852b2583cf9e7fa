package io.geminid.state.gemini.kind;

import io.geminid.state.StateDescriptor.OfReducing;
import io.geminid.state.kind.ReduceFunction;
import io.geminid.state.kind.ReducingState;

/** One value that others are folded into. */
final class GeminiReducingState<N, V> extends SingleValue<N, V> implements ReducingState<V> {

    private final ReduceFunction<V> function;

    GeminiReducingState(final StateSpace<N> space, final OfReducing<V> descriptor) {
        super(space, descriptor.ttlMillis(), descriptor.serializer());
        this.function = descriptor.function();
    }

    @Override
    public V get() {
        return read();
    }

    @Override
    public void add(final V value) {
        final V present = read();
        write(present == null ? value : function.reduce(present, value));
    }

    @Override
    void merge(final N target, final N source) {
        at(source);
        final V moved = read();
        clear();
        at(target);
        if (moved != null) {
            add(moved);
        }
    }
}
