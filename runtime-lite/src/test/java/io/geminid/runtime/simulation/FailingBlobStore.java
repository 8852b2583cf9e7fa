package io.geminid.runtime.simulation;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** A store that fails at times: nothing of it can be read or written, or it is full. */
final class FailingBlobStore implements BlobStore {

    private final BlobStore store;
    private final Random random;
    private double failures;

    FailingBlobStore(final BlobStore store, final Random random) {
        this.store = store;
        this.random = random;
    }

    /** From now on so many of all calls fail: 0 for none, 1 for all. */
    void failing(final double share) {
        failures = share;
    }

    /** What is there, whether or not it can be read. */
    List<String> names() {
        try {
            return store.list("").stream().map(BlobEntry::name).toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes one bit of a blob. */
    void damage(final String name, final int bit) {
        try (BlobInput in = store.open(name)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) in.length());
            in.read(0, bytes);
            final int at = Math.floorMod(bit, Byte.SIZE * bytes.capacity());
            bytes.array()[at / Byte.SIZE] ^= (byte) (1 << at % Byte.SIZE);
            store.delete(name);
            try (BlobOutput out = store.create(name)) {
                out.write(bytes.flip());
                out.commit();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void mayFail() throws IOException {
        if (failures > 0 && random.nextDouble() < failures) {
            throw new IOException("No space left on device (simulated)");
        }
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        mayFail();
        final BlobOutput output = store.create(name);
        return new BlobOutput() {
            @Override
            public void write(final ByteBuffer source) throws IOException {
                mayFail();
                output.write(source);
            }

            @Override
            public void commit() throws IOException {
                mayFail();
                output.commit();
                // It is there, and whoever wrote it does not know.
                mayFail();
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        mayFail();
        return store.open(name);
    }

    @Override
    public List<BlobEntry> list(final String prefix) throws IOException {
        mayFail();
        return store.list(prefix);
    }

    @Override
    public boolean delete(final String name) throws IOException {
        mayFail();
        return store.delete(name);
    }
}
