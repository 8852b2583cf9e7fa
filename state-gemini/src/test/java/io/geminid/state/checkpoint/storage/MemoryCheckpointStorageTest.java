package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import java.time.Instant;

/** The contract, on the heap. */
final class MemoryCheckpointStorageTest extends CheckpointStorageContract {
    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);

    @Override
    protected BlobStore blobs() {
        return blobs;
    }
}
