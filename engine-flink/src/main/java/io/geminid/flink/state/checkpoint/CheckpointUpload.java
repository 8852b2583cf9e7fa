package io.geminid.flink.state.checkpoint;

import io.geminid.flink.state.checkpoint.CheckpointUpload.Taken;
import io.geminid.flink.state.checkpoint.GeminiCheckpoints.Backend;
import io.geminid.flink.state.checkpoint.GeminiCheckpoints.Files;
import io.geminid.flink.state.checkpoint.GeminiCheckpoints.Plan;
import io.geminid.flink.state.checkpoint.UploadedBlobs.LocalCopy;
import io.geminid.flink.state.kind.RegisteredState;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.filemerging.FileMergingSnapshotManager;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointStreamWithResultProvider;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.DirectoryStateHandle;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalLocalKeyedStateHandle;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.PlaceholderStreamStateHandle;
import org.apache.flink.runtime.state.SnapshotResources;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.SnapshotStrategy;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueStateSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.util.ResourceGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and writes one checkpoint.
 *
 * @param <K> type of the keys
 */
final class CheckpointUpload<K> implements SnapshotStrategy<KeyedStateHandle, Taken> {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointUpload.class);

    private final Backend<K> backend;
    private final Plan plan;
    private final TypeSerializer<K> keys;
    private final Consumer<Files> onWritten;

    /**
     * Plans one.
     *
     * @param backend whose
     * @param plan what it shall be
     * @param keys serializer of the keys
     * @param onWritten gets the files, on the thread that has written them
     */
    CheckpointUpload(
            final Backend<K> backend,
            final Plan plan,
            final TypeSerializer<K> keys,
            final Consumer<Files> onWritten) {
        this.backend = backend;
        this.plan = plan;
        this.keys = keys;
        this.onWritten = onWritten;
    }

    /** State as it was at one moment. */
    record Taken(
            StoreSnapshot store,
            List<StateMetaInfoSnapshot> states,
            Map<String, HeapPriorityQueueStateSnapshot<?>> timers,
            ResourceGuard.Lease lease)
            implements SnapshotResources {

        /** Takes it. Task thread. */
        static Taken of(final Backend<?> backend, final BegunCheckpoint checkpoint)
                throws IOException {
            final ResourceGuard.Lease lease = backend.guard().acquireResource();
            final List<StateMetaInfoSnapshot> metas = new ArrayList<>();
            for (final RegisteredState<?, ?, ?> state : backend.states().all()) {
                metas.add(state.meta().snapshot());
            }
            final var timers = backend.timers().snapshot();
            timers.values().forEach(queue -> metas.add(queue.getMetaInfoSnapshot()));
            return new Taken(backend.store().snapshot(checkpoint), metas, timers, lease);
        }

        @Override
        public void release() {
            store.close();
            lease.close();
        }
    }

    @Override
    public Taken syncPrepareResources(final long checkpointId) throws IOException {
        return Taken.of(backend, plan.store());
    }

    @Override
    public SnapshotResultSupplier<KeyedStateHandle> asyncSnapshot(
            final Taken taken,
            final long checkpointId,
            final long timestamp,
            final CheckpointStreamFactory streams,
            final CheckpointOptions options) {
        return cancelled -> write(taken, checkpointId, streams, cancelled);
    }

    private SnapshotResult<KeyedStateHandle> write(
            final Taken taken,
            final long checkpointId,
            final CheckpointStreamFactory streams,
            final CloseableRegistry cancelled)
            throws Exception {
        final UploadedBlobs blobs =
                new UploadedBlobs(
                        streams,
                        plan.shared()
                                ? CheckpointedStateScope.SHARED
                                : CheckpointedStateScope.EXCLUSIVE,
                        cancelled,
                        plan.copy());
        try (SnapshotWriter writer =
                new BlobCheckpointStorage(blobs, UUID::randomUUID).newWriter(plan.store().id())) {
            final List<StatePart> parts = taken.store.write(writer);
            writer.commit().join();
            final SnapshotResult<StreamStateHandle> meta =
                    writeMeta(taken, parts, checkpointId, streams, cancelled);
            return result(checkpointId, handles(parts, blobs, streams), meta, blobs);
        } catch (final Exception e) {
            blobs.discardAll();
            throw e;
        }
    }

    private SnapshotResult<StreamStateHandle> writeMeta(
            final Taken taken,
            final List<StatePart> parts,
            final long checkpointId,
            final CheckpointStreamFactory streams,
            final CloseableRegistry cancelled)
            throws IOException {
        final CheckpointStreamWithResultProvider stream =
                plan.copy() == null
                        ? CheckpointStreamWithResultProvider.createSimpleStream(
                                CheckpointedStateScope.EXCLUSIVE, streams)
                        : CheckpointStreamWithResultProvider.createDuplicatingStream(
                                checkpointId,
                                CheckpointedStateScope.EXCLUSIVE,
                                streams,
                                backend.local().getLocalStateDirectoryProvider().orElseThrow());
        cancelled.registerCloseable(stream);
        final DataOutputView out =
                new DataOutputViewStreamWrapper(stream.getCheckpointOutputStream());
        new CheckpointMeta<>(new KeyedBackendSerializationProxy<>(keys, taken.states, false), parts)
                .write(out);
        for (final HeapPriorityQueueStateSnapshot<?> queue : taken.timers.values()) {
            TimerStates.write(queue, backend.range(), out);
        }
        if (!cancelled.unregisterCloseable(stream)) {
            throw new IOException("checkpoint=" + checkpointId + " was cancelled");
        }
        return stream.closeAndFinalizeCheckpointStreamResult();
    }

    /** All files that the parts refer to, by name. */
    private Map<String, StreamStateHandle> handles(
            final List<StatePart> parts,
            final UploadedBlobs blobs,
            final CheckpointStreamFactory streams) {
        final Map<String, StreamStateHandle> handles = new LinkedHashMap<>();
        final List<StreamStateHandle> reused = new ArrayList<>();
        for (final StatePart part : parts) {
            for (final StateHandle handle : part.handles()) {
                final String name = handle.file().name();
                final StreamStateHandle uploaded = blobs.handles().get(name);
                if (uploaded == null) {
                    final StreamStateHandle earlier = plan.base().handles().get(name);
                    if (earlier == null) {
                        throw new IllegalStateException(
                                "file=" + name + " of " + plan.store() + " is unknown");
                    }
                    reused.add(earlier);
                    handles.put(name, earlier);
                } else {
                    handles.put(name, uploaded);
                }
            }
        }
        streams.reusePreviousStateHandle(reused);
        return handles;
    }

    private SnapshotResult<KeyedStateHandle> result(
            final long checkpointId,
            final Map<String, StreamStateHandle> handles,
            final SnapshotResult<StreamStateHandle> meta,
            final UploadedBlobs blobs) {
        final List<HandleAndLocalPath> shared = new ArrayList<>();
        long written = meta.getStateSize();
        for (final Map.Entry<String, StreamStateHandle> file : handles.entrySet()) {
            final boolean isNew = blobs.handles().containsKey(file.getKey());
            written += isNew ? file.getValue().getStateSize() : 0;
            shared.add(
                    HandleAndLocalPath.of(
                            isNew ? file.getValue() : placeholder(file.getValue()), file.getKey()));
        }
        final KeyedStateHandle remote =
                new IncrementalRemoteKeyedStateHandle(
                        backend.id(),
                        backend.range(),
                        checkpointId,
                        shared,
                        List.of(),
                        meta.getJobManagerOwnedSnapshot(),
                        written);
        final KeyedStateHandle local = local(checkpointId, shared, meta, blobs);
        onWritten.accept(new Files(handles, local == null ? null : plan.copy()));
        return local == null
                ? SnapshotResult.of(remote)
                : SnapshotResult.withLocalState(remote, local);
    }

    /** The JobManager has it already; what fails here must not discard it. */
    private static StreamStateHandle placeholder(final StreamStateHandle earlier) {
        return new PlaceholderStreamStateHandle(
                earlier.getStreamStateHandleID(),
                earlier.getStateSize(),
                FileMergingSnapshotManager.isFileMergingHandle(earlier));
    }

    /** The copy on the local disk; null if it is not complete. */
    private KeyedStateHandle local(
            final long checkpointId,
            final List<HandleAndLocalPath> shared,
            final SnapshotResult<StreamStateHandle> meta,
            final UploadedBlobs blobs) {
        final LocalCopy copy = plan.copy();
        if (copy == null || meta.getTaskLocalSnapshot() == null) {
            return null;
        }
        try {
            for (final HandleAndLocalPath file : shared) {
                if (!blobs.handles().containsKey(file.getLocalPath())
                        && !copy.takeOver(plan.base().copy(), file.getLocalPath())) {
                    return null;
                }
            }
            java.nio.file.Files.createDirectories(copy.directory());
            return new IncrementalLocalKeyedStateHandle(
                    backend.id(),
                    checkpointId,
                    DirectoryStateHandle.forPathWithSize(copy.directory()),
                    backend.range(),
                    meta.getTaskLocalSnapshot(),
                    shared);
        } catch (final IOException e) {
            LOG.warn("checkpoint={} has no copy on the local disk: {}", checkpointId, copy, e);
            return null;
        }
    }
}
