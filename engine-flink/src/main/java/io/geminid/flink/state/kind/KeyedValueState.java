package io.geminid.flink.state.kind;

import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.runtime.state.internal.InternalValueState;

/** One value. */
final class KeyedValueState<K, N, V> extends AbstractKeyedState<K, N, V>
        implements InternalValueState<K, N, V> {

    private final StateDescriptor<?, V> descriptor;

    KeyedValueState(
            final StoredState<K, N, V> stored,
            final KeyedAccess<K> access,
            final StateDescriptor<?, V> descriptor) {
        super(stored, access);
        this.descriptor = descriptor;
    }

    @Override
    public V value() {
        final V found = isQueried() ? call(() -> stored().value().get()) : stored().value().get();
        return found == null ? descriptor.getDefaultValue() : found;
    }

    @Override
    public void update(final V value) {
        if (value == null) {
            clear();
        } else if (isQueried()) {
            run(() -> stored().value().update(value));
        } else {
            stored().value().update(value);
        }
    }
}
