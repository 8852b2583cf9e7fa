package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobInput;
import io.geminid.state.checkpoint.blob.BlobOutput;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A restored store is used before its last byte is in. */
class GeminiLazyRestoreTest {

    private static final UUID JOB = new UUID(1, 2);
    private static final int KEYS = 4_000;
    private static final int GROUPS = 64;
    private static final StateDescriptor<ValueState<String>> VALUE =
            StateDescriptor.value("value", Serializers.STRING);

    @RegisterExtension final Seed seed = new Seed();

    private final SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(256 << 20));
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final BlobStore memory = new MemoryBlobStore(() -> Instant.EPOCH);
    private final CheckpointStorage storage =
            new BlobCheckpointStorage(
                    new CountingBlobStore(memory, bytesRead),
                    () -> new UUID(3, ids.incrementAndGet()),
                    4096);
    private final Map<Long, String> model = new HashMap<>();
    private long checkpoint;

    @AfterEach
    void everySegmentIsBack() {
        assertThat(pool.heldByOwner()).isEmpty();
        pool.close();
    }

    /** Counts what is read. */
    private record CountingBlobStore(BlobStore blobs, AtomicLong bytesRead) implements BlobStore {
        @Override
        public BlobOutput create(final String name) throws IOException {
            return blobs.create(name);
        }

        @Override
        public BlobInput open(final String name) throws IOException {
            final BlobInput input = blobs.open(name);
            return new BlobInput() {
                @Override
                public long length() {
                    return input.length();
                }

                @Override
                public void read(final long position, final ByteBuffer target) throws IOException {
                    bytesRead.addAndGet(target.remaining());
                    input.read(position, target);
                }

                @Override
                public void close() throws IOException {
                    input.close();
                }
            };
        }

        @Override
        public List<BlobEntry> list(final String prefix) throws IOException {
            return blobs.list(prefix);
        }

        @Override
        public boolean delete(final String name) throws IOException {
            return blobs.delete(name);
        }
    }

    private StateStore<Long> store(final int first, final int last) {
        return new GeminiStateStoreFactory(pool, pool.capacity())
                .create(
                        new StateStoreContext<>(
                                "lazy",
                                Serializers.LONG,
                                new KeyGroupRange(first, last),
                                GROUPS,
                                () -> Instant.EPOCH));
    }

    private static int group(final long key) {
        return KeyGroup.of(key, GROUPS);
    }

    private void put(final StateStore<Long> store, final long key, final String value) {
        store.setCurrentKey(key);
        store.state(VALUE).update(value);
        model.put(key, value);
    }

    private static String get(final StateStore<Long> store, final long key) {
        store.setCurrentKey(key);
        return store.state(VALUE).get();
    }

    private List<StatePart> snapshot(final StateStore<Long> store, final long base)
            throws IOException {
        final CheckpointId id = new CheckpointId(JOB, ++checkpoint, 0);
        try (StoreSnapshot snapshot = store.snapshot(new BegunCheckpoint(id, base, Set.of()));
                SnapshotWriter writer = storage.newWriter(id)) {
            final List<StatePart> parts = snapshot.write(writer);
            writer.commit().join();
            return parts;
        }
    }

    /** Three checkpoints of a store whose values are changed between them. */
    private List<StatePart> filled() throws IOException {
        final Random random = seed.random();
        try (StateStore<Long> store = store(0, GROUPS - 1)) {
            List<StatePart> parts = List.of();
            for (int round = 0; round < 3; round++) {
                for (long key = 0; key < KEYS; key++) {
                    if (round == 0 || random.nextInt(4) == 0) {
                        put(store, key, "value" + round + " of " + key + "-".repeat(200));
                    }
                }
                parts = snapshot(store, checkpoint);
            }
            return parts;
        }
    }

    private static long bytesOf(final List<StatePart> parts) {
        return parts.stream().mapToLong(StatePart::referencedBytes).sum();
    }

    @Test
    void theFirstReadWaitsForOneKeyGroup() throws IOException {
        final List<StatePart> parts = filled();
        bytesRead.set(0);
        try (StateStore<Long> store = store(0, GROUPS - 1)) {
            store.restore(checkpoint, parts, storage);
            assertThat(get(store, 7)).isEqualTo(model.get(7L));
            assertThat(bytesRead.get()).isLessThan(bytesOf(parts) / 8);
            for (long key = 0; key < KEYS; key++) {
                assertThat(get(store, key)).isEqualTo(model.get(key));
            }
        }
    }

    /** One key is enough to get everything in, little by little. */
    @Test
    void theRestComesWhileTheStoreIsUsed() throws IOException {
        final List<StatePart> parts = filled();
        bytesRead.set(0);
        try (StateStore<Long> store = store(0, GROUPS - 1)) {
            store.restore(checkpoint, parts, storage);
            long largest = 0;
            for (int i = 0; i < 100_000; i++) {
                final long before = bytesRead.get();
                get(store, 7);
                largest = i == 0 ? 0 : Math.max(largest, bytesRead.get() - before);
            }
            assertThat(bytesRead.get()).isGreaterThan(bytesOf(parts));
            assertThat(largest).as("bytes read for one access").isLessThan(bytesOf(parts) / 8);
        }
    }

    // INV I4, with all that may come between
    @Test
    void snapshotsOfAStoreThatIsNotCompleteAreRight() throws IOException {
        List<StatePart> parts = filled();
        final Random random = seed.random();
        for (int round = 0; round < 12; round++) {
            final long restored = checkpoint;
            final int cut = 1 + random.nextInt(GROUPS - 1);
            final List<StatePart> next = new ArrayList<>();
            final long number = checkpoint;
            for (final KeyGroupRange range :
                    round % 3 == 0
                            ? List.of(
                                    new KeyGroupRange(0, cut - 1),
                                    new KeyGroupRange(cut, GROUPS - 1))
                            : List.of(new KeyGroupRange(0, GROUPS - 1))) {
                checkpoint = number;
                try (StateStore<Long> store = store(range.first(), range.last())) {
                    store.restore(restored, parts, storage);
                    for (int i = 0; i < 20; i++) {
                        final long key = random.nextInt(KEYS);
                        if (range.contains(group(key))) {
                            assertThat(get(store, key)).isEqualTo(model.get(key));
                            put(store, key, "changed in round " + round);
                        }
                    }
                    final boolean full = random.nextInt(4) == 0;
                    final List<StatePart> mine = snapshot(store, full ? 0 : restored);
                    if (!full) {
                        assertThat(newBytes(mine, parts)).isLessThan(bytesOf(parts) / 8);
                    }
                    // What is written later belongs to nobody.
                    store.setCurrentKey(firstKeyIn(range));
                    store.state(VALUE).update("lost");
                    next.addAll(mine);
                }
            }
            parts = next;
            try (StateStore<Long> store = store(0, GROUPS - 1)) {
                store.restore(checkpoint, parts, storage);
                for (long key = 0; key < KEYS; key++) {
                    assertThat(get(store, key)).as("key=%s", key).isEqualTo(model.get(key));
                }
            }
        }
    }

    private static long firstKeyIn(final KeyGroupRange range) {
        long key = 0;
        while (!range.contains(group(key))) {
            key++;
        }
        return key;
    }

    private static long newBytes(final List<StatePart> parts, final List<StatePart> before) {
        final List<StateHandle> known =
                before.stream().flatMap(part -> part.handles().stream()).toList();
        return parts.stream()
                .flatMap(part -> part.handles().stream())
                .filter(handle -> !known.contains(handle))
                .mapToLong(StateHandle::length)
                .sum();
    }

    @Test
    void aDamageThatIsFoundLateIsOneErrorThatNamesTheFile() throws IOException {
        final List<StatePart> parts = filled();
        final String name = parts.get(0).handles().get(0).file().name();
        damage(name);
        try (StateStore<Long> store = store(0, GROUPS - 1)) {
            store.restore(checkpoint, parts, storage);
            assertThatThrownBy(() -> readAll(store))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("store=lazy")
                    .hasMessageContaining(name);
            assertThatThrownBy(() -> readAll(store)).hasMessageContaining(name);
            assertThatThrownBy(() -> snapshot(store, 0)).hasMessageContaining(name);
        }
    }

    @Test
    void aFileThatIsGoneIsNamed() throws IOException {
        final List<StatePart> parts = filled();
        final String name = parts.get(0).handles().get(1).file().name();
        memory.delete(name);
        try (StateStore<Long> store = store(0, GROUPS - 1)) {
            assertThatThrownBy(() -> store.restore(checkpoint, parts, storage))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(name);
        }
    }

    private void readAll(final StateStore<Long> store) {
        for (long key = 0; key < KEYS; key++) {
            assertThat(get(store, key)).isEqualTo(model.get(key));
        }
    }

    /** Puts a file in its place of which all blocks are damaged but the last ones. */
    private void damage(final String name) throws IOException {
        final byte[] bytes;
        try (BlobInput input = memory.open(name)) {
            final ByteBuffer all = ByteBuffer.allocate((int) input.length());
            input.read(0, all);
            bytes = all.array();
        }
        for (int at = 0; at < bytes.length - 8_192; at += 4_096) {
            bytes[at + 2_000] ^= 1;
        }
        memory.delete(name);
        try (BlobOutput output = memory.create(name)) {
            output.write(ByteBuffer.wrap(bytes));
            output.commit();
        }
    }
}
