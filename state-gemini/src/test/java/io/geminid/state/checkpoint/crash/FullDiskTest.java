package io.geminid.state.checkpoint.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.Disk;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * F39: the disk is full at any write, for a while. The checkpoint fails with the disk's own
 * message, those before it restore, and once there is space again the next one cleans up.
 */
final class FullDiskTest {
    @RegisterExtension final Seed seed = new Seed();
    @TempDir private Path directory;

    @Test
    void aFullDiskFailsOneCheckpointAndHarmsNoOther() {
        final AtomicInteger runs = new AtomicInteger();
        new PropertyRunner(seed, 60, 120)
                .check(
                        (random, size) ->
                                run(
                                        directory.resolve("run-" + runs.incrementAndGet()),
                                        random,
                                        size));
    }

    private static void run(final Path root, final Random random, final int size)
            throws IOException {
        Files.createDirectory(root);
        final AtomicLong notified = new AtomicLong();
        final Disk full = CrashSteps.fullAfter(random.nextInt(size));
        try {
            new CrashJob(new DirectoryBlobStore(full, root), 1).run(1, 6, notified::set);
        } catch (final IOException e) {
            assertThat(e).hasMessageContaining(CrashSteps.FULL);
        }
        new CrashJob(new DirectoryBlobStore(new HostDisk(), root), random.nextLong())
                .check(2, notified.get());
    }
}
