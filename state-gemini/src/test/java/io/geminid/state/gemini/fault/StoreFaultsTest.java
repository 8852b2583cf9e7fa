package io.geminid.state.gemini.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.geminid.state.checkpoint.blob.AuditedBlobStore;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.Disk;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.crash.CrashSteps;
import io.geminid.state.checkpoint.crash.StepDisk;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Line 2 of the issue, with the store that users have: killed at any step of snapshots and of
 * compaction, a disk that is full, files that are damaged, snapshots out of order. The last
 * completed checkpoint restores exactly, lazily and with another parallelism, or one error names
 * the file; nothing is left over, and nothing is deleted too early.
 */
@Timeout(3_600)
final class StoreFaultsTest {
    private static final int STEPS = Integer.getInteger("geminid.test.crash-steps", 6);
    private static final int DAMAGES = Integer.getInteger("geminid.test.bit-flips", 400);
    private static final int AUDITS = Integer.getInteger("geminid.test.audits", 20);
    private static final int SMALL_KEYS = 24;
    @RegisterExtension final Seed seed = new Seed();
    @TempDir private Path directory;

    @Test
    void aKilledProcessLosesNoCompletedCheckpointAndLeavesNoGarbage() throws Exception {
        final List<String> steps = new ArrayList<>();
        final Path whole = Files.createDirectory(directory.resolve("whole"));
        final StoreJob job =
                new StoreJob(
                        new DirectoryBlobStore(new StepDisk(new HostDisk(), steps::add), whole),
                        1,
                        StoreJob.KEYS);
        job.run(1, StoreChild.CHECKPOINTS, n -> {});
        assertThat(job.compactions()).as("checkpoints that compact").isPositive();
        final List<Integer> chosen = CrashSteps.choose(steps, STEPS, seed.random());
        for (final int step : chosen) {
            final Path root = Files.createDirectory(directory.resolve("step-" + step));
            final long notified =
                    CrashSteps.runAndKill(StoreChild.class, root, step, steps.get(step));
            try {
                new StoreJob(new DirectoryBlobStore(new HostDisk(), root), 2, StoreJob.KEYS)
                        .check(2, notified);
            } catch (final IOException | AssertionError e) {
                throw new AssertionError("killed at step=" + step + " " + steps.get(step), e);
            }
        }
        System.out.printf(
                "killed at %d of %d steps, seed=%d%n", chosen.size(), steps.size(), seed.value());
    }

    @Test
    void aFullDiskFailsOneCheckpointAndHarmsNoOther() {
        final AtomicInteger runs = new AtomicInteger();
        new PropertyRunner(seed, 20, 100)
                .check(
                        (random, size) ->
                                fill(
                                        directory.resolve("run-" + runs.incrementAndGet()),
                                        random,
                                        size));
    }

    private static void fill(final Path root, final Random random, final int size)
            throws IOException {
        Files.createDirectory(root);
        final AtomicLong notified = new AtomicLong();
        final Disk full = CrashSteps.fullAfter(random.nextInt(size));
        try {
            new StoreJob(new DirectoryBlobStore(full, root), 1, SMALL_KEYS)
                    .run(1, 6, notified::set);
        } catch (final IOException e) {
            assertThat(e).hasMessageContaining(CrashSteps.FULL);
        }
        new StoreJob(new DirectoryBlobStore(new HostDisk(), root), random.nextLong(), SMALL_KEYS)
                .check(2, notified.get());
    }

    /** The same on a file system of 1 MiB, where one can be mounted. */
    @Test
    void aFileSystemThatIsReallyFullHarmsNoCheckpoint() throws Exception {
        final Path small = Files.createDirectory(directory.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()),
                "only root can mount a small file system");
        try {
            final AtomicLong notified = new AtomicLong();
            final BlobStore blobs = new DirectoryBlobStore(new HostDisk(), small.resolve("root"));
            Files.createDirectory(small.resolve("root"));
            final Path ballast = small.resolve("ballast");
            Files.write(ballast, new byte[300 << 10]);
            IOException refused = null;
            try {
                new StoreJob(blobs, 1, StoreJob.KEYS).run(1, 20, notified::set);
            } catch (final IOException e) {
                refused = e;
            }
            assertThat(refused).hasMessageContaining(CrashSteps.FULL);
            assertThat(notified.get()).isPositive();
            Files.delete(ballast);
            final StoreJob job = new StoreJob(blobs, 2, StoreJob.KEYS);
            final CheckpointManifest latest = job.open(2).latest().orElseThrow();
            assertThat(latest.id().checkpoint()).isGreaterThanOrEqualTo(notified.get());
            job.verify(latest, 2);
        } finally {
            run("umount", small.toString());
        }
    }

    private static boolean run(final String... command) throws Exception {
        final Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException e) {
            return false;
        }
        process.getInputStream().readAllBytes();
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /**
     * Truncation at every class of length, bit flips, and more; late or at once, one clear error.
     */
    @Test
    void aDamagedFileIsNamedOrDoesNotMatter() throws Exception {
        final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
        new StoreJob(blobs, 1, SMALL_KEYS).run(1, 5, n -> {});
        final CompletedCheckpoints completed = new CompletedCheckpoints(blobs, UUID::randomUUID);
        final CheckpointManifest latest = completed.read(completed.list(StoreJob.JOB).get(1));
        final List<String> names = new ArrayList<>(List.of(CheckpointNames.manifest(latest.id())));
        latest.handles().map(handle -> handle.file().name()).distinct().forEach(names::add);
        assertThat(names).hasSizeGreaterThan(2);
        final Random random = seed.random();
        int refused = 0;
        int damages = 0;
        for (final String name : names) {
            for (final int length : lengths(bytes(blobs, name).length, random)) {
                refused +=
                        isRefused(blobs, name, Arrays.copyOf(bytes(blobs, name), length), latest);
                damages++;
            }
        }
        assertThat(refused).as("a file that is too short").isEqualTo(damages);
        for (int i = 0; i < DAMAGES; i++) {
            final String name = names.get(random.nextInt(names.size()));
            final byte[] bytes = bytes(blobs, name);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            refused += isRefused(blobs, name, bytes, latest);
        }
        assertThat(refused - damages).isGreaterThan(DAMAGES * 9 / 10);
        new StoreJob(blobs, 1, SMALL_KEYS).verify(latest, 2);
        System.out.printf(
                "%d truncations and %d bit flips in %d files: %d refused, %d without effect,"
                        + " seed=%d%n",
                damages, DAMAGES, names.size(), refused, DAMAGES + damages - refused, seed.value());
    }

    /** Empty, within the header, at and around each block's border, and within the footer. */
    private static List<Integer> lengths(final int length, final Random random) {
        final List<Integer> lengths = new ArrayList<>(List.of(0, 1, 7, 8, 63, 64, 65, length - 1));
        for (int at = 4096; at < length; at += 4096) {
            lengths.addAll(List.of(at - 1, at, at + 1, at + random.nextInt(4096)));
        }
        lengths.addAll(List.of(length - 4, length - 8, length - 32, length - 64));
        lengths.removeIf(each -> each < 0 || each >= length);
        return lengths;
    }

    /**
     * 1 if restoring from the manifest on fails with an error that names the file, 0 if it is
     * exact.
     */
    private static int isRefused(
            final BlobStore blobs,
            final String name,
            final byte[] damaged,
            final CheckpointManifest manifest)
            throws IOException {
        final byte[] sound = bytes(blobs, name);
        replace(blobs, name, damaged);
        try {
            new StoreJob(blobs, 1, SMALL_KEYS)
                    .verify(
                            new CompletedCheckpoints(blobs, UUID::randomUUID).read(manifest.id()),
                            1);
            return 0;
        } catch (final IOException e) {
            assertThat(e).hasMessageContaining(name);
            return 1;
        } finally {
            replace(blobs, name, sound);
        }
    }

    @Test
    void aDamagedManifestLeadsToTheRetainedOneBefore() throws Exception {
        final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
        final StoreJob job = new StoreJob(blobs, 1, SMALL_KEYS);
        job.run(1, 5, n -> {});
        final CompletedCheckpoints completed = new CompletedCheckpoints(blobs, UUID::randomUUID);
        final String last = CheckpointNames.manifest(completed.list(StoreJob.JOB).get(1));
        final byte[] bytes = bytes(blobs, last);
        bytes[bytes.length / 2] ^= 4;
        replace(blobs, last, bytes);
        final CheckpointManifest latest = job.open(2).latest().orElseThrow();
        assertThat(latest.id()).isEqualTo(completed.list(StoreJob.JOB).get(0));
        job.verify(latest, 3);
        job.run(3, 3, n -> {});
        job.check(4, 0);
    }

    /**
     * A book of all that was created and deleted, with a storage that fails now and then. Some
     * snapshots are given up, some are written out of order.
     */
    @Test
    void anAuditFindsNothingLeakedAndNothingDeletedEarly() {
        final AtomicInteger created = new AtomicInteger();
        final AtomicInteger deleted = new AtomicInteger();
        new PropertyRunner(seed, AUDITS, 8)
                .check(
                        (random, size) -> {
                            final AuditedBlobStore blobs =
                                    new AuditedBlobStore(
                                            new MemoryBlobStore(() -> Instant.EPOCH),
                                            new Random(random.nextLong()));
                            audit(blobs, random, size);
                            created.addAndGet(blobs.created().size());
                            deleted.addAndGet(blobs.deleted().size());
                        });
        System.out.printf(
                "audit: %d files created, %d deleted, seed=%d%n",
                created.get(), deleted.get(), seed.value());
    }

    private static void audit(final AuditedBlobStore blobs, final Random random, final int runs)
            throws IOException {
        final AtomicLong notified = new AtomicLong();
        int attempt = 1;
        for (int i = 0; i < runs; i++) {
            blobs.failureRate(random.nextInt(3) * 0.01);
            final StoreJob job = new StoreJob(blobs, random.nextLong(), SMALL_KEYS);
            try {
                job.run(
                        attempt,
                        6,
                        checkpoint -> {
                            notified.set(checkpoint);
                            assertThat(left(blobs)).containsAll(job.referenced());
                        });
            } catch (final IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            attempt++;
        }
        blobs.failureRate(0);
        final StoreJob job = new StoreJob(blobs, random.nextLong(), SMALL_KEYS);
        job.check(attempt, notified.get());
        assertThat(left(blobs)).isEqualTo(job.referenced());
    }

    private static Set<String> left(final AuditedBlobStore blobs) {
        final Set<String> left = new HashSet<>(blobs.created());
        left.removeAll(blobs.deleted());
        left.removeIf(name -> name.startsWith(CheckpointNames.numbers(StoreJob.JOB)));
        return left;
    }

    private static byte[] bytes(final BlobStore blobs, final String name) throws IOException {
        try (BlobInput input = blobs.open(name)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) input.length());
            input.read(0, bytes);
            return bytes.array();
        }
    }

    private static void replace(final BlobStore blobs, final String name, final byte[] bytes)
            throws IOException {
        assertThat(blobs.list("").stream().map(BlobEntry::name)).contains(name);
        blobs.delete(name);
        try (BlobOutput output = blobs.create(name)) {
            output.write(ByteBuffer.wrap(bytes));
            output.commit();
        }
    }
}
