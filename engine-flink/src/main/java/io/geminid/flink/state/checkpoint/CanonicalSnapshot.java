package io.geminid.flink.state.checkpoint;

import io.geminid.flink.state.StateMemory;
import io.geminid.flink.state.bytes.FlinkSerializer;
import io.geminid.flink.state.checkpoint.GeminiCheckpoints.Backend;
import io.geminid.flink.state.kind.RegisteredState;
import io.geminid.flink.state.kind.StoredState;
import io.geminid.flink.state.kind.StoredState.Id;
import io.geminid.state.StateStoreContext;
import io.geminid.state.base.Directories;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.local.UnforcedDisk;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.gemini.GeminiStateStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.FullSnapshotResources;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyValueStateIterator;
import org.apache.flink.runtime.state.StateSnapshotTransformer;
import org.apache.flink.runtime.state.StreamCompressionDecorator;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueStateSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;

/**
 * The state of a backend at one moment, for Flink to write in its canonical format. That wants all
 * entries by key group and state, and live ones only. So a full snapshot of the store goes to the
 * local disk first, and is then restored from there key group by key group.
 *
 * <p>Made on the task thread, read by one other, released by any.
 *
 * @param <K> type of the keys
 */
public final class CanonicalSnapshot<K> implements FullSnapshotResources<K> {

    private final Origin<K> origin;
    private final CheckpointUpload.Taken taken;
    private final List<KvState<K, ?, ?>> states = new ArrayList<>();

    /**
     * Where it comes from, and what it needs on its way.
     *
     * @param backend whose
     * @param id for the store
     * @param keys serializer of the keys, used by the snapshot alone
     * @param groups number of all key groups
     * @param compression of the savepoint
     * @param workshop where it is taken apart
     * @param <K> type of the keys
     */
    public record Origin<K>(
            Backend<K> backend,
            CheckpointId id,
            TypeSerializer<K> keys,
            int groups,
            StreamCompressionDecorator compression,
            Workshop workshop) {}

    /**
     * Where a snapshot is taken apart.
     *
     * @param directory on the local disk; made, and deleted afterwards
     * @param memoryBytes at most, for one key group at a time
     * @param segmentBytes as the store's own
     */
    public record Workshop(Path directory, long memoryBytes, int segmentBytes) {}

    /** A state, with serializers of the snapshot's own. */
    record KvState<K, N, V>(
            Id id,
            TypeSerializer<N> namespaces,
            TypeSerializer<V> values,
            StateSnapshotTransformer<V> transformer) {

        static <K, N, V> KvState<K, N, V> of(final RegisteredState<K, N, V> state) {
            return new KvState<>(
                    new Id(state.meta().getName(), state.meta().getStateType()),
                    state.meta().getNamespaceSerializer().duplicate(),
                    state.meta().getStateSerializer().duplicate(),
                    state.meta()
                            .getStateSnapshotTransformFactory()
                            .createForDeserializedState()
                            .orElse(null));
        }

        StoredState<K, N, V> in(final GeminiStateStore<K> store) {
            return new StoredState<>(store, id, namespaces, values);
        }
    }

    /**
     * Takes it. Task thread.
     *
     * @param origin where it comes from
     * @throws IOException if the backend is closed
     */
    public CanonicalSnapshot(final Origin<K> origin) throws IOException {
        this.origin = origin;
        for (final RegisteredState<K, ?, ?> state : origin.backend.states().all()) {
            states.add(KvState.of(state));
        }
        this.taken = CheckpointUpload.Taken.of(origin.backend, BegunCheckpoint.full(origin.id));
    }

    @Override
    public List<StateMetaInfoSnapshot> getMetaInfoSnapshots() {
        return taken.states();
    }

    @Override
    public KeyValueStateIterator createKVStateIterator() throws IOException {
        final CheckpointStorage storage =
                new BlobCheckpointStorage(
                        new DirectoryBlobStore(
                                new UnforcedDisk(new HostDisk()), origin.workshop.directory),
                        UUID::randomUUID);
        final List<StatePart> parts;
        try (SnapshotWriter writer = storage.newWriter(origin.id)) {
            parts = taken.store().write(writer);
            writer.commit().join();
        }
        return new CanonicalIterator<>(this, parts, storage);
    }

    /** Memory for one key group at a time. */
    StateMemory memory() {
        return new StateMemory(origin.workshop.memoryBytes, origin.workshop.segmentBytes);
    }

    /** An empty store for one key group. */
    GeminiStateStore<K> storeOf(final int group, final StateMemory memory) {
        return memory.stores()
                .create(
                        new StateStoreContext<>(
                                "savepoint keyGroup=" + group,
                                new FlinkSerializer<>(origin.keys),
                                new io.geminid.state.KeyGroupRange(group, group),
                                origin.groups,
                                () -> Instant.EPOCH));
    }

    /** In the order of their meta data. */
    List<KvState<K, ?, ?>> states() {
        return states;
    }

    /** In the order of their meta data, which come after those of states. */
    List<HeapPriorityQueueStateSnapshot<?>> timers() {
        return List.copyOf(taken.timers().values());
    }

    /** Number of all key groups. */
    int groups() {
        return origin.groups;
    }

    @Override
    public KeyGroupRange getKeyGroupRange() {
        return origin.backend.range();
    }

    @Override
    public TypeSerializer<K> getKeySerializer() {
        return origin.keys;
    }

    @Override
    public StreamCompressionDecorator getStreamCompressionDecorator() {
        return origin.compression;
    }

    @Override
    public void release() {
        taken.release();
        Directories.delete(origin.workshop.directory);
    }
}
