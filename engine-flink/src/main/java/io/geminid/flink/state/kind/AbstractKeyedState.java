package io.geminid.flink.state.kind;

import java.util.Objects;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;

/**
 * What all kinds have in common.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 * @param <V> type of the value, whole
 */
abstract class AbstractKeyedState<K, N, V> implements InternalKvState<K, N, V> {

    private final StoredState<K, N, V> stored;
    private final KeyedAccess<K> access;

    AbstractKeyedState(final StoredState<K, N, V> stored, final KeyedAccess<K> access) {
        this.stored = stored;
        this.access = access;
    }

    final StoredState<K, N, V> stored() {
        return stored;
    }

    @Override
    public final TypeSerializer<K> getKeySerializer() {
        return access.keySerializer();
    }

    @Override
    public final TypeSerializer<N> getNamespaceSerializer() {
        return stored.namespaceSerializer();
    }

    @Override
    public final TypeSerializer<V> getValueSerializer() {
        return stored.valueSerializer();
    }

    @Override
    public final void setCurrentNamespace(final N namespace) {
        stored.at(Objects.requireNonNull(namespace, "Namespace must not be null"));
    }

    @Override
    public final void clear() {
        run(stored::clear);
    }

    /** Whether others may be in the store, so that {@link #run} and {@link #call} are needed. */
    final boolean isQueried() {
        return access.isQueried();
    }

    /** Takes turns, if somebody queries. */
    final void run(final Runnable action) {
        if (access.isQueried()) {
            access.run(action);
        } else {
            action.run();
        }
    }

    /** Takes turns, if somebody queries. */
    final <R> R call(final Supplier<R> action) {
        return access.isQueried() ? access.call(action) : action.get();
    }

    @Override
    public final byte[] getSerializedValue(
            final byte[] serializedKeyAndNamespace,
            final TypeSerializer<K> safeKeySerializer,
            final TypeSerializer<N> safeNamespaceSerializer,
            final TypeSerializer<V> safeValueSerializer)
            throws Exception {
        return access.query(
                stored,
                new KeyedAccess.Query<>(
                        serializedKeyAndNamespace,
                        safeKeySerializer,
                        safeNamespaceSerializer,
                        safeValueSerializer));
    }

    @Override
    public final StateIncrementalVisitor<K, N, V> getStateIncrementalVisitor(
            final int recommendedMaxNumberOfReturnedRecords) {
        throw new UnsupportedOperationException(
                "Gemini removes what is too old when it is met, and not step by step");
    }
}
