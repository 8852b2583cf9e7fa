package io.geminid.state.base;

import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.kind.State;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A store's bookkeeping: refuses keys of others, and names that are in use with another schema.
 * What keeps the cells is up to the subclass. Task thread only.
 *
 * @param <K> type of the keys
 */
public abstract class AbstractStateStore<K> implements StateStore<K> {

    /** Serializer of the one namespace of a state without namespaces, which is {@code true}. */
    public static final RecordSerializer<Boolean> NO_NAMESPACE =
            Serializers.of("none", (value, out) -> {}, in -> Boolean.TRUE);

    private final StateStoreContext<K> context;
    private final Map<String, Registered> registered = new LinkedHashMap<>();
    private K currentKey;
    private int currentKeyGroup;
    private boolean closed;

    /**
     * For subclasses.
     *
     * @param context what the store is made of
     */
    protected AbstractStateStore(final StateStoreContext<K> context) {
        this.context = context;
    }

    /**
     * Makes the cells of a state.
     *
     * @param descriptor which
     * @param namespaceSerializer {@link #NO_NAMESPACE} if it has none
     * @param <N> type of the namespaces
     * @param <S> the kind of handle
     * @return called once for a name
     */
    protected abstract <N, S extends State> NamespacedState<N, S> create(
            StateDescriptor<S> descriptor, RecordSerializer<N> namespaceSerializer);

    /**
     * Makes a queue of timers.
     *
     * @param name which
     * @param namespaceSerializer how namespaces become bytes
     * @param <N> type of the namespaces
     * @return called once for a name
     */
    protected abstract <N> TimerQueue<K, N> createTimers(
            String name, RecordSerializer<N> namespaceSerializer);

    /**
     * The keys that have a cell in a state without namespaces; cells that are too old may count.
     *
     * @param handle what {@link #create} made for the state
     * @return by key group, then in an order that depends only on the calls made before
     */
    protected abstract List<K> keysOf(State handle);

    /**
     * Whether the current key has a cell.
     *
     * @param handle what {@link #create} made for the state
     * @return false also if what is in it is too old
     */
    protected abstract boolean hasCell(State handle);

    /**
     * Called when a name gets its schema, before anybody has the handle.
     *
     * @param name of the state or queue
     * @param schema kind and serializers
     * @param made what {@link #create} or {@link #createTimers} returned
     * @throws IllegalArgumentException if a restored state of the name has another schema
     */
    protected void registered(final String name, final String schema, final Object made) {}

    /**
     * Whether any state was asked for.
     *
     * @return true if so
     */
    protected final boolean inUse() {
        return !registered.isEmpty();
    }

    @Override
    public StoreSnapshot snapshot(final BegunCheckpoint checkpoint) {
        throw noSnapshots();
    }

    @Override
    public void restore(
            final long checkpoint, final List<StatePart> parts, final CheckpointStorage storage)
            throws IOException {
        throw noSnapshots();
    }

    private UnsupportedOperationException noSnapshots() {
        return new UnsupportedOperationException(
                "store="
                        + context.name()
                        + " class="
                        + getClass().getSimpleName()
                        + " has no snapshots: choose another geminid.state.store");
    }

    /** Frees all; called once. */
    protected abstract void free();

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
        setCurrentKey(key, keyGroup);
    }

    /**
     * Chooses the key for the calls that follow, for an engine that groups keys in a way of its
     * own.
     *
     * @param key as above
     * @param keyGroup a group of this store: the engine has checked that
     */
    public void setCurrentKey(final K key, final int keyGroup) {
        assert context.keyGroups().contains(keyGroup) : keyGroup;
        keepKey(key);
        currentKeyGroup = keyGroup;
    }

    /**
     * Remembers the current key. For a store that can do with its bytes, that may be cheaper in
     * another way: to store a reference takes a barrier, which waits for memory.
     *
     * @param key not null
     */
    protected void keepKey(final K key) {
        currentKey = key;
    }

    /**
     * Whether a key was kept.
     *
     * @return false if {@link #keptKey} has nothing to return
     */
    protected boolean hasKey() {
        return currentKey != null;
    }

    /**
     * What {@link #keepKey} was given last.
     *
     * @return equal to it
     */
    protected K keptKey() {
        return currentKey;
    }

    /**
     * Refuses what needs a current key.
     *
     * @throws IllegalStateException if there is none, or the store is closed
     */
    protected final void requireKey() {
        if (closed || !hasKey()) {
            throw new IllegalStateException(
                    "store=" + context.name() + " currentKey=null closed=" + closed);
        }
    }

    @Override
    public final K currentKey() {
        requireKey();
        return keptKey();
    }

    /**
     * The key group of the current key.
     *
     * @return a group of this store
     * @throws IllegalStateException if there is no current key
     */
    public final int currentKeyGroup() {
        requireKey();
        return currentKeyGroup;
    }

    /**
     * What the store is made of.
     *
     * @return as given
     */
    public final StateStoreContext<K> context() {
        return context;
    }

    @Override
    public final KeyGroupRange keyGroups() {
        return context.keyGroups();
    }

    @Override
    public final <S extends State> S state(final StateDescriptor<S> descriptor) {
        return state(descriptor, NO_NAMESPACE, "").at(Boolean.TRUE);
    }

    @Override
    public final <N, S extends State> NamespacedState<N, S> state(
            final StateDescriptor<S> descriptor, final RecordSerializer<N> namespaceSerializer) {
        return state(descriptor, namespaceSerializer, "@" + idOf(namespaceSerializer));
    }

    @Override
    @SuppressWarnings("unchecked") // equal schemas have equal types
    public final <N> TimerQueue<K, N> timers(
            final String name, final RecordSerializer<N> namespaceSerializer) {
        final String schema = "timers<" + idOf(namespaceSerializer) + ">";
        return (TimerQueue<K, N>)
                register(name, schema, () -> createTimers(name, namespaceSerializer));
    }

    @Override
    public final <S extends State> void forEachKey(
            final StateDescriptor<S> descriptor, final BiConsumer<? super K, ? super S> visitor) {
        final S handle = state(descriptor);
        keepingCurrentKey(
                () -> {
                    for (final K key : keysOf(handle)) {
                        setCurrentKey(key);
                        if (hasCell(handle)) {
                            visitor.accept(key, handle);
                        }
                    }
                });
    }

    /**
     * Runs what sets other keys.
     *
     * @param action afterwards the current key is what it was before, unless there was none
     */
    protected final void keepingCurrentKey(final Runnable action) {
        final K keyBefore = hasKey() ? keptKey() : null;
        action.run();
        if (keyBefore != null) {
            setCurrentKey(keyBefore);
        }
    }

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            registered.clear();
            free();
        }
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
            registered(name, schema, made);
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

    private static String idOf(final RecordSerializer<?> serializer) {
        return serializer.id() + "@" + serializer.version();
    }

    private record Registered(String schema, Object made) {}
}
