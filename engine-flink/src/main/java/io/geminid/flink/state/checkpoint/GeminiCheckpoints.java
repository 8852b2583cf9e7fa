package io.geminid.flink.state.checkpoint;

import io.geminid.flink.state.checkpoint.CanonicalSnapshot.Origin;
import io.geminid.flink.state.checkpoint.CanonicalSnapshot.Workshop;
import io.geminid.flink.state.checkpoint.UploadedBlobs.LocalCopy;
import io.geminid.flink.state.kind.RegisteredStates;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.gemini.GeminiStateStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SnapshotType.SharingFilesStrategy;
import org.apache.flink.runtime.checkpoint.filemerging.FileMergingSnapshotManager;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.DoneFuture;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.LocalSnapshotDirectoryProvider;
import org.apache.flink.runtime.state.SnapshotExecutionType;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.SnapshotStrategyRunner;
import org.apache.flink.runtime.state.StreamCompressionDecorator;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.util.ResourceGuard;

/**
 * Takes the checkpoints of one backend. Which files a checkpoint may refer to, the store decides:
 * those of the last one that is known to be complete. Task thread only.
 *
 * @param <K> type of the keys
 */
public final class GeminiCheckpoints<K> {

    private final Backend<K> backend;

    /** The store's numbers of checkpoints, by Flink's. Others than these are no base. */
    private final TreeMap<Long, Long> begun = new TreeMap<>();

    /** Files of each checkpoint that was written, by Flink's number. Other threads add. */
    private final Map<Long, Files> written = new ConcurrentHashMap<>();

    private final UUID job = UUID.randomUUID();
    private Files completed;
    private long base;
    private long sequence = KeyedStateRestore.RESTORED;

    /**
     * What belongs to a backend.
     *
     * @param id of the backend, in handles
     * @param store where state is
     * @param states of the store
     * @param timers beside the store
     * @param range its key groups
     * @param local whether and where copies are kept on the local disk
     * @param incremental whether checkpoints refer to files of earlier ones
     * @param guard keeps the store open while snapshots are written
     * @param <K> type of the keys
     */
    public record Backend<K>(
            UUID id,
            GeminiStateStore<K> store,
            RegisteredStates<K> states,
            TimerStates timers,
            KeyGroupRange range,
            LocalRecoveryConfig local,
            boolean incremental,
            ResourceGuard guard) {}

    /**
     * Files of a checkpoint.
     *
     * @param handles by the store's names
     * @param copy on the local disk; null if there is none
     */
    record Files(Map<String, StreamStateHandle> handles, LocalCopy copy) {}

    /**
     * For a backend.
     *
     * @param backend whose
     * @param restored handles by the store's names; the store refers to those it can
     */
    public GeminiCheckpoints(
            final Backend<K> backend, final Map<String, StreamStateHandle> restored) {
        this.backend = backend;
        this.completed = new Files(new HashMap<>(restored), null);
        this.base = restored.isEmpty() ? 0 : KeyedStateRestore.RESTORED;
    }

    /**
     * What a checkpoint shall be.
     *
     * @param store for the store: what it may refer to
     * @param shared whether later ones may refer to it
     * @param base files that it may refer to
     * @param copy where the copy on the local disk goes; null for none
     */
    record Plan(BegunCheckpoint store, boolean shared, Files base, LocalCopy copy) {}

    /**
     * Begins a checkpoint, or a savepoint in the store's own format.
     *
     * @param checkpoint Flink's number
     * @param streams where files go
     * @param options what it may refer to
     * @param keys serializer of the keys
     * @param cancelled of the task
     * @return to be run on another thread
     * @throws Exception if the store is closed
     */
    public RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot(
            final long checkpoint,
            final CheckpointStreamFactory streams,
            final CheckpointOptions options,
            final TypeSerializer<K> keys,
            final CloseableRegistry cancelled)
            throws Exception {
        if (backend.states().all().isEmpty() && backend.timers().isEmpty()) {
            return DoneFuture.of(SnapshotResult.empty());
        }
        final SharingFilesStrategy sharing = options.getCheckpointType().getSharingFilesStrategy();
        final boolean shared = backend.incremental() && sharing != SharingFilesStrategy.NO_SHARING;
        final boolean refers = shared && sharing == SharingFilesStrategy.FORWARD_BACKWARD;
        final Plan plan =
                new Plan(
                        new BegunCheckpoint(nextId(), refers ? base : 0, rewrite(streams)),
                        shared,
                        completed,
                        copy(checkpoint));
        if (shared) {
            begun.put(checkpoint, sequence);
        }
        return new SnapshotStrategyRunner<>(
                        "Gemini snapshot",
                        new CheckpointUpload<>(
                                backend, plan, keys, files -> written(checkpoint, plan, files)),
                        cancelled,
                        SnapshotExecutionType.ASYNCHRONOUS)
                .snapshot(checkpoint, 0, streams, options);
    }

    /**
     * Takes a savepoint in Flink's own format.
     *
     * @param keys serializer of the keys, used by the savepoint alone
     * @param groups number of all key groups
     * @param compression of the savepoint
     * @param workshop where it is taken apart
     * @return to be written by Flink
     * @throws IOException if the store is closed
     */
    public CanonicalSnapshot<K> canonical(
            final TypeSerializer<K> keys,
            final int groups,
            final StreamCompressionDecorator compression,
            final Workshop workshop)
            throws IOException {
        return new CanonicalSnapshot<>(
                new Origin<>(backend, nextId(), keys, groups, compression, workshop));
    }

    private CheckpointId nextId() {
        sequence++;
        return new CheckpointId(job, sequence, 0);
    }

    /**
     * Files of the base that must be written anew: those that a later checkpoint does without,
     * since that may be complete by now and have them deleted, and those that Flink wants to be.
     */
    private Set<UUID> rewrite(final CheckpointStreamFactory streams) {
        final Set<UUID> rewrite = new HashSet<>();
        completed.handles.forEach(
                (name, handle) -> {
                    final boolean dropped =
                            written.values().stream()
                                    .anyMatch(later -> !later.handles.containsKey(name));
                    final boolean wanted =
                            FileMergingSnapshotManager.isFileMergingHandle(handle)
                                    && !streams.couldReuseStateHandle(handle);
                    if (dropped || wanted) {
                        CheckpointNames.fileId(name).ifPresent(rewrite::add);
                    }
                });
        return rewrite;
    }

    private void written(final long checkpoint, final Plan plan, final Files files) {
        if (plan.shared()) {
            written.put(checkpoint, files);
        }
    }

    private LocalCopy copy(final long checkpoint) {
        if (!backend.local().isLocalBackupEnabled()) {
            return null;
        }
        final LocalSnapshotDirectoryProvider directories =
                backend.local()
                        .getLocalStateDirectoryProvider()
                        .orElseThrow(LocalRecoveryConfig.localRecoveryNotEnabled());
        return new LocalCopy(
                directories
                        .subtaskSpecificCheckpointDirectory(checkpoint)
                        .toPath()
                        .resolve(backend.id().toString()));
    }

    /**
     * A checkpoint or savepoint is complete.
     *
     * @param checkpoint Flink's number
     */
    public void completed(final long checkpoint) {
        final Long number = begun.get(checkpoint);
        final Files files = written.get(checkpoint);
        if (number != null && files != null) {
            completed = files;
            base = number;
        }
        begun.headMap(checkpoint, true).clear();
        written.keySet().removeIf(other -> other <= checkpoint);
    }

    /**
     * A checkpoint or savepoint will not complete.
     *
     * @param checkpoint Flink's number
     */
    public void aborted(final long checkpoint) {
        begun.remove(checkpoint);
        written.remove(checkpoint);
    }
}
