package io.geminid.state.gemini.fault;

import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shows another store with one bit of one file flipped. What is deleted is hidden until the next
 * flip; nothing can be written.
 */
final class FlippedBlobs implements BlobStore {
    private final BlobStore blobs;
    private final Set<String> hidden = ConcurrentHashMap.newKeySet();
    private String flippedName = "";
    private long flippedBit;
    private final AtomicInteger reads = new AtomicInteger();

    FlippedBlobs(final BlobStore blobs) {
        this.blobs = blobs;
    }

    /** All else is as it was written again. */
    void flip(final String name, final long bit) {
        flippedName = name;
        flippedBit = bit;
        hidden.clear();
        reads.set(0);
    }

    /** How often the flipped bit was read. */
    int reads() {
        return reads.get();
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        throw new IOException("only to be read: " + name);
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        if (hidden.contains(name)) {
            return blobs.open(name + "-hidden"); // fails as a store does
        }
        final BlobInput input = blobs.open(name);
        return name.equals(flippedName) ? new Flipped(input) : input;
    }

    @Override
    public List<BlobEntry> list(final String prefix) throws IOException {
        return blobs.list(prefix).stream().filter(each -> !hidden.contains(each.name())).toList();
    }

    @Override
    public boolean delete(final String name) {
        return hidden.add(name);
    }

    private final class Flipped implements BlobInput {
        private final BlobInput input;

        Flipped(final BlobInput input) {
            this.input = input;
        }

        @Override
        public long length() {
            return input.length();
        }

        @Override
        public void read(final long position, final ByteBuffer target) throws IOException {
            final int from = target.position();
            input.read(position, target);
            final long at = flippedBit / Byte.SIZE - position;
            if (at >= 0 && at < target.position() - from) {
                final int index = from + (int) at;
                target.put(index, (byte) (target.get(index) ^ 1 << flippedBit % Byte.SIZE));
                reads.incrementAndGet();
            }
        }

        @Override
        public void close() throws IOException {
            input.close();
        }
    }
}
