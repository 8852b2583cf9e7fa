package io.geminid.state.checkpoint.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.crash.StepDisk;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointStorageContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with a local copy, and INV L1 to L5. */
final class LocalRecoveryTest extends CheckpointStorageContract {
    private static final UUID JOB = new UUID(0, 1);
    private static final int BYTES = 100_000;

    @TempDir Path directory;

    private final BlobStore remoteBlobs = new MemoryBlobStore(() -> Instant.EPOCH);
    private BlobStore localBlobs;
    private LocalRecoveryStorage storage;
    private final Map<StateHandle, byte[]> written = new HashMap<>();

    @BeforeEach
    void open() {
        localBlobs = new DirectoryBlobStore(new UnforcedDisk(new HostDisk()), directory);
        storage = reopen();
    }

    private LocalRecoveryStorage reopen() {
        return new LocalRecoveryStorage(
                new BlobCheckpointStorage(remoteBlobs, ids()), localBlobs, ids());
    }

    @Override
    protected BlobStore blobs() {
        return remoteBlobs;
    }

    @Override
    protected CheckpointStorage storage(final int blockBytes) {
        return storage;
    }

    private static CheckpointId id(final long checkpoint) {
        return new CheckpointId(JOB, checkpoint, 1);
    }

    private StateHandle write(final CheckpointId id) throws Exception {
        final byte[] bytes = new byte[BYTES];
        random().nextBytes(bytes);
        try (SnapshotWriter writer = storage.newWriter(id);
                StateOutput output = writer.open(StateScope.SHARED)) {
            output.write(ByteBuffer.wrap(bytes));
            final StateHandle handle = output.finish();
            writer.commit().get();
            written.put(handle, bytes);
            return handle;
        }
    }

    private void reads(final StateHandle handle) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        try (StateInput input = storage.open(handle)) {
            for (int at = 0; at < BYTES; at += 10_000) {
                input.read(at, bytes.limit(at + 10_000));
            }
        }
        assertThat(bytes.array()).isEqualTo(written.get(handle));
    }

    private List<Path> copies() throws IOException {
        final Path copies = directory.resolve("copies");
        if (!Files.isDirectory(copies)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(copies)) {
            return files.toList();
        }
    }

    // INV L3
    @Test
    void readsNoRemoteByteOfWhatItWroteItself() throws Exception {
        final StateHandle handle = write(id(1));
        storage.acknowledged(id(1), List.of(handle));
        storage.completed(id(1));
        reads(handle);
        assertThat(storage.counters()).isEqualTo(new LocalCounters(BYTES, 0, 0, 0));
    }

    @Test
    void readsNoRemoteByteAfterTheProcessWasStartedAgain() throws Exception {
        final StateHandle first = write(id(1));
        storage.acknowledged(id(1), List.of(first));
        final StateHandle second = write(id(2));
        storage.acknowledged(id(2), List.of(first, second));
        storage = reopen();
        storage.restoring(id(2));
        reads(first);
        reads(second);
        assertThat(storage.counters().remoteBytes()).isZero();
        assertThat(copies()).hasSize(2);
    }

    // INV L1, L2
    @Test
    void fallsBackFromEveryDamageAndCountsIt() throws Exception {
        for (int i = 1; i <= 40; i++) {
            final StateHandle handle = write(id(i));
            storage.acknowledged(id(i), List.of(handle));
            storage.completed(id(i));
            assertThat(copies()).hasSize(1);
            damage(copies().get(0), i % 4);
            final boolean restarted = random().nextBoolean();
            if (restarted) {
                storage = reopen();
            }
            final long before = storage.counters().fallbacks();
            reads(handle);
            assertThat(storage.counters().fallbacks()).isEqualTo(before + 1);
            reads(handle);
            assertThat(storage.counters().fallbacks())
                    .as("a damaged copy is not tried again")
                    .isEqualTo(before + 1);
            assertThat(copies()).isEmpty();
        }
    }

    private void damage(final Path copy, final int how) throws IOException {
        final byte[] bytes = Files.readAllBytes(copy);
        final int at = random().nextInt(bytes.length);
        switch (how) {
            case 0 -> Files.write(copy, Arrays.copyOf(bytes, at));
            case 1 -> Files.delete(copy);
            case 2 -> Files.write(copy, new byte[bytes.length]);
            default -> {
                bytes[at] ^= 1;
                Files.write(copy, bytes);
            }
        }
    }

    @Test
    void aDamagedIndexMakesEverythingRemote() throws Exception {
        final StateHandle handle = write(id(1));
        storage.acknowledged(id(1), List.of(handle));
        try (Stream<Path> indexes = Files.list(directory.resolve("indexes"))) {
            for (final Path index : indexes.toList()) {
                damage(index, 3);
            }
        }
        storage = reopen();
        reads(handle);
        assertThat(storage.counters()).isEqualTo(new LocalCounters(0, BYTES, 0, 1));
        assertThat(copies()).as("nobody knows what they are").isEmpty();
    }

    // INV L4
    @Test
    void keepsNoMoreThanTheLastCompletedAndThePendingOnes() throws Exception {
        final Map<Long, List<StateHandle>> pending = new HashMap<>();
        List<StateHandle> base = List.of();
        for (long n = 1; n <= 200; n++) {
            final List<StateHandle> handles = new ArrayList<>(base);
            if (handles.size() > 3) {
                handles.clear();
            }
            handles.add(write(id(n)));
            storage.acknowledged(id(n), handles);
            pending.put(n, handles);
            if (random().nextInt(4) == 0) {
                storage.aborted(id(n));
                pending.remove(n);
            } else if (random().nextBoolean()) {
                base = handles;
                storage.completed(id(n));
                pending.clear();
            }
            final Set<StateHandle> expected = new HashSet<>(base);
            pending.values().forEach(expected::addAll);
            assertThat(copies()).hasSize(expected.size());
        }
        storage.ended(JOB);
        assertThat(localBlobs.list("")).isEmpty();
        assertThat(storage.counters().failures()).isZero();
    }

    // INV L5
    @Test
    void anotherRangeOfTheSameFileIsReadRemotely() throws Exception {
        final StateHandle handle = write(id(1));
        storage.acknowledged(id(1), List.of(handle));
        final StateHandle half = new StateHandle(handle.file(), BYTES / 2, BYTES / 2);
        final ByteBuffer bytes = ByteBuffer.allocate(BYTES / 2);
        try (StateInput input = storage.open(half)) {
            input.read(0, bytes);
        }
        assertThat(bytes.array())
                .isEqualTo(Arrays.copyOfRange(written.get(handle), BYTES / 2, BYTES));
        assertThat(storage.counters().localBytes()).isZero();
    }

    // F40
    @Test
    void aFullLocalDiskCostsTheCopyAndNothingElse() throws Exception {
        localBlobs =
                new DirectoryBlobStore(
                        new StepDisk(
                                new HostDisk(),
                                step -> {
                                    throw new IOException("No space left on device: " + step);
                                }),
                        directory);
        storage = reopen();
        final StateHandle handle = write(id(1));
        storage.acknowledged(id(1), List.of(handle));
        reads(handle);
        assertThat(storage.counters()).isEqualTo(new LocalCounters(0, BYTES, 0, 1));
    }
}
