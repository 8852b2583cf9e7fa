package io.geminid.state.checkpoint.blob;

import java.time.Instant;

/** The contract, on the heap. */
final class MemoryBlobStoreTest extends BlobStoreContract {
    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);

    @Override
    protected BlobStore blobs() {
        return blobs;
    }
}
