package io.geminid.state.gemini.kind;

import io.geminid.state.StateDescriptor.OfValue;
import io.geminid.state.kind.ValueState;

/** One value. */
final class GeminiValueState<N, V> extends SingleValue<N, V> implements ValueState<V> {

    GeminiValueState(final StateSpace<N> space, final OfValue<V> descriptor) {
        super(space, descriptor.ttlMillis(), descriptor.serializer());
    }

    @Override
    public V get() {
        return read();
    }

    @Override
    public void update(final V value) {
        write(value);
    }
}
