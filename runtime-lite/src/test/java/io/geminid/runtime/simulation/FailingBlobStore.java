package io.geminid.runtime.simulation;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A store that fails at times: nothing of it can be read or written, or it is full. */
final class FailingBlobStore implements BlobStore {

    private final BlobStore store;
    private final Watcher watcher;

    FailingBlobStore(final BlobStore store, final Watcher watcher) {
        this.store = store;
        this.watcher = watcher;
    }

    /** Sees each call. */
    interface Watcher {

        /** Throws if the call fails. */
        void beforeCall() throws IOException;

        /** A blob is there from now on. */
        void onCommitted(String name);

        /** A blob is there no longer, perhaps. */
        void beforeDelete(String name);
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        watcher.beforeCall();
        final BlobOutput output = store.create(name);
        return new BlobOutput() {
            @Override
            public void write(final ByteBuffer source) throws IOException {
                watcher.beforeCall();
                output.write(source);
            }

            @Override
            public void commit() throws IOException {
                watcher.beforeCall();
                output.commit();
                watcher.onCommitted(name);
                // It is there, and whoever wrote it does not know.
                watcher.beforeCall();
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        watcher.beforeCall();
        return store.open(name);
    }

    @Override
    public List<BlobEntry> list(final String prefix) throws IOException {
        watcher.beforeCall();
        return store.list(prefix);
    }

    @Override
    public boolean delete(final String name) throws IOException {
        watcher.beforeCall();
        watcher.beforeDelete(name);
        return store.delete(name);
    }
}
