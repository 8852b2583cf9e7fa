package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, in a local directory. */
final class DirectoryCheckpointStorageTest extends CheckpointStorageContract {
    @TempDir Path directory;

    @Override
    protected BlobStore blobs() {
        return new DirectoryBlobStore(new HostDisk(), directory);
    }
}
