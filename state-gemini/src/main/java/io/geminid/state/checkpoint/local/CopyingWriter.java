package io.geminid.state.checkpoint.local;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileIdentity;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Writes each range twice. Whatever goes wrong with the copy is counted and otherwise ignored. */
final class CopyingWriter implements SnapshotWriter {
    private final SnapshotWriter remote;
    private final CheckpointId id;
    private final BlobStore local;
    private final Supplier<UUID> ids;
    private final LocalCopies copies;

    /** Finished copies, which count once the remote ranges are durable. Guarded by this. */
    private final Map<StateHandle, UUID> finished = new HashMap<>();

    /** Guarded by this: the remote storage decides what becomes of the copies. */
    private boolean committing;

    CopyingWriter(
            final SnapshotWriter remote,
            final CheckpointId id,
            final BlobStore local,
            final Supplier<UUID> ids,
            final LocalCopies copies) {
        this.remote = remote;
        this.id = id;
        this.local = local;
        this.ids = ids;
        this.copies = copies;
    }

    @Override
    public StateOutput open(final StateScope scope) throws IOException {
        return new Output(remote.open(scope));
    }

    @Override
    public CompletableFuture<Void> commit() {
        synchronized (this) {
            committing = true;
        }
        return remote.commit()
                .whenComplete(
                        (nothing, failure) -> {
                            if (failure == null) {
                                take().forEach((handle, file) -> copies.add(id, handle, file));
                            } else {
                                discard();
                            }
                        });
    }

    private synchronized Map<StateHandle, UUID> take() {
        final Map<StateHandle, UUID> taken = Map.copyOf(finished);
        finished.clear();
        return taken;
    }

    private void discard() {
        take().values().forEach(file -> copies.delete(LocalCopies.name(file)));
    }

    @Override
    public void close() throws IOException {
        final boolean givenUp;
        synchronized (this) {
            givenUp = !committing;
        }
        if (givenUp) {
            discard();
        }
        remote.close();
    }

    /** One range, there and here. */
    private final class Output implements StateOutput {
        private final StateOutput output;
        private final UUID file = ids.get();

        /** Null when the copy was given up. */
        private StateFileWriter copy;

        Output(final StateOutput output) {
            this.output = output;
            try {
                copy =
                        new StateFileWriter(
                                local.create(LocalCopies.name(file)),
                                new FileIdentity(FileKind.STATE, file, id),
                                StateFileWriter.BLOCK_BYTES_DEFAULT);
            } catch (final IOException e) {
                copies.failed();
            }
        }

        @Override
        public void write(final ByteBuffer source) throws IOException {
            if (copy != null) {
                try {
                    copy.write(source.duplicate());
                } catch (final IOException e) {
                    giveUp();
                    copies.failed();
                }
            }
            output.write(source);
        }

        @Override
        public long position() {
            return output.position();
        }

        @Override
        public StateHandle finish() throws IOException {
            final StateHandle handle = output.finish();
            if (copy != null) {
                try {
                    copy.commit();
                    copy = null;
                    synchronized (CopyingWriter.this) {
                        finished.put(handle, file);
                    }
                } catch (final IOException e) {
                    giveUp();
                    copies.failed();
                }
            }
            return handle;
        }

        private void giveUp() {
            final StateFileWriter given = copy;
            copy = null;
            try {
                given.close();
            } catch (final IOException e) {
                copies.failed();
            }
        }

        @Override
        public void close() throws IOException {
            if (copy != null) {
                giveUp();
            }
            output.close();
        }
    }
}
