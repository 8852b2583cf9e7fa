package io.geminid.state.checkpoint.local;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileReader;
import java.io.IOException;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A remote storage with copies on the worker's own disk. What is written goes to both; what is read
 * comes from the copy if there is one and it is sound, and from the remote storage otherwise.
 *
 * <p>The worker tells which snapshots refer to what, and what became of the checkpoints; copies of
 * the last completed checkpoint and of pending ones are kept.
 *
 * <p>Any thread.
 */
public final class LocalRecoveryStorage implements CheckpointStorage {
    private final CheckpointStorage remote;
    private final BlobStore local;
    private final Supplier<UUID> ids;
    private final LocalCopies copies;
    private final AtomicLong localBytes = new AtomicLong();
    private final AtomicLong remoteBytes = new AtomicLong();
    private final AtomicLong fallbacks = new AtomicLong();

    /**
     * Uses a directory of the worker, and what an earlier process has left there.
     *
     * @param remote the storage that counts
     * @param local the worker's own; see {@link UnforcedDisk}
     * @param ids never gives an identity twice
     */
    public LocalRecoveryStorage(
            final CheckpointStorage remote, final BlobStore local, final Supplier<UUID> ids) {
        this.remote = remote;
        this.local = local;
        this.ids = ids;
        this.copies = new LocalCopies(local, ids);
        copies.load();
    }

    @Override
    public SnapshotWriter newWriter(final CheckpointId id) {
        return new CopyingWriter(remote.newWriter(id), id, local, ids, copies);
    }

    @Override
    public StateInput open(final StateHandle handle) throws IOException {
        return new FallingBackInput(this, handle);
    }

    /** The copy, or null when there is none or it is no good. */
    StateFileReader openCopy(final StateHandle handle) {
        final UUID file = copies.find(handle);
        if (file == null) {
            return null;
        }
        final String name = LocalCopies.name(file);
        try {
            final BlobInput blob = local.open(name);
            try {
                final StateFileReader reader = new StateFileReader(name, blob, FileKind.STATE);
                if (!reader.identity().file().equals(file)
                        || reader.payloadBytes() != handle.length()) {
                    throw new CorruptStateException(name, 0, "not the copy of " + handle);
                }
                return reader;
            } catch (final IOException | RuntimeException e) {
                blob.close();
                throw e;
            }
        } catch (final IOException e) {
            fellBack(handle);
            return null;
        }
    }

    StateInput openRemote(final StateHandle handle) throws IOException {
        return remote.open(handle);
    }

    void fellBack(final StateHandle handle) {
        fallbacks.incrementAndGet();
        copies.drop(handle);
    }

    void readLocally(final long bytes) {
        localBytes.addAndGet(bytes);
    }

    void readRemotely(final long bytes) {
        remoteBytes.addAndGet(bytes);
    }

    /**
     * A subtask has acknowledged a checkpoint.
     *
     * @param id the checkpoint
     * @param handles all that its snapshot refers to
     */
    public void acknowledged(final CheckpointId id, final Collection<StateHandle> handles) {
        copies.refer(id, handles);
    }

    /**
     * A checkpoint is complete: what only earlier ones refer to is deleted.
     *
     * @param id the checkpoint
     */
    public void completed(final CheckpointId id) {
        copies.forget(other -> other.job().equals(id.job()) && other.compareTo(id) < 0);
    }

    /**
     * A checkpoint was aborted: what only it refers to is deleted.
     *
     * @param id the checkpoint
     */
    public void aborted(final CheckpointId id) {
        copies.forget(id::equals);
    }

    /**
     * A job starts again from a checkpoint: what only others refer to is deleted.
     *
     * @param id the checkpoint
     */
    public void restoring(final CheckpointId id) {
        copies.forget(other -> other.job().equals(id.job()) && !other.equals(id));
    }

    /**
     * A job has ended, and nothing of it will be restored here.
     *
     * @param job its identity
     */
    public void ended(final UUID job) {
        copies.forget(other -> other.job().equals(job));
    }

    /**
     * What copies were good for so far.
     *
     * @return a snapshot of the counters
     */
    public LocalCounters counters() {
        return new LocalCounters(
                localBytes.get(), remoteBytes.get(), fallbacks.get(), copies.failures());
    }
}
