package io.geminid.state.checkpoint.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One file of a checkpoint is damaged: the checkpoint restores exactly, or an error names that
 * file. {@code -Dgeminid.test.bit-flips=100000} for the whole matrix.
 */
final class DamagedCheckpointTest {
    private static final int DAMAGES = Integer.getInteger("geminid.test.bit-flips", 3_000);

    @RegisterExtension final Seed seed = new Seed();

    private int attempt = 1;

    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);

    @Test
    void aDamagedFileIsNamedOrDoesNotMatter() throws Exception {
        final Random random = seed.random();
        new CrashJob(blobs, 1).run(1, 6, n -> {});
        final List<String> names =
                blobs.list("").stream()
                        .map(BlobEntry::name)
                        .filter(name -> !name.contains("/numbers/"))
                        .toList();
        assertThat(names).hasSizeGreaterThan(3);
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            final String name = names.get(random.nextInt(names.size()));
            final byte[] sound = bytes(name);
            damage(name, sound, names, random);
            if (!restores(name)) {
                refused++;
            }
            replace(name, sound);
        }
        assertThat(restores("")).isTrue();
        assertThat(refused)
                .as("nearly every damage hits something that is read")
                .isGreaterThan(DAMAGES / 2);
    }

    private void damage(
            final String name, final byte[] sound, final List<String> names, final Random random)
            throws IOException {
        final byte[] bytes = sound.clone();
        final int at = random.nextInt(bytes.length);
        switch (random.nextInt(10)) {
            case 0 -> replace(name, Arrays.copyOf(bytes, at));
            case 1 -> replace(name, Arrays.copyOf(bytes, bytes.length + 1 + at));
            case 2 -> blobs.delete(name);
            case 3 -> replace(name, bytes(names.get(random.nextInt(names.size()))));
            case 4 -> {
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 4096), (byte) 0);
                replace(name, bytes);
            }
            default -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                replace(name, bytes);
            }
        }
    }

    /** True when the state is exact; any error must name the damaged file. */
    private boolean restores(final String damaged) throws IOException {
        final CrashJob job = new CrashJob(blobs, 1);
        try {
            final CheckpointManifest latest = job.open(++attempt).latest().orElseThrow();
            job.restore(latest);
            return true;
        } catch (final CorruptStateException | NoSuchFileException e) {
            assertThat(e).hasMessageContaining(damaged);
            return false;
        } catch (final NoSuchElementException e) {
            assertThat(damaged)
                    .as("without a manifest there is no checkpoint")
                    .endsWith("manifest");
            return false;
        }
    }

    private byte[] bytes(final String name) throws IOException {
        try (BlobInput input = blobs.open(name)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) input.length());
            input.read(0, bytes);
            return bytes.array();
        }
    }

    private void replace(final String name, final byte[] bytes) throws IOException {
        blobs.delete(name);
        try (BlobOutput output = blobs.create(name)) {
            output.write(ByteBuffer.wrap(bytes));
            output.commit();
        }
    }
}
