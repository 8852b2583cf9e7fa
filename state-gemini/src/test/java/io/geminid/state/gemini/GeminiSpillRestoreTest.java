package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A store is restored from many files into much less memory than what they hold takes. */
class GeminiSpillRestoreTest {

    private static final int GROUPS = 64;
    private static final int SEGMENTS = 40;
    private static final int KEYS = 3_000;
    private static final int VALUE_CHARS = 200;
    private static final int ROUNDS = 40;
    private static final StateDescriptor<ValueState<String>> VALUE =
            StateDescriptor.value("value", Serializers.STRING);

    @RegisterExtension final Seed seed = new Seed();

    @TempDir private Path directory;
    private final AtomicLong ids = new AtomicLong();
    private final CheckpointStorage storage =
            new BlobCheckpointStorage(
                    new MemoryBlobStore(() -> Instant.EPOCH),
                    () -> new UUID(3, ids.incrementAndGet()));
    private final Map<Long, String> model = new HashMap<>();
    private long checkpoint;
    private List<StatePart> parts = List.of();

    private static StateStoreContext<Long> context() {
        return new StateStoreContext<>(
                "restored",
                Serializers.LONG,
                new KeyGroupRange(0, GROUPS - 1),
                GROUPS,
                () -> Instant.EPOCH);
    }

    private void write(final StateStore<Long> store, final Random random) {
        final long key = random.nextInt(KEYS);
        store.setCurrentKey(key);
        assertThat(store.state(VALUE).get()).isEqualTo(model.get(key));
        if (random.nextInt(8) == 0) {
            store.state(VALUE).clear();
            model.remove(key);
        } else {
            final String value = key + "-".repeat(random.nextInt(2 * VALUE_CHARS)) + ids.get();
            store.state(VALUE).update(value);
            model.put(key, value);
        }
    }

    private void snapshot(final StateStore<Long> store) throws IOException {
        final long base = checkpoint;
        final CheckpointId id = new CheckpointId(new UUID(1, 2), ++checkpoint, 0);
        try (StoreSnapshot snapshot = store.snapshot(new BegunCheckpoint(id, base, Set.of()));
                SnapshotWriter writer = storage.newWriter(id)) {
            parts = snapshot.write(writer);
            writer.commit().join();
        }
    }

    private void requireAll(final StateStore<Long> store) {
        for (long key = 0; key < KEYS; key++) {
            store.setCurrentKey(key);
            assertThat(store.state(VALUE).get()).isEqualTo(model.get(key));
        }
    }

    // INV I4
    @Test
    void whatDoesNotFitGoesToDiskAtOnce() throws IOException {
        final Random random = seed.random();
        final SmallMemory memory = new SmallMemory(directory, 1, SEGMENTS);
        for (int round = 0; round < ROUNDS; round++) {
            try (StateStore<Long> store = memory.factory().create(context())) {
                if (checkpoint > 0) {
                    store.restore(checkpoint, parts, storage);
                }
                // In some rounds all is loaded long before the end, in some much is missing.
                final int writes = round < 3 ? 2 * KEYS : random.nextInt(KEYS);
                for (int i = 0; i < writes; i++) {
                    write(store, random);
                    if (random.nextInt(400) == 0) {
                        snapshot(store);
                    }
                }
                if (round % 8 == 7) {
                    requireAll(store);
                }
                snapshot(store);
            }
        }
        assertThat(memory.usedDisk()).isTrue();
        memory.close();
    }
}
