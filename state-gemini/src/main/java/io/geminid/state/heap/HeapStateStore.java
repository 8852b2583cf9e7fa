package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.kind.State;
import java.time.InstantSource;
import java.util.List;

/**
 * Keeps state as objects on the Java heap. Plain; its limit is the heap. Task thread only.
 *
 * @param <K> type of the keys
 */
public final class HeapStateStore<K> extends AbstractStateStore<K> {

    private final Copier copier = new Copier();

    /**
     * Makes an empty store.
     *
     * @param context what it is made of
     */
    public HeapStateStore(final StateStoreContext<K> context) {
        super(context);
    }

    @Override
    @SuppressWarnings("unchecked") // the descriptor's class fixes S
    protected <N, S extends State> NamespacedState<N, S> create(
            final StateDescriptor<S> descriptor, final RecordSerializer<N> serializer) {
        final HeapState<N, ?> state;
        if (descriptor instanceof StateDescriptor.OfValue<?> d) {
            state = new HeapValueState<>(new StateTable<>(this, serializer), d);
        } else if (descriptor instanceof StateDescriptor.OfLong d) {
            state = new HeapLongState<>(new StateTable<>(this, serializer), d);
        } else if (descriptor instanceof StateDescriptor.OfList<?> d) {
            state = new HeapListState<>(new StateTable<>(this, serializer), d);
        } else if (descriptor instanceof StateDescriptor.OfMap<?, ?> d) {
            state = new HeapMapState<>(new StateTable<>(this, serializer), d);
        } else if (descriptor instanceof StateDescriptor.OfReducing<?> d) {
            state = new HeapReducingState<>(new StateTable<>(this, serializer), d);
        } else {
            final StateDescriptor.OfAggregating<?, ?, ?> d =
                    (StateDescriptor.OfAggregating<?, ?, ?>) descriptor;
            state = new HeapAggregatingState<>(new StateTable<>(this, serializer), d);
        }
        return new HeapNamespacedState<>(state, (S) state);
    }

    @Override
    protected <N> TimerQueue<K, N> createTimers(
            final String name, final RecordSerializer<N> namespaceSerializer) {
        return new HeapTimerQueue<>(this, namespaceSerializer);
    }

    @Override
    @SuppressWarnings("unchecked") // a table of this store
    protected List<K> keysOf(final State handle) {
        return ((StateTable<K, ?, ?>) ((HeapState<?, ?>) handle).table()).keys();
    }

    @Override
    protected boolean hasCell(final State handle) {
        return ((HeapState<?, ?>) handle).cell() != null;
    }

    @Override
    protected void free() {
        // the tables go with their handles
    }

    RecordSerializer<K> keySerializer() {
        return context().keySerializer();
    }

    K copyOfCurrentKey() {
        return copier.copy(currentKey(), keySerializer());
    }

    Copier copier() {
        return copier;
    }

    InstantSource clock() {
        return context().clock();
    }
}
