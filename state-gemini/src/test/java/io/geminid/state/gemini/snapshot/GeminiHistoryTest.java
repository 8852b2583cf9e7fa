package io.geminid.state.gemini.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.gemini.GeminiStateStoreFactory;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A hundred checkpoints, each after some random keys were changed: what they upload, and what the
 * last one keeps alive, per byte of keys and values.
 */
final class GeminiHistoryTest {

    private static final int ROUNDS = Integer.getInteger("geminid.test.rounds", 100);
    private static final int KEYS = 100_000;
    private static final int VALUE_BYTES = 100;
    private static final int ENTRY_BYTES = Long.BYTES + VALUE_BYTES;
    private static final int GROUPS = 16;
    private static final UUID JOB = new UUID(0, 1);
    private static final StateDescriptor<ValueState<byte[]>> VALUES =
            StateDescriptor.value("values", Serializers.BYTES);

    @RegisterExtension final Seed seed = new Seed();

    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);
    private final int[] changes = new int[KEYS];
    private Random random;
    private BlobCheckpointStorage storage;
    private List<StatePart> parts = List.of();
    private long completed;
    private long uploadedBytes;

    // MS-17
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1, 10})
    void aHundredCheckpointsUploadWhatWasChangedAndKeepLittleMore(final double percent)
            throws IOException {
        open();
        final int dirty = (int) (KEYS * percent / 100);
        try (SegmentPool pool = pool();
                StateStore<Long> store = store(pool)) {
            fill(store);
            uploadedBytes = 0;
            double spaceMax = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (final int key : chosen(dirty)) {
                    change(store, key);
                }
                checkpoint(store);
                spaceMax = Math.max(spaceMax, (double) storedBytes() / KEYS / ENTRY_BYTES);
            }
            final double uploaded = (double) uploadedBytes / ROUNDS / dirty / ENTRY_BYTES;
            System.out.printf(
                    "%.1f %% of keys changed %d times: %.3f bytes uploaded for each changed, %.3f kept"
                            + " for each alive, seed=%d%n",
                    percent, ROUNDS, uploaded, spaceMax, seed.value());
            assertThat(spaceMax).as("bytes kept").isLessThanOrEqualTo(2);
            assertThat(uploaded).as("bytes uploaded").isLessThanOrEqualTo(1.3);
        }
        requireRestored();
    }

    /**
     * Values that change their size, keys that go: what is dead when a snapshot begins is not in
     * it.
     */
    @Test
    void aFullSnapshotHasNothingDead() throws IOException {
        open();
        try (SegmentPool pool = pool();
                StateStore<Long> store = store(pool)) {
            for (int i = 1; i <= 3; i++) {
                for (int key = 0; key < KEYS / 10; key++) {
                    store.setCurrentKey((long) key);
                    store.state(VALUES).update(new byte[10 * i]);
                }
            }
            for (int key = KEYS / 20; key < KEYS / 10; key++) {
                store.setCurrentKey((long) key);
                store.state(VALUES).clear();
            }
            checkpoint(store);
            assertThat(storedBytes()).isLessThan(KEYS / 20 * (Long.BYTES + 30 + 3));
        }
    }

    private void open() {
        random = seed.random();
        storage =
                new BlobCheckpointStorage(
                        blobs, () -> new UUID(random.nextLong(), random.nextLong()));
    }

    private static SegmentPool pool() {
        return new SegmentPool(SegmentPoolContext.ofMaxBytes(128 << 20));
    }

    private static StateStore<Long> store(final SegmentPool pool) {
        return new GeminiStateStoreFactory(pool, pool.capacity())
                .create(
                        new StateStoreContext<>(
                                "history",
                                Serializers.LONG,
                                new KeyGroupRange(0, GROUPS - 1),
                                GROUPS,
                                () -> Instant.EPOCH));
    }

    private void fill(final StateStore<Long> store) throws IOException {
        for (int key = 0; key < KEYS; key++) {
            change(store, key);
        }
        checkpoint(store);
    }

    private void change(final StateStore<Long> store, final int key) {
        changes[key]++;
        store.setCurrentKey((long) key);
        store.state(VALUES).update(value(key));
    }

    private byte[] value(final int key) {
        final byte[] value = new byte[VALUE_BYTES];
        Arrays.fill(value, (byte) (key * 31 + changes[key]));
        return value;
    }

    private Set<Integer> chosen(final int count) {
        final Set<Integer> chosen = new HashSet<>();
        while (chosen.size() < count) {
            chosen.add(random.nextInt(KEYS));
        }
        return chosen;
    }

    /** Takes one that is relative to the last, and then deletes what only that one needed. */
    private void checkpoint(final StateStore<Long> store) throws IOException {
        final CheckpointId id = new CheckpointId(JOB, completed + 1, 0);
        final Set<String> before =
                blobs.list("").stream().map(BlobEntry::name).collect(Collectors.toSet());
        final BegunCheckpoint begun = new BegunCheckpoint(id, completed, Set.of());
        try (StoreSnapshot snapshot = store.snapshot(begun);
                SnapshotWriter writer = storage.newWriter(id)) {
            parts = snapshot.write(writer);
            writer.commit().join();
        }
        completed++;
        final Set<String> needed =
                parts.stream()
                        .flatMap(part -> part.handles().stream())
                        .map(handle -> handle.file().name())
                        .collect(Collectors.toSet());
        for (final BlobEntry blob : blobs.list("")) {
            if (!needed.contains(blob.name())) {
                blobs.delete(blob.name());
            }
            uploadedBytes += before.contains(blob.name()) ? 0 : blob.lengthBytes();
        }
    }

    private long storedBytes() throws IOException {
        return blobs.list("").stream().mapToLong(BlobEntry::lengthBytes).sum();
    }

    private void requireRestored() throws IOException {
        try (SegmentPool pool = pool();
                StateStore<Long> store = store(pool)) {
            store.restore(completed, parts, storage);
            for (int key = 0; key < KEYS; key++) {
                store.setCurrentKey((long) key);
                assertThat(store.state(VALUES).get()).isEqualTo(value(key));
            }
        }
    }
}
