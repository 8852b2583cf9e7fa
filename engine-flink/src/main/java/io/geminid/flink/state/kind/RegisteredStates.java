package io.geminid.flink.state.kind;

import io.geminid.state.gemini.GeminiStateStore;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.RegisteredKeyValueStateBackendMetaInfo;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.StateSnapshotTransformers.ListStateSnapshotTransformFactory;
import org.apache.flink.runtime.state.StateSnapshotTransformers.MapStateSnapshotTransformFactory;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.util.StateMigrationException;

/**
 * The states of one backend, by name.
 *
 * @param <K> type of the keys
 */
public final class RegisteredStates<K> {

    private final Map<String, RegisteredState<K, ?, ?>> states = new LinkedHashMap<>();
    private final GeminiStateStore<K> store;
    private final TtlTimeProvider clock;

    /**
     * None yet.
     *
     * @param store where their cells are
     * @param clock for values that begin to age
     */
    public RegisteredStates(final GeminiStateStore<K> store, final TtlTimeProvider clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * The states.
     *
     * @return in the order in which they came
     */
    public Collection<RegisteredState<K, ?, ?>> all() {
        return states.values();
    }

    /**
     * A state by its name.
     *
     * @param name which
     * @return null if there is none
     */
    public RegisteredState<K, ?, ?> get(final String name) {
        return states.get(name);
    }

    /**
     * A state that was restored.
     *
     * @param snapshot its meta data
     * @return the same for an equal name
     */
    public RegisteredState<K, ?, ?> restored(final StateMetaInfoSnapshot snapshot) {
        return states.computeIfAbsent(
                snapshot.getName(), name -> new RegisteredState<>(store, meta(snapshot)));
    }

    @SuppressWarnings("unchecked") // Flink's own way to read meta data of both versions
    private static RegisteredKeyValueStateBackendMetaInfo<Object, Object> meta(
            final StateMetaInfoSnapshot snapshot) {
        return (RegisteredKeyValueStateBackendMetaInfo<Object, Object>)
                RegisteredKeyValueStateBackendMetaInfo.fromMetaInfoSnapshot(snapshot);
    }

    /**
     * Makes the state that a job asks for, or goes on with the one that is there.
     *
     * @param namespaces of the job
     * @param descriptor of the job
     * @param transforms what becomes of its values, or of its elements, in a snapshot
     * @param upgradesAllowed whether the job may come with other serializers later
     * @param <N> type of the namespaces
     * @param <V> type of the value, whole
     * @return the same for an equal name
     * @throws StateMigrationException if serializers do not fit what is there
     */
    @SuppressWarnings("unchecked") // Flink compares kinds and serializers
    public <N, V> StoredState<K, N, V> register(
            final TypeSerializer<N> namespaces,
            final StateDescriptor<?, V> descriptor,
            final StateSnapshotTransformFactory<?> transforms,
            final boolean upgradesAllowed)
            throws StateMigrationException {
        RegisteredState<K, N, V> state =
                (RegisteredState<K, N, V>) states.get(descriptor.getName());
        if (state == null) {
            state =
                    new RegisteredState<>(
                            store,
                            new RegisteredKeyValueStateBackendMetaInfo<>(
                                    descriptor.getType(),
                                    descriptor.getName(),
                                    namespaces,
                                    descriptor.getSerializer(),
                                    whole(descriptor, transforms)));
            state.stored();
            states.put(descriptor.getName(), state);
        } else {
            state.update(namespaces, descriptor, whole(descriptor, transforms), clock);
        }
        if (upgradesAllowed) {
            state.allowUpgrades();
        }
        return state.stored();
    }

    @SuppressWarnings("unchecked") // the descriptor's kind says what is transformed
    private static <V> StateSnapshotTransformFactory<V> whole(
            final StateDescriptor<?, V> descriptor,
            final StateSnapshotTransformFactory<?> transforms) {
        if (descriptor instanceof ListStateDescriptor) {
            return (StateSnapshotTransformFactory<V>)
                    new ListStateSnapshotTransformFactory<>(
                            (StateSnapshotTransformFactory<Object>) transforms);
        }
        if (descriptor instanceof MapStateDescriptor) {
            return (StateSnapshotTransformFactory<V>)
                    new MapStateSnapshotTransformFactory<>(
                            (StateSnapshotTransformFactory<Object>) transforms);
        }
        return (StateSnapshotTransformFactory<V>) transforms;
    }
}
