package io.geminid.flink.state.kind;

import io.geminid.flink.state.kind.StoredState.Id;
import io.geminid.state.gemini.GeminiStateStore;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.runtime.state.RegisteredKeyValueStateBackendMetaInfo;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.util.StateMigrationException;

/**
 * A state that a job has asked for, or that was restored and not asked for yet: Flink's meta data
 * of it, and where its cells are.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 * @param <V> type of the value, whole
 */
public final class RegisteredState<K, N, V> {

    private final GeminiStateStore<K> store;
    private RegisteredKeyValueStateBackendMetaInfo<N, V> meta;
    private StoredState<K, N, V> stored;

    /**
     * With the meta data of a new or of a restored state.
     *
     * @param store where its cells are
     * @param meta its serializers are those that the cells were written with
     */
    public RegisteredState(
            final GeminiStateStore<K> store,
            final RegisteredKeyValueStateBackendMetaInfo<N, V> meta) {
        this.store = store;
        this.meta = meta;
    }

    /**
     * @return Flink's meta data
     */
    public RegisteredKeyValueStateBackendMetaInfo<N, V> meta() {
        return meta;
    }

    /**
     * Where its cells are.
     *
     * @return with the serializers of the meta data
     */
    public StoredState<K, N, V> stored() {
        if (stored == null) {
            stored =
                    new StoredState<>(
                            store,
                            new Id(meta.getName(), meta.getStateType()),
                            meta.getNamespaceSerializer(),
                            meta.getStateSerializer());
        }
        return stored;
    }

    /**
     * Goes on with what a job says now about a state that was there before; rewrites its values if
     * the new serializer writes them in another way.
     *
     * @param namespaces of the job
     * @param descriptor of the job
     * @param transforms of snapshots
     * @param clock for values that begin to age
     * @throws StateMigrationException if serializers do not fit what is there
     */
    void update(
            final TypeSerializer<N> namespaces,
            final StateDescriptor<?, V> descriptor,
            final StateSnapshotTransformFactory<V> transforms,
            final TtlTimeProvider clock)
            throws StateMigrationException {
        meta.updateSnapshotTransformFactory(transforms);
        final TypeSerializer<N> namespacesBefore = meta.getNamespaceSerializer();
        final TypeSerializerSchemaCompatibility<N> ofNamespaces =
                meta.updateNamespaceSerializer(namespaces);
        if (ofNamespaces.isCompatibleAfterMigration() || ofNamespaces.isIncompatible()) {
            throw refused("namespace", namespacesBefore, namespaces, "it must be compatible");
        }
        meta.checkStateMetaInfo(descriptor);
        final TypeSerializer<V> valuesBefore = meta.getStateSerializer();
        final TypeSerializerSchemaCompatibility<V> ofValues =
                meta.updateStateSerializer(descriptor.getSerializer());
        if (ofValues.isIncompatible()) {
            throw refused("value", valuesBefore, descriptor.getSerializer(), "it is incompatible");
        }
        if (stored == null) {
            stored =
                    new StoredState<>(
                            store,
                            new Id(meta.getName(), meta.getStateType()),
                            meta.getNamespaceSerializer(),
                            valuesBefore);
        }
        if (ofValues.isCompatibleAfterMigration()) {
            stored.checkMapKeys(valuesBefore, meta.getStateSerializer());
            stored.migrate(valuesBefore, meta.getStateSerializer(), clock);
        }
        stored.use(meta.getNamespaceSerializer(), meta.getStateSerializer());
    }

    private StateMigrationException refused(
            final String what,
            final TypeSerializer<?> before,
            final TypeSerializer<?> now,
            final String why) {
        return new StateMigrationException(
                "state="
                        + meta.getName()
                        + ": the new "
                        + what
                        + " serializer ("
                        + now
                        + ") does not fit the previous one ("
                        + before
                        + "): "
                        + why);
    }

    /** Lets other serializers come again. */
    void allowUpgrades() {
        meta = meta.withSerializerUpgradesAllowed();
    }
}
