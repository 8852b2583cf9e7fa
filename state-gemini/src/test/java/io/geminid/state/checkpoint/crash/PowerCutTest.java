package io.geminid.state.checkpoint.crash;

import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.Disk;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * INV I6: the power goes at any step, twice in a row now and then; what was notified as complete is
 * there afterwards. {@code -Dgeminid.test.power-cuts=100000} for many.
 */
final class PowerCutTest {
    private static final int CUTS = Integer.getInteger("geminid.test.power-cuts", 400);
    private static final Path ROOT = Path.of("/disk");

    @RegisterExtension final Seed seed = new Seed();

    /** The power is gone. */
    private static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void whatWasNotifiedAsCompleteIsThereAfterAPowerCut() {
        new PropertyRunner(seed, CUTS, 400).check((random, size) -> cut(random, size));
    }

    private static void cut(final Random random, final int size) throws IOException {
        PowerCutDisk disk = new PowerCutDisk(ROOT);
        final AtomicLong notified = new AtomicLong();
        int attempt = 1;
        for (int i = 0; i < 2; i++) {
            final int steps = random.nextInt(size);
            runUntilCut(disk, attempt, steps, notified);
            disk = disk.afterPowerCut(random);
            attempt++;
        }
        new CrashJob(new DirectoryBlobStore(disk, ROOT), random.nextLong())
                .check(attempt, notified.get());
    }

    private static void runUntilCut(
            final PowerCutDisk disk, final int attempt, final int steps, final AtomicLong notified)
            throws IOException {
        final AtomicInteger left = new AtomicInteger(steps);
        final Disk cutting =
                new StepDisk(
                        disk,
                        step -> {
                            if (left.getAndDecrement() <= 0) {
                                throw new PowerCut();
                            }
                        });
        try {
            new CrashJob(new DirectoryBlobStore(cutting, ROOT), attempt)
                    .run(attempt, 6, notified::set);
        } catch (final PowerCut e) {
            // As intended; a run with fewer steps ends by itself.
            return;
        }
    }
}
