package io.geminid.state.checkpoint.merge;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.storage.SnapshotFile;
import io.geminid.state.checkpoint.storage.SnapshotFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** The common files of one checkpoint in one process, until its last writer has ended. */
final class MergeGroup {
    private final SnapshotFiles files;
    private final MergeLimits limits;
    private final CheckpointId id;

    /** Completes when the common files are durable. */
    private final CompletableFuture<Void> durable = new CompletableFuture<>();

    /** Guarded by this, as all that follows: files with room. */
    private final Map<StateScope, SnapshotFile> open = new EnumMap<>(StateScope.class);

    private final List<SnapshotFile> all = new ArrayList<>();
    private int writersToCome;
    private int writersRunning;
    private boolean anyCommitted;
    private boolean ended;

    MergeGroup(
            final SnapshotFiles files,
            final MergeLimits limits,
            final CheckpointId id,
            final int writers) {
        this.files = files;
        this.limits = limits;
        this.id = id;
        this.writersToCome = writers;
    }

    CheckpointId id() {
        return id;
    }

    MergeLimits limits() {
        return limits;
    }

    CompletableFuture<Void> durable() {
        return durable;
    }

    /**
     * A writer begins.
     *
     * @return true when it is the last one expected
     */
    synchronized boolean takeWriter() {
        if (writersToCome == 0) {
            throw new IllegalStateException("more writers than expected checkpoint=" + id);
        }
        writersToCome--;
        writersRunning++;
        return writersToCome == 0;
    }

    SnapshotFile ownFile(final StateScope scope) throws IOException {
        return files.create(id, scope, limits.blockBytes());
    }

    /** Puts a whole range into the common file. */
    synchronized StateHandle append(final StateScope scope, final ByteBuffer range)
            throws IOException {
        if (ended) {
            throw new IOException("given up checkpoint=" + id);
        }
        SnapshotFile file = open.get(scope);
        if (file == null) {
            file = files.create(id, scope, limits.blockBytes());
            all.add(file);
            open.put(scope, file);
        }
        final StateHandle handle =
                new StateHandle(file.file(), file.payloadBytes(), range.remaining());
        file.write(range);
        if (file.payloadBytes() >= limits.fileBytes()) {
            open.remove(scope);
        }
        return handle;
    }

    /** A writer ends; the last one commits the files, or discards them if nobody wants them. */
    void endWriter(final boolean committed) throws IOException {
        final boolean commit;
        synchronized (this) {
            writersRunning--;
            anyCommitted |= committed;
            if (ended || writersRunning > 0 || writersToCome > 0) {
                return;
            }
            ended = true;
            commit = anyCommitted;
        }
        if (!commit) {
            discard(new CancellationException("all writers gave up checkpoint=" + id));
            return;
        }
        try {
            for (final SnapshotFile file : all) {
                file.commit();
            }
        } catch (final IOException e) {
            discard(e);
            return;
        }
        durable.complete(null);
    }

    void abandon() throws IOException {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        discard(new CancellationException("given up checkpoint=" + id));
    }

    private void discard(final Exception cause) throws IOException {
        try {
            for (final SnapshotFile file : all) {
                file.discard();
            }
        } finally {
            durable.completeExceptionally(cause);
        }
    }
}
