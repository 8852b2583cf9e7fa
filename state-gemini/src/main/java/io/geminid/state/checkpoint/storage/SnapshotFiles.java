package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.FileIdentity;
import io.geminid.state.checkpoint.format.FileKind;
import io.geminid.state.checkpoint.format.StateFileWriter;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes the physical files of snapshots. Any thread.
 *
 * @param blobs keeps the files
 * @param fileIds never gives an identity twice, in any process
 */
public record SnapshotFiles(BlobStore blobs, Supplier<UUID> fileIds) {

    /**
     * Begins a file.
     *
     * @param id the checkpoint it is written for
     * @param scope how long it lives
     * @param blockBytes payload under one checksum, a power of two
     * @return to be committed or discarded by the caller
     * @throws IOException when the storage is full or gone
     */
    public SnapshotFile create(final CheckpointId id, final StateScope scope, final int blockBytes)
            throws IOException {
        final UUID fileId = fileIds.get();
        final StateFile file = CheckpointNames.file(id, scope, fileId);
        final FileIdentity identity = new FileIdentity(FileKind.STATE, fileId, id);
        return new SnapshotFile(
                blobs, file, new StateFileWriter(blobs.create(file.name()), identity, blockBytes));
    }
}
