package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A file for each range; all of them are committed together, at the end. */
final class BlobSnapshotWriter implements SnapshotWriter {
    private final SnapshotFiles files;
    private final int blockBytes;
    private final CheckpointId id;

    /** Ranges not given up. Guarded by this. */
    private final Set<Output> outputs = new LinkedHashSet<>();

    /** Guarded by this. */
    private boolean ended;

    BlobSnapshotWriter(final SnapshotFiles files, final int blockBytes, final CheckpointId id) {
        this.files = files;
        this.blockBytes = blockBytes;
        this.id = id;
    }

    @Override
    public synchronized StateOutput open(final StateScope scope) throws IOException {
        if (ended) {
            throw new IllegalStateException("ended writer checkpoint=" + id);
        }
        final Output output = new Output(files.create(id, scope, blockBytes));
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
                        "checkpoint=" + id + " has an open file=" + output.file.file().name());
            }
        }
        ended = true;
        try {
            for (final Output output : outputs) {
                output.file.commit();
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
            output.file.discard();
        }
        outputs.clear();
    }

    private synchronized void discard(final Output output) throws IOException {
        if (outputs.remove(output)) {
            output.file.discard();
        }
    }

    /** One range, one file. */
    private final class Output implements StateOutput {
        private final SnapshotFile file;
        private volatile boolean finished;

        Output(final SnapshotFile file) {
            this.file = file;
        }

        @Override
        public void write(final ByteBuffer source) throws IOException {
            if (finished) {
                throw new IllegalStateException("finished file=" + file.file().name());
            }
            file.write(source);
        }

        @Override
        public long position() {
            return file.payloadBytes();
        }

        @Override
        public StateHandle finish() {
            finished = true;
            return new StateHandle(file.file(), 0, file.payloadBytes());
        }

        @Override
        public void close() throws IOException {
            if (!finished) {
                discard(this);
            }
        }
    }
}
