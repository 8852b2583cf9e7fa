package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileIdentity;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A file for each range; all of them are committed together, at the end. */
final class BlobSnapshotWriter implements SnapshotWriter {
    private final BlobStore blobs;
    private final Supplier<UUID> fileIds;
    private final int blockBytes;
    private final CheckpointId id;

    /** Files not yet committed. Guarded by this. */
    private final Set<Output> outputs = new LinkedHashSet<>();

    /** Guarded by this. */
    private boolean ended;

    BlobSnapshotWriter(
            final BlobStore blobs,
            final Supplier<UUID> fileIds,
            final int blockBytes,
            final CheckpointId id) {
        this.blobs = blobs;
        this.fileIds = fileIds;
        this.blockBytes = blockBytes;
        this.id = id;
    }

    @Override
    public synchronized StateOutput open(final StateScope scope) throws IOException {
        if (ended) {
            throw new IllegalStateException("ended writer checkpoint=" + id);
        }
        final UUID fileId = fileIds.get();
        final StateFile file = CheckpointNames.file(id, scope, fileId);
        final FileIdentity identity = new FileIdentity(FileKind.STATE, fileId, id);
        final Output output =
                new Output(
                        file, new StateFileWriter(blobs.create(file.name()), identity, blockBytes));
        outputs.add(output);
        return output;
    }

    @Override
    public synchronized CompletableFuture<Void> commit() {
        if (ended) {
            throw new IllegalStateException("ended writer checkpoint=" + id);
        }
        for (final Output output : outputs) {
            if (!output.finished) {
                throw new IllegalStateException(
                        "checkpoint=" + id + " has an open file=" + output.file.name());
            }
        }
        ended = true;
        try {
            for (final Output output : outputs) {
                output.writer.commit();
            }
        } catch (final IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        outputs.clear();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void close() throws IOException {
        ended = true;
        for (final Output output : outputs) {
            output.writer.close();
        }
        outputs.clear();
    }

    private synchronized void discard(final Output output) throws IOException {
        if (outputs.remove(output)) {
            output.writer.close();
        }
    }

    /** One range, one file. */
    private final class Output implements StateOutput {
        private final StateFile file;
        private final StateFileWriter writer;
        private volatile boolean finished;

        Output(final StateFile file, final StateFileWriter writer) {
            this.file = file;
            this.writer = writer;
        }

        @Override
        public void write(final ByteBuffer source) throws IOException {
            if (finished) {
                throw new IllegalStateException("finished file=" + file.name());
            }
            writer.write(source);
        }

        @Override
        public long position() {
            return writer.payloadBytes();
        }

        @Override
        public StateHandle finish() {
            finished = true;
            return new StateHandle(file, 0, writer.payloadBytes());
        }

        @Override
        public void close() throws IOException {
            if (!finished) {
                discard(this);
            }
        }
    }
}
