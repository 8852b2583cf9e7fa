package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.heap.cow.CowVersions;
import io.geminid.state.heap.format.HeapSnapshot;
import io.geminid.state.heap.format.RestoredStates;
import io.geminid.state.heap.format.Snapshotted;
import io.geminid.state.kind.State;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps state as objects on the Java heap; its limit is the heap. A snapshot takes pointers; what
 * it sees is copied before it is changed, at most once for a snapshot. Task thread only.
 *
 * @param <K> type of the keys
 */
public final class HeapStateStore<K> extends AbstractStateStore<K> {

    private final Copier copier = new Copier();
    private final CowVersions versions = new CowVersions();
    private final Map<String, InUse> inUse = new TreeMap<>();
    private final RestoredStates restored = new RestoredStates();

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
    protected void registered(final String name, final String schema, final Object made) {
        final Snapshotted state =
                made instanceof HeapNamespacedState<?, ?, ?> namespaced
                        ? namespaced.state()
                        : (HeapTimerQueue<?, ?>) made;
        keepingCurrentKey(() -> restored.take(name, schema, state::read));
        inUse.put(name, new InUse(schema, state));
    }

    /**
     * Begins a snapshot, always of all. The serializers are then also used by the thread that
     * writes it.
     */
    @Override
    public StoreSnapshot snapshot(final BegunCheckpoint checkpoint) {
        final Map<String, HeapSnapshot.Captured> captured = new TreeMap<>();
        inUse.forEach(
                (name, state) ->
                        captured.put(
                                name,
                                new HeapSnapshot.Captured(state.schema(), state.made().view())));
        final int version = versions.begin();
        return new HeapSnapshot(
                keyGroups(),
                keySerializerId(),
                captured,
                restored.left(),
                () -> versions.end(version));
    }

    @Override
    public void restore(
            final long checkpoint, final List<StatePart> parts, final CheckpointStorage storage)
            throws IOException {
        if (inUse()) {
            throw new IllegalStateException(
                    "store=" + context().name() + " states=" + inUse.keySet() + " are in use");
        }
        for (final StatePart part : parts) {
            restored.add(part, storage, keyGroups(), keySerializerId());
        }
    }

    @Override
    protected void free() {
        inUse.clear();
    }

    CowVersions versions() {
        return versions;
    }

    private String keySerializerId() {
        return keySerializer().id() + "@" + keySerializer().version();
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

    private record InUse(String schema, Snapshotted made) {}
}
