package io.geminid.flink.state.kind;

import io.geminid.flink.state.bytes.FlinkSerializer;
import io.geminid.flink.state.bytes.NullableSerializer;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.base.AbstractStateStore;
import io.geminid.state.gemini.GeminiStateStore;
import io.geminid.state.gemini.GeminiStateStore.Cell;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.State;
import io.geminid.state.kind.ValueState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.StateDescriptor.Type;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.ttl.TtlAwareSerializer;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.util.StateMigrationException;

/**
 * A state of Flink's as a state of the store. Task thread only.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 * @param <V> type of the value: of a list or a map, the whole of it
 */
public final class StoredState<K, N, V> {

    private static final RecordSerializer<VoidNamespace> NOTHING =
            new RecordSerializer<>() {
                @Override
                public void write(final VoidNamespace value, final RecordOutput out) {
                    // There is only one.
                }

                @Override
                public VoidNamespace read(final RecordInput in) {
                    return VoidNamespace.INSTANCE;
                }

                @Override
                public String id() {
                    return AbstractStateStore.NO_NAMESPACE.id();
                }
            };

    private final GeminiStateStore<K> store;
    private final String name;
    private final Type type;
    private final FlinkSerializer<Object> mapKeys;
    private final FlinkSerializer<Object> values;
    private final FlinkSerializer<N> namespaces;
    private final NamespacedState<N, ? extends State> cells;
    private State handle;
    private N namespace;
    private TypeSerializer<N> namespaceSerializer;
    private TypeSerializer<V> valueSerializer;

    /**
     * Finds the state in the store, or makes it.
     *
     * @param store where it is
     * @param id what it is called, and of which kind it is
     * @param namespaceSerializer of its namespaces
     * @param valueSerializer of its values, as they are in the store
     */
    @SuppressWarnings("unchecked") // the serializer of namespaces that are nothing
    public StoredState(
            final GeminiStateStore<K> store,
            final Id id,
            final TypeSerializer<N> namespaceSerializer,
            final TypeSerializer<V> valueSerializer) {
        this.store = store;
        this.name = id.name();
        this.type = id.type();
        this.namespaces = new FlinkSerializer<>(namespaceSerializer);
        final boolean map = type == Type.MAP;
        this.mapKeys = map ? new FlinkSerializer<>(mapKeys(valueSerializer)) : null;
        this.values = new FlinkSerializer<>(parts(type, valueSerializer));
        this.namespaceSerializer = namespaceSerializer;
        this.valueSerializer = valueSerializer;
        this.cells =
                store.state(
                        descriptor(),
                        namespaceSerializer instanceof VoidNamespaceSerializer
                                ? (RecordSerializer<N>) NOTHING
                                : namespaces);
    }

    /**
     * What a state is called, and of which kind it is.
     *
     * @param name unique in its backend
     * @param type its kind
     */
    public record Id(String name, Type type) {}

    private StateDescriptor<? extends State> descriptor() {
        return switch (type) {
            case VALUE, REDUCING, AGGREGATING -> new StateDescriptor.OfValue<>(name, values, 0);
            case LIST -> new StateDescriptor.OfList<>(name, values, 0);
            case MAP ->
                    new StateDescriptor.OfMap<>(name, mapKeys, new NullableSerializer(values), 0);
            default ->
                    throw new UnsupportedOperationException(
                            "state=" + name + " type=" + type + " is not one that Gemini keeps");
        };
    }

    /** The serializer of what is kept: of a list, its elements; of a map, its values. */
    @SuppressWarnings("unchecked") // the kind of state says which serializer it has
    private static TypeSerializer<Object> parts(
            final Type type, final TypeSerializer<?> serializer) {
        final TypeSerializer<?> plain = plain(serializer);
        return (TypeSerializer<Object>)
                switch (type) {
                    case LIST -> ((ListSerializer<?>) plain).getElementSerializer();
                    case MAP -> ((MapSerializer<?, ?>) plain).getValueSerializer();
                    default -> plain;
                };
    }

    @SuppressWarnings("unchecked") // as above
    private static TypeSerializer<Object> mapKeys(final TypeSerializer<?> serializer) {
        return (TypeSerializer<Object>)
                ((MapSerializer<?, ?>) plain(serializer)).getKeySerializer();
    }

    private static TypeSerializer<?> plain(final TypeSerializer<?> serializer) {
        return serializer instanceof TtlAwareSerializer<?, ?> aware
                ? aware.getOriginalTypeSerializer()
                : serializer;
    }

    // Serializers.

    /**
     * Goes on with other serializers of the same formats.
     *
     * @param ofNamespaces used by this alone
     * @param ofValues used by this alone
     */
    public void use(final TypeSerializer<N> ofNamespaces, final TypeSerializer<V> ofValues) {
        namespaceSerializer = ofNamespaces;
        valueSerializer = ofValues;
        namespaces.use(ofNamespaces);
        values.use(parts(type, ofValues));
        if (mapKeys != null) {
            mapKeys.use(mapKeys(ofValues));
        }
    }

    /** Keys of maps are looked for by their bytes, so that these must not change. */
    void checkMapKeys(final TypeSerializer<V> before, final TypeSerializer<V> now)
            throws StateMigrationException {
        if (type == Type.MAP) {
            final TypeSerializerSchemaCompatibility<Object> keys =
                    mapKeys(now)
                            .snapshotConfiguration()
                            .resolveSchemaCompatibility(mapKeys(before).snapshotConfiguration());
            if (keys.isCompatibleAfterMigration() || keys.isIncompatible()) {
                throw new StateMigrationException(
                        "state="
                                + name
                                + ": the new serializer of the map's keys ("
                                + mapKeys(now)
                                + ") must be compatible with the previous one ("
                                + mapKeys(before)
                                + ")");
            }
        }
    }

    /**
     * Rewrites every value.
     *
     * @param from reads what is there
     * @param to writes what shall be there
     * @param clock for values that begin to age
     */
    public void migrate(
            final TypeSerializer<V> from, final TypeSerializer<V> to, final TtlTimeProvider clock) {
        values.migrate(parts(type, from), parts(type, to), clock);
        for (final Cell<K, N> cell : cells()) {
            at(cell);
            put(get());
        }
        use(namespaceSerializer, to);
    }

    /**
     * @return of the values, as given last
     */
    public TypeSerializer<V> valueSerializer() {
        return valueSerializer;
    }

    /**
     * @return of the namespaces, as given last
     */
    public TypeSerializer<N> namespaceSerializer() {
        return namespaceSerializer;
    }

    /**
     * @return of the elements, if it is a list, of the values, if it is a map
     */
    public TypeSerializer<Object> partSerializer() {
        return parts(type, valueSerializer);
    }

    /**
     * @return of the map's keys
     */
    public TypeSerializer<Object> mapKeySerializer() {
        return mapKeys(valueSerializer);
    }

    /**
     * @return the kind
     */
    public Type type() {
        return type;
    }

    // Cells.

    /**
     * Chooses the namespace for the calls that follow.
     *
     * @param chosen not null
     */
    public void at(final N chosen) {
        namespace = chosen;
        handle = cells.at(chosen);
    }

    /**
     * Chooses key and namespace.
     *
     * @param cell where
     */
    public void at(final Cell<K, N> cell) {
        store.setCurrentKey(cell.key(), cell.keyGroup());
        at(cell.namespace());
    }

    /**
     * @return the namespace chosen last
     */
    public N namespace() {
        return namespace;
    }

    /**
     * All cells. See {@link GeminiStateStore#cellsOf}.
     *
     * @return by key group
     */
    public List<Cell<K, N>> cells() {
        return store.cellsOf(cells);
    }

    /**
     * @return how many cells there are
     */
    public int count() {
        return store.cellCount(cells);
    }

    /**
     * Folds namespaces of the current key into one.
     *
     * @param target may be among the sources
     * @param sources may hold nothing
     */
    public void merge(final N target, final List<N> sources) {
        cells.merge(target, sources);
    }

    /** The cell of a state that is one value. */
    @SuppressWarnings("unchecked") // the kind of state says so
    ValueState<V> value() {
        return (ValueState<V>) handle;
    }

    /** The cell of a list. */
    @SuppressWarnings("unchecked") // the kind of state says so
    <E> ListState<E> list() {
        return (ListState<E>) handle;
    }

    /** The cell of a map. */
    @SuppressWarnings("unchecked") // the kind of state says so
    MapState<Object, Object> map() {
        return (MapState<Object, Object>) handle;
    }

    /** Empties the cell. */
    public void clear() {
        handle.clear();
    }

    /**
     * What is in the cell.
     *
     * @return a copy of all of it; null if there is nothing
     */
    @SuppressWarnings("unchecked") // the kind of state says so
    public V get() {
        if (type == Type.LIST) {
            final List<Object> all = list().get();
            return all.isEmpty() ? null : (V) new ArrayList<>(all);
        }
        if (type == Type.MAP) {
            final Map<Object, Object> all = new LinkedHashMap<>();
            map().forEach((key, value) -> all.put(key, fromStored(value)) == null);
            return all.isEmpty() ? null : (V) all;
        }
        return value().get();
    }

    /**
     * Fills the cell.
     *
     * @param content all of it, not null
     */
    @SuppressWarnings("unchecked") // the kind of state says so
    public void put(final V content) {
        if (type == Type.LIST) {
            list().update((List<Object>) content);
        } else if (type == Type.MAP) {
            clear();
            ((Map<Object, Object>) content).forEach(this::putEntry);
        } else {
            value().update(content);
        }
    }

    /**
     * Puts an entry into a map.
     *
     * @param key of the map
     * @param value may be null
     */
    public void putEntry(final Object key, final Object value) {
        map().put(key, toStored(value));
    }

    static Object toStored(final Object value) {
        return value == null ? NullableSerializer.NULL : value;
    }

    static Object fromStored(final Object value) {
        return value == NullableSerializer.NULL ? null : value;
    }
}
