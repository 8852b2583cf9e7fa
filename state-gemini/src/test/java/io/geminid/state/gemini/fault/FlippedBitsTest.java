package io.geminid.state.gemini.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.local.LocalRecoveryStorage;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.merge.MergeLimits;
import io.geminid.state.checkpoint.merge.MergingCheckpointStorage;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import io.geminid.state.checkpoint.storage.SnapshotFiles;
import io.geminid.state.checkpoint.verify.CheckpointVerifier;
import io.geminid.state.gemini.fault.AllKinds.Taken;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One bit is flipped of a checkpoint of Gemini stores: of its manifest, of a file that is one
 * subtask's, of a file that subtasks share, of a worker's own copy. Restoring fails with one error
 * that names the file, or, if nobody reads the bit or there is another copy, is exact; and whoever
 * verifies the files finds that one damage, whether it is read or not.
 */
@Timeout(3_600)
final class FlippedBitsTest {
    private static final int FLIPS = Integer.getInteger("geminid.test.bit-flips", 1_000);
    private static final int CHECKPOINTS = 6;

    /** Small, so that a file has many blocks. */
    private static final MergeLimits LIMITS = new MergeLimits(512, 4_000, 1 << 20);

    @RegisterExtension final Seed seed = new Seed();

    private final AllKinds job = new AllKinds();
    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
    private final FlippedBlobs flipped = new FlippedBlobs(blobs);
    private final BlobStore copies = new MemoryBlobStore(() -> Instant.EPOCH);
    private Taken taken;

    @BeforeEach
    void takeCheckpoints() throws IOException {
        final Random random = seed.random();
        final Supplier<UUID> ids = () -> new UUID(random.nextLong(), random.nextLong());
        final MergingCheckpointStorage merging =
                new MergingCheckpointStorage(new SnapshotFiles(blobs, ids), storage(blobs), LIMITS);
        final LocalRecoveryStorage storage = new LocalRecoveryStorage(merging, copies, ids);
        taken = job.run(storage, merging::expect, CHECKPOINTS, random);
        final CheckpointId id = taken.manifest().id();
        storage.acknowledged(id, taken.manifest().handles().toList());
        storage.completed(id);
        new CompletedCheckpoints(blobs, ids).complete(taken.manifest());
    }

    @AfterEach
    void close() {
        job.close();
    }

    private static CheckpointStorage storage(final BlobStore from) {
        return new BlobCheckpointStorage(from, UUID::randomUUID);
    }

    private static long bits(final BlobStore from, final String name) throws IOException {
        try (BlobInput input = from.open(name)) {
            return input.length() * Byte.SIZE;
        }
    }

    /** Small files as often as large ones. */
    private List<String> namesOfTheCheckpoint() {
        return Stream.concat(
                        Stream.of(CheckpointNames.manifest(taken.manifest().id())),
                        taken.manifest().handles().map(handle -> handle.file().name()))
                .distinct()
                .toList();
    }

    @Test
    void oneErrorNamesTheFile() throws Exception {
        final List<String> names = namesOfTheCheckpoint();
        assertThat(taken.manifest().handles().filter(handle -> handle.offset() > 0))
                .as("ranges that share a file")
                .isNotEmpty();
        assertThat(names).hasSizeGreaterThan(4);
        int unread = 0;
        for (int i = 0; i < FLIPS; i++) {
            final String name = names.get(seed.random().nextInt(names.size()));
            final long bit = seed.random().nextLong(bits(blobs, name));
            flipped.flip(name, bit);
            try {
                assertThat(restoredFrom(flipped)).isEqualTo(taken.content());
                assertThat(flipped.reads()).as("%s bit %s is read", name, bit).isZero();
                assertThat(isReferred(name, bit)).as("%s bit %s is needed", name, bit).isFalse();
                unread++;
            } catch (final IOException e) {
                assertThat(e).hasMessageContaining(name);
                names.stream()
                        .filter(other -> !other.equals(name))
                        .forEach(other -> assertThat(e.getMessage()).doesNotContain(other));
            }
            final List<CorruptStateException> damages =
                    new CheckpointVerifier(flipped).verify("").damages();
            assertThat(damages).as("%s bit %s", name, bit).hasSize(1);
            assertThat(damages.get(0).file()).isEqualTo(name);
        }
        flipped.flip("", 0);
        assertThat(restoredFrom(flipped)).isEqualTo(taken.content());
        System.out.printf(
                "%d bits flipped in %d files of %d bytes: %d named, %d of ranges that nothing"
                        + " refers to, seed=%d%n",
                FLIPS, names.size(), sum(names), FLIPS - unread, unread, seed.value());
    }

    private Object restoredFrom(final BlobStore from) throws IOException {
        final CheckpointManifest manifest =
                new CompletedCheckpoints(from, UUID::randomUUID).read(taken.manifest().id());
        return job.restore(manifest, storage(from), 1 + seed.random().nextInt(3));
    }

    /** Whether a bit of a file of state is in a block of which a range is needed. */
    private boolean isReferred(final String name, final long bit) {
        final int blockBytes = LIMITS.blockBytes() + Integer.BYTES;
        final long block = (bit / Byte.SIZE - 64) / blockBytes;
        return taken.manifest()
                .handles()
                .filter(handle -> handle.file().name().equals(name))
                .anyMatch(handle -> has(handle, block));
    }

    private static boolean has(final StateHandle handle, final long block) {
        return handle.offset() / LIMITS.blockBytes() <= block
                && block <= (handle.offset() + handle.length() - 1) / LIMITS.blockBytes();
    }

    private long sum(final List<String> names) throws IOException {
        long sum = 0;
        for (final String name : names) {
            sum += bits(blobs, name) / Byte.SIZE;
        }
        return sum;
    }

    /** INV L: a worker's own copy is a hint. */
    @Test
    void aCopyThatIsDamagedIsNotNeeded() throws Exception {
        final List<String> names = new ArrayList<>();
        copies.list("").forEach(entry -> names.add(entry.name()));
        assertThat(names).hasSizeGreaterThan(4);
        final FlippedBlobs damaged = new FlippedBlobs(copies);
        final int flips = FLIPS / 4;
        for (int i = 0; i < flips; i++) {
            final String name = names.get(seed.random().nextInt(names.size()));
            final long bit = seed.random().nextLong(bits(copies, name));
            damaged.flip(name, bit);
            final LocalRecoveryStorage storage =
                    new LocalRecoveryStorage(storage(blobs), damaged, UUID::randomUUID);
            storage.restoring(taken.manifest().id());
            assertThat(job.restore(taken.manifest(), storage, 2))
                    .as("%s bit %s", name, bit)
                    .isEqualTo(taken.content());
            assertThat(storage.counters().remoteBytes())
                    .as("%s bit %s is read", name, bit)
                    .isPositive();
        }
        System.out.printf(
                "%d bits flipped in %d local files: all passed over, seed=%d%n",
                flips, names.size(), seed.value());
    }
}
