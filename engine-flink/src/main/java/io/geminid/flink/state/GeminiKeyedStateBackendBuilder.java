package io.geminid.flink.state;

import io.geminid.flink.FlinkStateOptions;
import io.geminid.flink.state.bytes.FlinkSerializer;
import io.geminid.flink.state.checkpoint.GeminiCheckpoints;
import io.geminid.flink.state.checkpoint.KeyedStateRestore;
import io.geminid.flink.state.checkpoint.TimerStates;
import io.geminid.flink.state.kind.RegisteredStates;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStoreContext;
import io.geminid.state.gemini.GeminiStateStore;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.runtime.memory.OpaqueMemoryResource;
import org.apache.flink.runtime.state.BackendBuildingException;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StateBackend.KeyedStateBackendParameters;
import org.apache.flink.runtime.state.StateSerializerProvider;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.metrics.SizeTrackingStateConfig;
import org.apache.flink.util.ResourceGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the backend of one operator, and fills it with what is to be restored.
 *
 * @param <K> type of the keys
 */
final class GeminiKeyedStateBackendBuilder<K> {

    private static final Logger LOG = LoggerFactory.getLogger(GeminiKeyedStateBackendBuilder.class);

    private final KeyedStateBackendParameters<K> parameters;
    private final FlinkStateOptions options;
    private final boolean incremental;

    GeminiKeyedStateBackendBuilder(
            final KeyedStateBackendParameters<K> parameters,
            final FlinkStateOptions options,
            final boolean incremental) {
        this.parameters = parameters;
        this.options = options;
        this.incremental = incremental;
    }

    /** Makes it; nothing is left over if that fails. */
    GeminiKeyedStateBackend<K> build(
            final LatencyTrackingStateConfig latency, final SizeTrackingStateConfig sizes)
            throws BackendBuildingException {
        OpaqueMemoryResource<StateMemory> memory = null;
        GeminiStateStore<K> store = null;
        try {
            memory =
                    StateMemory.ofSlot(
                            parameters.getEnv().getMemoryManager(),
                            parameters.getManagedMemoryFraction(),
                            options);
            final FlinkSerializer<K> keys =
                    new FlinkSerializer<>(parameters.getKeySerializer().duplicate());
            store = store(memory.getResourceHandle(), keys);
            return build(new Made<>(memory, store, keys), latency, sizes);
        } catch (final Exception e) {
            if (store != null) {
                store.close();
            }
            close(memory, e);
            throw new BackendBuildingException(
                    "operator=" + parameters.getOperatorIdentifier() + ": " + e.getMessage(), e);
        }
    }

    private static void close(
            final OpaqueMemoryResource<StateMemory> memory, final Exception because) {
        if (memory != null) {
            try {
                memory.close();
            } catch (final Exception e) {
                because.addSuppressed(e);
            }
        }
    }

    private GeminiStateStore<K> store(final StateMemory memory, final FlinkSerializer<K> keys) {
        return memory.stores()
                .create(
                        new StateStoreContext<>(
                                parameters.getOperatorIdentifier(),
                                keys,
                                new KeyGroupRange(
                                        parameters.getKeyGroupRange().getStartKeyGroup(),
                                        parameters.getKeyGroupRange().getEndKeyGroup()),
                                parameters.getNumberOfKeyGroups(),
                                () ->
                                        Instant.ofEpochMilli(
                                                parameters
                                                        .getTtlTimeProvider()
                                                        .currentTimestamp())));
    }

    /** What a backend owns. */
    record Made<K>(
            OpaqueMemoryResource<StateMemory> memory,
            GeminiStateStore<K> store,
            FlinkSerializer<K> keys) {}

    private GeminiKeyedStateBackend<K> build(
            final Made<K> made,
            final LatencyTrackingStateConfig latency,
            final SizeTrackingStateConfig sizes)
            throws Exception {
        final RegisteredStates<K> states =
                new RegisteredStates<>(made.store, parameters.getTtlTimeProvider());
        final TimerStates timers =
                new TimerStates(parameters.getKeyGroupRange(), parameters.getNumberOfKeyGroups());
        final StateSerializerProvider<K> keys =
                StateSerializerProvider.fromNewRegisteredSerializer(parameters.getKeySerializer());
        final Map<String, StreamStateHandle> files =
                new KeyedStateRestore<>(
                                new KeyedStateRestore.Target<>(
                                        made.store,
                                        states,
                                        timers,
                                        parameters.getKeyGroupRange(),
                                        parameters.getNumberOfKeyGroups()),
                                keys,
                                parameters.getEnv().getUserCodeClassLoader().asClassLoader(),
                                parameters.getCancelStreamRegistry())
                        .restore(parameters.getStateHandles());
        made.keys.use(keys.currentSchemaSerializer().duplicate());
        StateMetrics.register(parameters.getMetricGroup(), made.memory.getResourceHandle());
        LOG.info(
                "Gemini state backend: operator={} keyGroups={} of {} restoredFrom={} memoryBytes={} {}"
                        + " incremental={}",
                parameters.getOperatorIdentifier(),
                parameters.getKeyGroupRange(),
                parameters.getNumberOfKeyGroups(),
                parameters.getStateHandles().size(),
                made.memory.getResourceHandle().capacityBytes(),
                options,
                incremental);
        final ResourceGuard guard = new ResourceGuard();
        final GeminiCheckpoints<K> checkpoints =
                new GeminiCheckpoints<>(
                        new GeminiCheckpoints.Backend<>(
                                id(),
                                made.store,
                                states,
                                timers,
                                parameters.getKeyGroupRange(),
                                parameters
                                        .getEnv()
                                        .getTaskStateManager()
                                        .createLocalRecoveryConfig(),
                                incremental,
                                guard),
                        files);
        return new GeminiKeyedStateBackend<>(
                new GeminiKeyedStateBackend.Parts<>(
                        parameters,
                        keys.currentSchemaSerializer(),
                        made,
                        states,
                        timers,
                        checkpoints,
                        guard),
                latency,
                sizes);
    }

    /** A backend that goes on with the same key groups keeps its identity. */
    private UUID id() {
        if (parameters.getStateHandles().size() == 1) {
            final KeyedStateHandle only = parameters.getStateHandles().iterator().next();
            if (only instanceof IncrementalKeyedStateHandle own
                    && own.getKeyGroupRange().equals(parameters.getKeyGroupRange())) {
                return own.getBackendIdentifier();
            }
        }
        return UUID.randomUUID();
    }
}
