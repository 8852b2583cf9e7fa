package io.geminid.runtime.task.log;

import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.storage.SnapshotFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a log. Whoever writes the log has it until it is sealed; then another thread makes it
 * durable. Once a checkpoint may name it, it is the coordinator's to delete.
 */
final class LogFile {

    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

    private final SnapshotFile file;
    private final CompletableFuture<Void> durable = new CompletableFuture<>();
    private boolean sealed;
    private boolean named; // guarded by this
    private boolean dropped; // guarded by this

    /** Pieces of channels that are in it and may still be needed. */
    private int pieces;

    LogFile(final SnapshotFile file) {
        this.file = file;
    }

    long length() {
        return file.payloadBytes();
    }

    StateHandle piece(final long offset, final long length) {
        return new StateHandle(file.file(), offset, length);
    }

    /** All of it. */
    StateHandle whole() {
        return new StateHandle(file.file(), 0, file.payloadBytes());
    }

    void write(final ByteBuffer memory, final int length) throws IOException {
        file.write(memory, 0, length);
    }

    void addPiece() {
        pieces++;
    }

    /** True if nothing in it is needed any more, and nothing will be written to it. */
    boolean removePiece() {
        pieces--;
        return pieces == 0 && sealed;
    }

    boolean hasPieces() {
        return pieces > 0;
    }

    /** A checkpoint may refer to it from now on; false if it was dropped. Any thread. */
    synchronized boolean name() {
        named = !dropped;
        return named;
    }

    /** Completes when it can be read after a power cut; exceptionally if it never can. */
    CompletableFuture<Void> durable() {
        return durable;
    }

    /** Nothing more will be written. */
    void seal(final Executor io) {
        sealed = true;
        io.execute(this::commit);
    }

    private void commit() {
        try {
            file.commit();
        } catch (final IOException | RuntimeException e) {
            durable.completeExceptionally(e);
            return;
        }
        durable.complete(null);
    }

    /** Is not needed any more: deleted, unless that is the coordinator's business. */
    void drop() {
        synchronized (this) {
            if (named) {
                return;
            }
            dropped = true;
        }
        if (sealed) {
            durable.whenComplete((nothing, failure) -> discard());
        } else {
            discard();
        }
    }

    private void discard() {
        try {
            file.discard();
        } catch (final IOException e) {
            LOG.info("a file of a log is left to be swept: {}", e.toString());
        }
    }
}
