package io.geminid.state.checkpoint.blob;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, in a local directory. */
final class DirectoryBlobStoreTest extends BlobStoreContract {
    @TempDir Path directory;

    private BlobStore blobs;

    @Override
    protected BlobStore blobs() {
        if (blobs == null) {
            blobs = new DirectoryBlobStore(new HostDisk(), directory);
        }
        return blobs;
    }
}
