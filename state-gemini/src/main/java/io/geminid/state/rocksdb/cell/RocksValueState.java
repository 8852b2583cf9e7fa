package io.geminid.state.rocksdb.cell;

import io.geminid.state.StateDescriptor.OfValue;
import io.geminid.state.kind.ValueState;
import java.util.Objects;

/**
 * A value in an entry.
 *
 * @param <N> type of the namespaces
 * @param <V> type of the value
 */
public final class RocksValueState<N, V> extends RocksState<N> implements ValueState<V> {

    private final OfValue<V> descriptor;

    /**
     * Makes the handle.
     *
     * @param place where the cells are
     * @param descriptor what is in them
     */
    public RocksValueState(final Place<N> place, final OfValue<V> descriptor) {
        super(place, descriptor.ttlMillis());
        this.descriptor = descriptor;
    }

    @Override
    public V get() {
        return read(descriptor.serializer());
    }

    @Override
    public void update(final V value) {
        Objects.requireNonNull(value, descriptor.name());
        write(value, descriptor.serializer());
    }

    @Override
    public boolean hasCell() {
        return read() != null;
    }
}
