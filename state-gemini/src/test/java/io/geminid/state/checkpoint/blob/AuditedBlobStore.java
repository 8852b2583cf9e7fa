package io.geminid.state.checkpoint.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Keeps a book of what was created and deleted, and fails now and then: a commit before or after it
 * has taken effect, a deletion before.
 */
public final class AuditedBlobStore implements BlobStore {
    private final BlobStore blobs;
    private final Random random;
    private double failureRate;
    private final Set<String> created = new HashSet<>();
    private final Set<String> deleted = new HashSet<>();

    public AuditedBlobStore(final BlobStore blobs, final Random random) {
        this.blobs = blobs;
        this.random = random;
    }

    public void failureRate(final double rate) {
        failureRate = rate;
    }

    /** Names that were ever committed. */
    public Set<String> created() {
        return created;
    }

    /** Names that were ever deleted. */
    public Set<String> deleted() {
        return deleted;
    }

    private void maybeFail(final String what) throws IOException {
        if (random.nextDouble() < failureRate) {
            throw new IOException("injected: " + what);
        }
    }

    @Override
    public BlobOutput create(final String name) throws IOException {
        final BlobOutput output = blobs.create(name);
        return new BlobOutput() {
            @Override
            public void write(final ByteBuffer source) throws IOException {
                output.write(source);
            }

            @Override
            public void commit() throws IOException {
                maybeFail("before commit of " + name);
                output.commit();
                created.add(name);
                maybeFail("after commit of " + name);
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
    }

    @Override
    public BlobInput open(final String name) throws IOException {
        return blobs.open(name);
    }

    @Override
    public List<BlobEntry> list(final String prefix) throws IOException {
        return new ArrayList<>(blobs.list(prefix));
    }

    @Override
    public boolean delete(final String name) throws IOException {
        maybeFail("deletion of " + name);
        final boolean there = blobs.delete(name);
        if (there) {
            deleted.add(name);
        }
        return there;
    }
}
