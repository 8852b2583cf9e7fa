package io.geminid.flink.state.checkpoint;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.state.CheckpointStateOutputStream;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of one checkpoint, written through Flink's streams; each one also to a directory on the
 * local disk, where Flink wants that. One thread.
 */
final class UploadedBlobs implements BlobStore {

    private static final Logger LOG = LoggerFactory.getLogger(UploadedBlobs.class);
    private static final int COPY_BYTES = 64 << 10;

    private final CheckpointStreamFactory streams;
    private final CheckpointedStateScope scope;
    private final CloseableRegistry cancelled;
    private final LocalCopy copy;
    private final Map<String, StreamStateHandle> handles = new LinkedHashMap<>();

    /**
     * For one checkpoint.
     *
     * @param streams where files go
     * @param scope whether later checkpoints may refer to them
     * @param cancelled closes what is being written
     * @param copy the local copy; null for none
     */
    UploadedBlobs(
            final CheckpointStreamFactory streams,
            final CheckpointedStateScope scope,
            final CloseableRegistry cancelled,
            final LocalCopy copy) {
        this.streams = streams;
        this.scope = scope;
        this.cancelled = cancelled;
        this.copy = copy;
    }

    /** What was written, by name. */
    Map<String, StreamStateHandle> handles() {
        return handles;
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        final CheckpointStateOutputStream stream = streams.createCheckpointStateOutputStream(scope);
        cancelled.registerCloseable(stream);
        return new Output(name, stream, copy == null ? null : copy.create(name));
    }

    @Override
    public BlobInput open(final String name) {
        throw new UnsupportedOperationException("file=" + name + " is only written here");
    }

    @Override
    public List<BlobEntry> list(final String prefix) {
        throw new UnsupportedOperationException("prefix=" + prefix);
    }

    @Override
    public boolean delete(final String name) throws IOException {
        final StreamStateHandle handle = handles.remove(name);
        if (handle == null) {
            return false;
        }
        try {
            handle.discardState();
            return true;
        } catch (final IOException e) {
            throw e;
        } catch (final Exception e) {
            throw new IOException("file=" + name + " cannot be deleted", e);
        }
    }

    /** Deletes what was written: nobody will know of it. */
    void discardAll() {
        for (final StreamStateHandle handle : handles.values()) {
            try {
                handle.discardState();
            } catch (final Exception e) {
                LOG.warn("a file of a checkpoint that failed is left: {}", handle, e);
            }
        }
        handles.clear();
    }

    private final class Output implements BlobOutput {
        private final String name;
        private final CheckpointStateOutputStream stream;
        private final OutputStream local;
        private final byte[] bytes = new byte[COPY_BYTES];

        Output(
                final String name,
                final CheckpointStateOutputStream stream,
                final OutputStream local) {
            this.name = name;
            this.stream = stream;
            this.local = local;
        }

        @Override
        public void write(final ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                final int count = Math.min(bytes.length, source.remaining());
                source.get(bytes, 0, count);
                stream.write(bytes, 0, count);
                if (local != null) {
                    local.write(bytes, 0, count);
                }
            }
        }

        @Override
        public void commit() throws IOException {
            if (!cancelled.unregisterCloseable(stream)) {
                throw new IOException("file=" + name + ": the checkpoint was cancelled");
            }
            if (local != null) {
                local.close();
            }
            handles.put(name, stream.closeAndGetHandle());
        }

        @Override
        public void close() throws IOException {
            cancelled.unregisterCloseable(stream);
            stream.close();
            if (local != null) {
                local.close();
            }
        }
    }

    /** A directory of the local disk with the files of one checkpoint, all of them. */
    record LocalCopy(Path directory) {

        private OutputStream create(final String name) throws IOException {
            Files.createDirectories(directory);
            return Files.newOutputStream(file(name));
        }

        /** Where a file of that name is. */
        Path file(final String name) {
            return directory.resolve(name.replace('/', '_'));
        }

        /**
         * Takes a file over from the copy of an earlier checkpoint.
         *
         * @return false if it is not there any more
         */
        boolean takeOver(final LocalCopy earlier, final String name) throws IOException {
            if (earlier == null || !Files.exists(earlier.file(name))) {
                return false;
            }
            Files.createDirectories(directory);
            Files.createLink(file(name), earlier.file(name));
            return true;
        }
    }
}
