package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileReader;
import io.geminid.state.checkpoint.format.StateFileWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Supplier;

/** Snapshots in a blob store, each range in a file of its own. */
public final class BlobCheckpointStorage implements CheckpointStorage {
    private final BlobStore blobs;
    private final SnapshotFiles files;
    private final int blockBytes;

    /**
     * Uses a store.
     *
     * @param blobs keeps the files
     * @param fileIds never gives an identity twice, in any process
     */
    public BlobCheckpointStorage(final BlobStore blobs, final Supplier<UUID> fileIds) {
        this(blobs, fileIds, StateFileWriter.BLOCK_BYTES_DEFAULT);
    }

    /**
     * Uses a store, with blocks of a size.
     *
     * @param blobs keeps the files
     * @param fileIds never gives an identity twice, in any process
     * @param blockBytes payload under one checksum, a power of two
     */
    public BlobCheckpointStorage(
            final BlobStore blobs, final Supplier<UUID> fileIds, final int blockBytes) {
        this.blobs = blobs;
        this.files = new SnapshotFiles(blobs, fileIds);
        this.blockBytes = blockBytes;
    }

    @Override
    public SnapshotWriter newWriter(final CheckpointId id) {
        return new BlobSnapshotWriter(files, blockBytes, id);
    }

    @Override
    public StateInput open(final StateHandle handle) throws IOException {
        final String name = handle.file().name();
        final var blob = blobs.open(name);
        try {
            final StateFileReader reader = new StateFileReader(name, blob, FileKind.STATE);
            if (!reader.identity().file().equals(handle.file().id())) {
                throw new CorruptStateException(
                        name,
                        0,
                        "fileId=" + reader.identity().file() + " expected=" + handle.file().id());
            }
            if (handle.offset() + handle.length() > reader.payloadBytes()) {
                throw new CorruptStateException(
                        name,
                        blob.length(),
                        "rangeEnd="
                                + (handle.offset() + handle.length())
                                + " payloadBytes="
                                + reader.payloadBytes());
            }
            return new Range(reader, handle);
        } catch (final IOException | RuntimeException e) {
            blob.close();
            throw e;
        }
    }

    /** A range of a file. */
    private record Range(StateFileReader reader, StateHandle handle) implements StateInput {
        @Override
        public long length() {
            return handle.length();
        }

        @Override
        public int blockBytes() {
            return reader.blockBytes();
        }

        @Override
        public void read(final long position, final ByteBuffer target) throws IOException {
            if (position < 0 || position > handle.length() - target.remaining()) {
                throw new IndexOutOfBoundsException(
                        "position="
                                + position
                                + " wantedBytes="
                                + target.remaining()
                                + " of "
                                + handle);
            }
            reader.read(handle.offset() + position, target);
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
