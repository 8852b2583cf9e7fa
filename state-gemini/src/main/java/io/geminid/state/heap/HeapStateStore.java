package io.geminid.state.heap;

import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.kind.State;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Keeps state as objects on the Java heap. Plain; its limit is the heap. Task thread only.
 *
 * @param <K> type of the keys
 */
public final class HeapStateStore<K> implements StateStore<K> {

    /** Stands for "no namespace" in the tables. */
    private static final Boolean VOID = Boolean.TRUE;

    private final StateStoreContext<K> context;
    private final Copier copier = new Copier();
    private final Map<String, Registered> registered = new HashMap<>();
    private K currentKey;
    private int currentKeyGroup;
    private boolean closed;

    /**
     * Makes an empty store.
     *
     * @param context what it is made of
     */
    public HeapStateStore(final StateStoreContext<K> context) {
        this.context = context;
    }

    @Override
    public void setCurrentKey(final K key) {
        final int keyGroup = KeyGroup.of(key, context.maxParallelism());
        if (!context.keyGroups().contains(keyGroup)) {
            throw new IllegalArgumentException(
                    "store="
                            + context.name()
                            + " key="
                            + key
                            + " keyGroup="
                            + keyGroup
                            + " owned="
                            + context.keyGroups());
        }
        currentKey = key;
        currentKeyGroup = keyGroup;
    }

    @Override
    public K currentKey() {
        if (currentKey == null || closed) {
            throw new IllegalStateException(
                    "store=" + context.name() + " currentKey=null closed=" + closed);
        }
        return currentKey;
    }

    @Override
    public KeyGroupRange keyGroups() {
        return context.keyGroups();
    }

    @Override
    public <S extends State> S state(final StateDescriptor<S> descriptor) {
        return state(descriptor, Serializers.BOOLEAN, "").at(VOID);
    }

    @Override
    public <N, S extends State> NamespacedState<N, S> state(
            final StateDescriptor<S> descriptor, final RecordSerializer<N> namespaceSerializer) {
        return state(
                descriptor,
                namespaceSerializer,
                "@" + namespaceSerializer.id() + "@" + namespaceSerializer.version());
    }

    @Override
    @SuppressWarnings("unchecked") // equal schemas have equal types
    public <N> TimerQueue<K, N> timers(
            final String name, final RecordSerializer<N> namespaceSerializer) {
        final String schema =
                "timers<" + namespaceSerializer.id() + "@" + namespaceSerializer.version() + ">";
        return (TimerQueue<K, N>)
                register(name, schema, () -> new HeapTimerQueue<>(this, namespaceSerializer));
    }

    @Override
    public <S extends State> void forEachKey(
            final StateDescriptor<S> descriptor, final BiConsumer<? super K, ? super S> visitor) {
        final S handle = state(descriptor);
        final HeapState<?, ?> state = (HeapState<?, ?>) handle;
        final K keyBefore = currentKey;
        @SuppressWarnings("unchecked") // a table of this store
        final StateTable<K, ?, ?> table = (StateTable<K, ?, ?>) state.table();
        for (final K key : table.keys()) {
            setCurrentKey(key);
            if (state.cell() != null) {
                visitor.accept(key, handle);
            }
        }
        if (keyBefore != null) {
            setCurrentKey(keyBefore);
        }
    }

    @Override
    public void close() {
        closed = true;
        registered.clear();
    }

    int currentKeyGroup() {
        currentKey(); // refuses if there is none
        return currentKeyGroup;
    }

    RecordSerializer<K> keySerializer() {
        return context.keySerializer();
    }

    K copyOfCurrentKey() {
        return copier.copy(currentKey(), context.keySerializer());
    }

    Copier copier() {
        return copier;
    }

    InstantSource clock() {
        return context.clock();
    }

    @SuppressWarnings("unchecked") // equal schemas have equal types
    private <N, S extends State> NamespacedState<N, S> state(
            final StateDescriptor<S> descriptor,
            final RecordSerializer<N> namespaceSerializer,
            final String schemaSuffix) {
        final String schema = descriptor.schema() + schemaSuffix + "/" + descriptor.ttlMillis();
        return (NamespacedState<N, S>)
                register(descriptor.name(), schema, () -> create(descriptor, namespaceSerializer));
    }

    private Object register(
            final String name, final String schema, final Supplier<Object> factory) {
        if (closed) {
            throw new IllegalStateException("store=" + context.name() + " closed=true");
        }
        final Registered known = registered.get(name);
        if (known == null) {
            final Object made = factory.get();
            registered.put(name, new Registered(schema, made));
            return made;
        }
        if (!known.schema().equals(schema)) {
            throw new IllegalArgumentException(
                    "store="
                            + context.name()
                            + " state="
                            + name
                            + " schema="
                            + schema
                            + " registered="
                            + known.schema());
        }
        return known.made();
    }

    @SuppressWarnings("unchecked") // the descriptor's class fixes S
    private <N, S extends State> NamespacedState<N, S> create(
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

    private record Registered(String schema, Object made) {}
}
