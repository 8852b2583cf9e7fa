package io.geminid.flink.state.checkpoint;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.runtime.state.StreamStateHandle;

/** Files behind Flink's handles, by the names that the store gave them. Any thread. */
class HandleBlobs implements BlobStore {

    private static final int COPY_BYTES = 64 << 10;

    private final Map<String, StreamStateHandle> handles;

    /**
     * Reads handles.
     *
     * @param handles by name
     */
    HandleBlobs(final Map<String, StreamStateHandle> handles) {
        this.handles = handles;
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        throw new UnsupportedOperationException("file=" + name + " is only read here");
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        final StreamStateHandle handle = handles.get(name);
        if (handle == null) {
            throw new NoSuchFileException(name, null, "not among files=" + handles.keySet());
        }
        return new Input(name, handle.openInputStream(), handle.getStateSize());
    }

    @Override
    public List<BlobEntry> list(final String prefix) {
        throw new UnsupportedOperationException("prefix=" + prefix);
    }

    @Override
    public boolean delete(final String name) throws IOException {
        throw new UnsupportedOperationException("file=" + name + " is only read here");
    }

    private record Input(String name, FSDataInputStream stream, long length) implements BlobInput {
        @Override
        public void read(final long position, final ByteBuffer target) throws IOException {
            if (stream.getPos() != position) {
                stream.seek(position);
            }
            final byte[] copy = new byte[Math.min(COPY_BYTES, target.remaining())];
            while (target.hasRemaining()) {
                final int count = stream.read(copy, 0, Math.min(copy.length, target.remaining()));
                if (count < 0) {
                    throw new EOFException("file=" + name + " lengthBytes=" + stream.getPos());
                }
                target.put(copy, 0, count);
            }
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
