package io.geminid.flink.state;

import io.geminid.flink.state.GeminiKeyedStateBackendBuilder.Made;
import io.geminid.flink.state.checkpoint.CanonicalSnapshot.Workshop;
import io.geminid.flink.state.checkpoint.GeminiCheckpoints;
import io.geminid.flink.state.checkpoint.TimerStates;
import io.geminid.flink.state.kind.KeyedAccess;
import io.geminid.flink.state.kind.KeyedStates;
import io.geminid.flink.state.kind.RegisteredState;
import io.geminid.flink.state.kind.RegisteredStates;
import io.geminid.state.gemini.GeminiStateStore.Cell;
import java.io.File;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyGroupedInternalPriorityQueue;
import org.apache.flink.runtime.state.Keyed;
import org.apache.flink.runtime.state.KeyedStateFunction;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.PriorityComparable;
import org.apache.flink.runtime.state.SavepointResources;
import org.apache.flink.runtime.state.SnapshotExecutionType;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateBackend.KeyedStateBackendParameters;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueElement;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.metrics.SizeTrackingStateConfig;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.ResourceGuard;

/**
 * The keyed state of one operator subtask, in a store of its own. Task thread only, but what Flink
 * calls on others.
 *
 * @param <K> type of the keys
 */
public final class GeminiKeyedStateBackend<K> extends AbstractKeyedStateBackend<K> {

    private final Made<K> made;
    private final RegisteredStates<K> states;
    private final TimerStates timers;
    private final GeminiCheckpoints<K> checkpoints;
    private final ResourceGuard guard;
    private final KeyedAccess<K> access;
    private final File[] directories;
    private boolean disposed;

    /** What a backend consists of. */
    record Parts<K>(
            KeyedStateBackendParameters<K> parameters,
            TypeSerializer<K> keySerializer,
            Made<K> made,
            RegisteredStates<K> states,
            TimerStates timers,
            GeminiCheckpoints<K> checkpoints,
            ResourceGuard guard) {}

    GeminiKeyedStateBackend(
            final Parts<K> parts,
            final LatencyTrackingStateConfig latency,
            final SizeTrackingStateConfig sizes) {
        super(
                parts.parameters.getKvStateRegistry(),
                parts.keySerializer,
                parts.parameters.getEnv().getUserCodeClassLoader().asClassLoader(),
                parts.parameters.getEnv().getExecutionConfig(),
                parts.parameters.getTtlTimeProvider(),
                latency,
                sizes,
                new CloseableRegistry(), // that of the parameters is closed after the restore
                new GeminiKeyContext<>(
                        parts.parameters.getKeyGroupRange(),
                        parts.parameters.getNumberOfKeyGroups(),
                        parts.made.store()));
        this.made = parts.made;
        this.states = parts.states;
        this.timers = parts.timers;
        this.checkpoints = parts.checkpoints;
        this.guard = parts.guard;
        this.directories = parts.parameters.getEnv().getIOManager().getSpillingDirectories();
        this.access = new KeyedAccess<>(made.store(), keyContext, keySerializer);
    }

    // States.

    @Override
    public <N, SV, SEV, S extends State, IS extends S> IS createOrUpdateInternalState(
            final TypeSerializer<N> namespaceSerializer,
            final StateDescriptor<S, SV> stateDesc,
            final StateSnapshotTransformFactory<SEV> snapshotTransformFactory)
            throws Exception {
        return createOrUpdateInternalState(
                namespaceSerializer, stateDesc, snapshotTransformFactory, false);
    }

    @Override
    public <N, SV, SEV, S extends State, IS extends S> IS createOrUpdateInternalState(
            final TypeSerializer<N> namespaceSerializer,
            final StateDescriptor<S, SV> stateDesc,
            final StateSnapshotTransformFactory<SEV> snapshotTransformFactory,
            final boolean allowFutureMetadataUpdates)
            throws Exception {
        return KeyedStates.create(
                states.register(
                        namespaceSerializer,
                        stateDesc,
                        snapshotTransformFactory,
                        allowFutureMetadataUpdates),
                access,
                stateDesc);
    }

    @Override
    @SuppressWarnings("deprecation") // Flink still has it
    public void publishQueryableStateIfEnabled(
            final StateDescriptor<?, ?> stateDescriptor, final InternalKvState<?, ?, ?> kvState) {
        if (stateDescriptor.isQueryable()) {
            access.queried();
        }
        super.publishQueryableStateIfEnabled(stateDescriptor, kvState);
    }

    @Override
    public <T extends HeapPriorityQueueElement & PriorityComparable<? super T> & Keyed<?>>
            KeyGroupedInternalPriorityQueue<T> create(
                    final String stateName, final TypeSerializer<T> byteOrderedElementSerializer) {
        return timers.manager().createOrUpdate(stateName, byteOrderedElementSerializer);
    }

    @Override
    public <T extends HeapPriorityQueueElement & PriorityComparable<? super T> & Keyed<?>>
            KeyGroupedInternalPriorityQueue<T> create(
                    final String stateName,
                    final TypeSerializer<T> byteOrderedElementSerializer,
                    final boolean allowFutureMetadataUpdates) {
        return timers.manager()
                .createOrUpdate(
                        stateName, byteOrderedElementSerializer, allowFutureMetadataUpdates);
    }

    // Keys.

    @Override
    public <N> Stream<K> getKeys(final String state, final N namespace) {
        return cells(state)
                .filter(cell -> Objects.equals(cell.namespace(), namespace))
                .map(Cell::key);
    }

    @Override
    public <N> Stream<K> getKeys(final List<String> names, final N namespace) {
        final Set<K> keys = new LinkedHashSet<>();
        for (final String name : names) {
            getKeys(name, namespace).forEach(keys::add);
        }
        return keys.stream();
    }

    @Override
    @SuppressWarnings("unchecked") // the caller knows what it has put in
    public <N> Stream<Tuple2<K, N>> getKeysAndNamespaces(final String state) {
        return cells(state).map(cell -> Tuple2.of(cell.key(), (N) cell.namespace()));
    }

    private Stream<? extends Cell<K, ?>> cells(final String name) {
        final RegisteredState<K, ?, ?> state = states.get(name);
        return state == null ? Stream.empty() : state.stored().cells().stream();
    }

    @Override
    public <N, S extends State, T> void applyToAllKeys(
            final N namespace,
            final TypeSerializer<N> namespaceSerializer,
            final StateDescriptor<S, T> stateDescriptor,
            final KeyedStateFunction<K, S> function,
            final PartitionStateFactory partitionStateFactory)
            throws Exception {
        // All keys are there before the first one is touched, which may then be cleared.
        final List<K> keys = this.<N>getKeys(stateDescriptor.getName(), namespace).toList();
        final S state = partitionStateFactory.get(namespace, namespaceSerializer, stateDescriptor);
        for (final K key : keys) {
            setCurrentKey(key);
            function.process(key, state);
        }
    }

    @Override
    public int numKeyValueStateEntries() {
        return states.all().stream().mapToInt(state -> state.stored().count()).sum();
    }

    // Snapshots.

    @Override
    public RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot(
            final long checkpointId,
            final long timestamp,
            final CheckpointStreamFactory streamFactory,
            final CheckpointOptions checkpointOptions)
            throws Exception {
        return checkpoints.snapshot(
                checkpointId,
                streamFactory,
                checkpointOptions,
                keySerializer.duplicate(),
                cancelStreamRegistry);
    }

    @Override
    public SavepointResources<K> savepoint() throws Exception {
        return new SavepointResources<>(
                checkpoints.canonical(
                        keySerializer.duplicate(),
                        numberOfKeyGroups,
                        keyGroupCompressionDecorator,
                        workshop()),
                SnapshotExecutionType.ASYNCHRONOUS);
    }

    private Workshop workshop() {
        final StateMemory memory = made.memory().getResourceHandle();
        return new Workshop(
                directories[0].toPath().resolve("geminid-savepoint-" + UUID.randomUUID()),
                memory.capacityBytes(),
                memory.segmentBytes());
    }

    @Override
    public void notifyCheckpointComplete(final long checkpointId) {
        checkpoints.completed(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(final long checkpointId) {
        checkpoints.aborted(checkpointId);
    }

    // Life.

    @Override
    public String getBackendTypeIdentifier() {
        return "gemini";
    }

    /** Waits for snapshots that are being written: closing their streams ends them soon. */
    @Override
    public void dispose() {
        if (disposed) {
            return;
        }
        disposed = true;
        super.dispose();
        guard.close();
        made.store().close();
        try {
            made.memory().close();
        } catch (final Exception e) {
            throw new FlinkRuntimeException("memory of state cannot be given back", e);
        }
    }

    @Override
    public String toString() {
        return "GeminiKeyedStateBackend";
    }
}
