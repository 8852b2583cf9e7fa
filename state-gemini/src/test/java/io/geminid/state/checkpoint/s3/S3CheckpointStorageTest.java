package io.geminid.state.checkpoint.s3;

import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.storage.CheckpointStorageContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The contract of checkpoints, in a bucket. */
@Tag("long")
final class S3CheckpointStorageTest extends CheckpointStorageContract {
    private BlobStore blobs;

    @BeforeEach
    void makeABucket() {
        blobs = S3Server.newStore();
    }

    @Override
    protected BlobStore blobs() {
        return blobs;
    }
}
