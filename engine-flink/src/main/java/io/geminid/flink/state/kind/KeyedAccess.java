package io.geminid.flink.state.kind;

import io.geminid.state.gemini.GeminiStateStore;
import io.geminid.state.gemini.GeminiStateStore.Cell;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.StateDescriptor.Type;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.runtime.state.InternalKeyContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.ListDelimitedSerializer;

/**
 * The store of one backend, which only the task thread uses, unless somebody queries a state: from
 * then on all take turns.
 *
 * @param <K> type of the keys
 */
public final class KeyedAccess<K> {

    private final GeminiStateStore<K> store;
    private final InternalKeyContext<K> context;
    private final TypeSerializer<K> keySerializer;

    /** Set before anybody queries for the first time. */
    private volatile boolean queried;

    /**
     * For one backend.
     *
     * @param store its store
     * @param context knows the current key
     * @param keySerializer of the keys
     */
    public KeyedAccess(
            final GeminiStateStore<K> store,
            final InternalKeyContext<K> context,
            final TypeSerializer<K> keySerializer) {
        this.store = store;
        this.context = context;
        this.keySerializer = keySerializer;
    }

    /** What a query asks for, with serializers of its own. */
    record Query<K, N, V>(
            byte[] keyAndNamespace,
            TypeSerializer<K> keys,
            TypeSerializer<N> namespaces,
            TypeSerializer<V> values) {}

    TypeSerializer<K> keySerializer() {
        return keySerializer;
    }

    /** Says that other threads will query from now on. */
    public void queried() {
        queried = true;
    }

    /** Whether others may be in the store. */
    boolean isQueried() {
        return queried;
    }

    /** Runs what nobody else may be in the store for. */
    synchronized void run(final Runnable action) {
        action.run();
    }

    /** Runs what nobody else may be in the store for. */
    synchronized <R> R call(final Supplier<R> action) {
        return action.get();
    }

    /** Answers a query. Any thread. */
    <N, V> byte[] query(final StoredState<K, N, V> state, final Query<K, N, V> query)
            throws Exception {
        queried = true;
        final Tuple2<K, N> at =
                KvStateSerializer.deserializeKeyAndNamespace(
                        query.keyAndNamespace, query.keys, query.namespaces);
        final int group =
                KeyGroupRangeAssignment.assignToKeyGroup(at.f0, context.getNumberOfKeyGroups());
        final V found = call(() -> get(state, new Cell<>(group, at.f0, at.f1)));
        return found == null ? null : serialize(state.type(), found, query.values);
    }

    private <N, V> V get(final StoredState<K, N, V> state, final Cell<K, N> cell) {
        final N before = state.namespace();
        state.at(cell);
        try {
            return state.get();
        } finally {
            if (before != null) {
                state.at(before);
            }
            store.setCurrentKey(context.getCurrentKey(), context.getCurrentKeyGroupIndex());
        }
    }

    @SuppressWarnings("unchecked") // the kind of state says which serializer it has
    private static <V> byte[] serialize(
            final Type type, final V value, final TypeSerializer<V> serializer) throws Exception {
        return switch (type) {
            case LIST ->
                    new ListDelimitedSerializer()
                            .serializeList(
                                    (List<Object>) value,
                                    ((ListSerializer<Object>) (TypeSerializer<?>) serializer)
                                            .getElementSerializer());
            case MAP -> {
                final MapSerializer<Object, Object> ofMap =
                        (MapSerializer<Object, Object>) (TypeSerializer<?>) serializer;
                yield KvStateSerializer.serializeMap(
                        ((Map<Object, Object>) value).entrySet(),
                        ofMap.getKeySerializer(),
                        ofMap.getValueSerializer());
            }
            default -> KvStateSerializer.serializeValue(value, serializer);
        };
    }
}
