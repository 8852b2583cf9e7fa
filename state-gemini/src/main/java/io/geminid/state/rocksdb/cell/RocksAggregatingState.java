package io.geminid.state.rocksdb.cell;

import io.geminid.state.StateDescriptor.OfAggregating;
import io.geminid.state.kind.AggregateFunction;
import io.geminid.state.kind.AggregatingState;

/**
 * The accumulator in an entry.
 *
 * @param <N> type of the namespaces
 * @param <I> type of what is added
 * @param <A> type of the accumulator
 * @param <R> type of what is read
 */
public final class RocksAggregatingState<N, I, A, R> extends FoldingState<N, A>
        implements AggregatingState<I, R> {

    private final AggregateFunction<I, A, R> function;

    /**
     * Makes the handle.
     *
     * @param place where the cells are
     * @param descriptor what is in them
     */
    public RocksAggregatingState(final Place<N> place, final OfAggregating<I, A, R> descriptor) {
        super(place, descriptor.ttlMillis(), descriptor.serializer());
        this.function = descriptor.function();
    }

    @Override
    public R get() {
        final A accumulator = folded();
        return accumulator == null ? null : function.getResult(accumulator);
    }

    @Override
    public void add(final I value) {
        final A before = folded();
        fold(function.add(value, before == null ? function.createAccumulator() : before));
    }

    @Override
    A merge(final A first, final A second) {
        return function.merge(first, second);
    }
}
