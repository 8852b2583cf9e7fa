package io.geminid.state.rocksdb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.kind.ValueState;
import io.geminid.state.rocksdb.RocksDbStores;
import io.geminid.state.rocksdb.db.RocksDbSettings;
import io.geminid.state.snapshot.StoreSnapshot;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is special to snapshots by sorted files; what holds for all is in the contract. */
class RocksDbSnapshotTest {

    private static final UUID JOB = new UUID(1, 2);

    /** The number of the checkpoint that stores are restored from. */
    private static final long RESTORED = 3;

    private static final StateStoreContext<Long> LONGS =
            new StateStoreContext<>(
                    "test", Serializers.LONG, new KeyGroupRange(0, 15), 16, InstantSource.system());

    @RegisterExtension private final Seed seed = new Seed();

    @TempDir private Path directory;

    private RocksDbStores factory;
    private MemoryBlobStore files;
    private CheckpointStorage storage;

    @BeforeEach
    void open() {
        factory = new RocksDbStores(directory.resolve("local"), new RocksDbSettings(16 << 20, 2));
        final Random ids = new Random(seed.value());
        files = new MemoryBlobStore(() -> Instant.EPOCH);
        storage = new BlobCheckpointStorage(files, () -> new UUID(ids.nextLong(), ids.nextLong()));
    }

    @AfterEach
    void nothingIsLeftOnTheLocalDisk() {
        factory.close();
        assertThat(directory.resolve("local")).doesNotExist();
    }

    @Test
    void onlyNewFilesAreUploaded() throws IOException {
        try (StateStore<Long> store = factory.create(LONGS)) {
            fill(store, 0);
            final StatePart first = snapshot(store, 1, 0);
            final StatePart second = snapshot(store, 2, 1);
            assertThat(shared(second)).isEqualTo(shared(first)).isNotEmpty();
            fill(store, 1_000);
            final StatePart third = snapshot(store, 3, 1);
            assertThat(shared(third)).containsAll(shared(first)).hasSizeGreaterThan(1);
            assertThat(shared(snapshot(store, 4, 3))).isEqualTo(shared(third));
            assertThat(shared(snapshot(store, 5, 0))).doesNotContainAnyElementsOf(shared(third));
        }
    }

    @Test
    void whatIsNotOfTheBaseIsNotReferredTo() throws IOException {
        try (StateStore<Long> store = factory.create(LONGS)) {
            fill(store, 0);
            final StatePart base = snapshot(store, 1, 0);
            fill(store, 1_000);
            final StatePart aborted = snapshot(store, 2, 1);
            final StatePart next = snapshot(store, 3, 1);
            assertThat(shared(next)).containsAll(shared(base));
            final List<StateHandle> onlyAborted = new ArrayList<>(shared(aborted));
            onlyAborted.removeAll(shared(base));
            assertThat(shared(next)).doesNotContainAnyElementsOf(onlyAborted);
            assertThat(onlyAborted).isNotEmpty();
            try (StateStore<Long> restored = restore(next)) {
                restored.setCurrentKey(1_001L);
                assertThat(value(restored).get()).isEqualTo("value1001");
                assertThat(shared(snapshot(restored, 4, RESTORED))).isEqualTo(shared(next));
            }
        }
    }

    @Test
    void aStorageThatIsGoneLeavesTheStoreAsItWas() throws IOException {
        try (StateStore<Long> store = factory.create(LONGS)) {
            fill(store, 0);
            final SnapshotWriter closed = storage.newWriter(id(1));
            closed.close(); // takes nothing any more
            try (StoreSnapshot lost = store.snapshot(BegunCheckpoint.full(id(1)))) {
                assertThatThrownBy(() -> lost.write(closed)).isNotNull();
            }
            try (StateStore<Long> restored = restore(snapshot(store, 2, 0))) {
                restored.setCurrentKey(1L);
                assertThat(value(restored).get()).isEqualTo("value1");
            }
        }
    }

    @Test
    void aDamagedFileIsNamedAndNothingIsLeft() throws IOException {
        final StatePart part;
        try (StateStore<Long> store = factory.create(LONGS)) {
            fill(store, 0);
            part = snapshot(store, 1, 0);
        }
        final String name = shared(part).get(0).file().name();
        damage(name);
        assertThatThrownBy(() -> restore(part))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(name);
        try (var left = Files.list(directory.resolve("local"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        final StatePart part;
        try (StateStore<Long> store = factory.create(LONGS)) {
            fill(store, 0);
            part = snapshot(store, 1, 0);
        }
        final StateStoreContext<String> otherKeys =
                new StateStoreContext<>(
                        "test", Serializers.STRING, new KeyGroupRange(0, 15), 16, LONGS.clock());
        assertThatThrownBy(() -> restore(otherKeys, part))
                .hasMessageContaining("keySerializer=int64@1 expected=utf8@1");
        final StateStoreContext<Long> otherGroups =
                new StateStoreContext<>(
                        "test", Serializers.LONG, new KeyGroupRange(0, 15), 32, otherKeys.clock());
        assertThatThrownBy(() -> restore(otherGroups, part))
                .hasMessageContaining("maxParallelism=16 expected=32");
        final StatePart foreign =
                new StatePart(
                        part.kind(),
                        "heap/1",
                        part.keyGroups(),
                        part.schemas(),
                        part.handles(),
                        part.inline());
        assertThatThrownBy(() -> restore(foreign))
                .hasMessageContaining("format=heap/1 expected=rocksdb/1");
        try (StateStore<Long> restored = restore(part)) {
            assertThatThrownBy(() -> restored.state(StateDescriptor.ofLong("value")))
                    .hasMessageContaining("schema=long restored=value<utf8@1>");
            assertThatThrownBy(
                            () ->
                                    restored.state(
                                            StateDescriptor.value("value", Serializers.STRING)
                                                    .withTtlMillis(5)))
                    .hasMessageContaining("ages");
            // A state that nobody has asked for stays in the next snapshot.
            assertThat(snapshot(restored, 2, 0).schemas()).isEqualTo(part.schemas());
        }
    }

    /** Flips a bit in the middle. */
    private void damage(final String name) throws IOException {
        final ByteBuffer bytes;
        try (BlobInput in = files.open(name)) {
            bytes = ByteBuffer.allocate((int) in.length());
            in.read(0, bytes);
        }
        bytes.array()[bytes.capacity() / 2] ^= 1;
        files.delete(name);
        try (BlobOutput out = files.create(name)) {
            out.write(bytes.flip());
            out.commit();
        }
    }

    private void fill(final StateStore<Long> store, final long from) {
        for (long key = from; key < from + 200; key++) {
            store.setCurrentKey(key);
            value(store).update("value" + key);
        }
    }

    private static ValueState<String> value(final StateStore<Long> store) {
        return store.state(StateDescriptor.value("value", Serializers.STRING));
    }

    private static CheckpointId id(final long checkpoint) {
        return new CheckpointId(JOB, checkpoint, 0);
    }

    private StatePart snapshot(final StateStore<Long> store, final long checkpoint, final long base)
            throws IOException {
        final BegunCheckpoint begun = new BegunCheckpoint(id(checkpoint), base, Set.of());
        try (StoreSnapshot snapshot = store.snapshot(begun);
                SnapshotWriter writer = storage.newWriter(id(checkpoint))) {
            final StatePart part = snapshot.write(writer).get(0);
            writer.commit().join();
            return part;
        }
    }

    private <K> StateStore<K> restore(final StateStoreContext<K> context, final StatePart part)
            throws IOException {
        final StateStore<K> store = factory.create(context);
        boolean restored = false;
        try {
            store.restore(RESTORED, List.of(part), storage);
            restored = true;
            return store;
        } finally {
            if (!restored) {
                store.close();
            }
        }
    }

    private StateStore<Long> restore(final StatePart part) throws IOException {
        return restore(LONGS, part);
    }

    private static List<StateHandle> shared(final StatePart part) {
        return part.handles().stream()
                .filter(handle -> handle.file().scope() == StateScope.SHARED)
                .toList();
    }
}
