package io.geminid.state.checkpoint.blob;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Blobs on the heap: for tests and simulations, and for jobs that need no more. */
public final class MemoryBlobStore implements BlobStore {
    private final InstantSource clock;
    private final Map<String, Blob> blobs = new ConcurrentSkipListMap<>();

    private record Blob(byte[] bytes, long modifiedMillis) {}

    /**
     * Begins empty.
     *
     * @param clock says when blobs were written
     */
    public MemoryBlobStore(final InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        BlobNames.checkNew(name);
        if (blobs.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        return new Output(name);
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        final Blob blob = blobs.get(BlobNames.check(name));
        if (blob == null) {
            throw new NoSuchFileException(name);
        }
        return new Input(name, blob.bytes);
    }

    @Override
    public List<BlobEntry> list(final String prefix) {
        BlobNames.checkPrefix(prefix);
        final List<BlobEntry> entries = new ArrayList<>();
        blobs.forEach(
                (name, blob) -> {
                    if (name.startsWith(prefix)) {
                        entries.add(new BlobEntry(name, blob.bytes.length, blob.modifiedMillis));
                    }
                });
        return entries;
    }

    @Override
    public boolean delete(final String name) {
        return blobs.remove(BlobNames.check(name)) != null;
    }

    /** Collects the bytes. */
    private final class Output implements BlobOutput {
        private final String name;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean open = true;

        Output(final String name) {
            this.name = name;
        }

        @Override
        public void write(final ByteBuffer source) throws IOException {
            final byte[] copy = new byte[source.remaining()];
            source.get(copy);
            bytes.write(copy);
        }

        @Override
        public void commit() throws IOException {
            if (!open) {
                throw new IllegalStateException("closed blob=" + name);
            }
            open = false;
            final Blob blob = new Blob(bytes.toByteArray(), clock.millis());
            if (blobs.putIfAbsent(name, blob) != null) {
                throw new FileAlreadyExistsException(name);
            }
        }

        @Override
        public void close() {
            open = false;
        }
    }

    /** Reads an array. */
    private record Input(String name, byte[] bytes) implements BlobInput {
        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public void read(final long position, final ByteBuffer target) throws IOException {
            if (position < 0 || position > bytes.length - target.remaining()) {
                throw new EOFException(
                        "blob="
                                + name
                                + " position="
                                + position
                                + " wantedBytes="
                                + target.remaining()
                                + " lengthBytes="
                                + bytes.length);
            }
            target.put(bytes, (int) position, target.remaining());
        }

        @Override
        public void close() {}
    }
}
