package io.geminid.state.rocksdb.cell;

import io.geminid.state.StateDescriptor.OfReducing;
import io.geminid.state.kind.ReducingState;

/**
 * The folded value in an entry.
 *
 * @param <N> type of the namespaces
 * @param <V> type of the value
 */
public final class RocksReducingState<N, V> extends FoldingState<N, V> implements ReducingState<V> {

    private final OfReducing<V> descriptor;

    /**
     * Makes the handle.
     *
     * @param place where the cells are
     * @param descriptor what is in them
     */
    public RocksReducingState(final Place<N> place, final OfReducing<V> descriptor) {
        super(place, descriptor.ttlMillis(), descriptor.serializer());
        this.descriptor = descriptor;
    }

    @Override
    public V get() {
        return folded();
    }

    @Override
    public void add(final V value) {
        final V before = folded();
        fold(before == null ? value : descriptor.function().reduce(before, value));
    }

    @Override
    V merge(final V first, final V second) {
        return descriptor.function().reduce(first, second);
    }
}
