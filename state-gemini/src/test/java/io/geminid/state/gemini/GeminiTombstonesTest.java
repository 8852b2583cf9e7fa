package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
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
import io.geminid.state.gemini.table.OutOfStateMemoryException;
import io.geminid.state.kind.LongState;
import io.geminid.state.snapshot.StoreSnapshot;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
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

/** Keys that come, are in a snapshot, and go for ever take nothing with them, as windows do. */
class GeminiTombstonesTest {

    private static final int GROUPS = 16;
    private static final int SEGMENT_BYTES = 4096;

    /** About thrice what is alive at any time, index and frames that snapshots keep included. */
    private static final int SEGMENTS = 160;

    private static final int KEYS_THAT_STAY = 2_000;
    private static final int KEYS_OF_A_WINDOW = 500;
    private static final int WINDOWS = 300;
    private static final int WINDOWS_LONGER = 40;
    private static final StateDescriptor<LongState> COUNT = StateDescriptor.ofLong("count");

    @RegisterExtension final Seed seed = new Seed();

    private final SegmentPool pool = pool(SEGMENTS);
    private final SegmentPool otherPool = pool(4 * SEGMENTS);
    private final AtomicLong ids = new AtomicLong();
    private final CheckpointStorage storage =
            new BlobCheckpointStorage(
                    new MemoryBlobStore(() -> Instant.EPOCH),
                    () -> new UUID(3, ids.incrementAndGet()));
    private final Map<Long, Long> model = new HashMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long checkpoint;
    private Completed completed = new Completed(0, List.of());
    private int compared;

    private record Pending(long checkpoint, StoreSnapshot snapshot, Map<Long, Long> expected) {}

    private record Completed(long checkpoint, List<StatePart> parts) {}

    private static SegmentPool pool(final int segments) {
        return new SegmentPool(
                new SegmentPoolContext(
                        SEGMENT_BYTES,
                        16 * SEGMENT_BYTES,
                        (long) segments * SEGMENT_BYTES,
                        DebugLevel.OFF,
                        new DirectSlabAllocator()));
    }

    @AfterEach
    void everySegmentIsBack() {
        for (final SegmentPool each : List.of(pool, otherPool)) {
            assertThat(each.heldByOwner()).isEmpty();
            each.close();
        }
    }

    private static StateStore<Long> store(final SegmentPool pool) {
        return new GeminiStateStoreFactory(pool, pool.capacity())
                .create(
                        new StateStoreContext<>(
                                "windows",
                                Serializers.LONG,
                                new KeyGroupRange(0, GROUPS - 1),
                                GROUPS,
                                () -> Instant.EPOCH));
    }

    private void add(final StateStore<Long> store, final long key) {
        store.setCurrentKey(key);
        assertThat(store.state(COUNT).add(1)).isEqualTo(model.merge(key, 1L, Long::sum));
    }

    private void remove(final StateStore<Long> store, final long key) {
        store.setCurrentKey(key);
        assertThat(store.state(COUNT).getOrDefault(0)).isEqualTo(model.remove(key));
        store.state(COUNT).clear();
    }

    private void begin(final StateStore<Long> store) {
        final CheckpointId id = new CheckpointId(new UUID(1, 1), ++checkpoint, 0);
        pending.addLast(
                new Pending(
                        checkpoint,
                        store.snapshot(new BegunCheckpoint(id, completed.checkpoint(), Set.of())),
                        Map.copyOf(model)));
    }

    /** Ends the oldest snapshot that is pending; what it wrote is the base of the next, or lost. */
    private void end(final boolean completes, final boolean compares) throws IOException {
        final Pending oldest = pending.removeFirst();
        try (StoreSnapshot snapshot = oldest.snapshot();
                SnapshotWriter writer =
                        storage.newWriter(
                                new CheckpointId(new UUID(1, 1), oldest.checkpoint(), 0))) {
            if (!completes) {
                return;
            }
            completed = new Completed(oldest.checkpoint(), snapshot.write(writer));
            writer.commit().join();
        }
        if (compares) {
            compare(oldest.expected());
        }
    }

    private void compare(final Map<Long, Long> expected) throws IOException {
        final Map<Long, Long> restored = new HashMap<>();
        try (StateStore<Long> store = store(otherPool)) {
            store.restore(completed.checkpoint(), completed.parts(), storage);
            store.forEachKey(COUNT, (key, count) -> restored.put(key, count.getOrDefault(-1)));
        }
        assertThat(restored).isEqualTo(expected);
        compared++;
    }

    // INV I3
    @Test
    void windowsFitIntoTheMemoryOfOneForEver() throws IOException {
        final Random random = seed.random();
        StateStore<Long> store = store(pool);
        try {
            for (long key = -1; key >= -KEYS_THAT_STAY; key--) {
                add(store, key);
            }
            for (int window = 0; window < WINDOWS; window++) {
                begin(store);
                open(store, window, random);
                close(store, window - 1 - window % 3, random);
                end(window % 4 != 0, window % 10 == 1);
                if (window % 100 == 99) {
                    store.close();
                    store = store(pool);
                    store.restore(completed.checkpoint(), completed.parts(), storage);
                    resetModel(store);
                }
            }
            assertThat(compared).isGreaterThan(10);
        } finally {
            pending.forEach(each -> each.snapshot().close());
            store.close();
        }
    }

    /** Keys of a window, and some of those that stay. */
    private void open(final StateStore<Long> store, final long window, final Random random) {
        for (int i = 0; i < KEYS_OF_A_WINDOW; i++) {
            add(store, window * KEYS_OF_A_WINDOW + i);
            if (random.nextInt(8) == 0) {
                // Most change often, so that nothing old is left; some keep a file alive for long.
                final boolean often = random.nextInt(4) != 0;
                add(store, -1 - random.nextInt(often ? KEYS_THAT_STAY / 10 : KEYS_THAT_STAY));
            }
        }
    }

    /** Some keys of some windows stay longer, and with them the files that have all the others. */
    private static boolean isOver(final long key, final long window) {
        final long own = key / KEYS_OF_A_WINDOW;
        final boolean longer = own % 5 == 0 && key % KEYS_OF_A_WINDOW >= KEYS_OF_A_WINDOW * 7 / 8;
        return own + (longer ? WINDOWS_LONGER : 0) <= window;
    }

    /**
     * All keys of windows that are over go. Between their tombstones is much that dies soon: their
     * frames are evacuated while older ones are still there.
     */
    private void close(final StateStore<Long> store, final long window, final Random random) {
        List.copyOf(model.keySet()).stream()
                .filter(key -> key >= 0 && isOver(key, window))
                .sorted()
                .forEach(
                        key -> {
                            remove(store, key);
                            add(store, -1 - random.nextInt(KEYS_THAT_STAY));
                        });
    }

    /** A restored store goes on from its checkpoint. */
    private void resetModel(final StateStore<Long> store) {
        model.clear();
        store.forEachKey(COUNT, (key, count) -> model.put(key, count.getOrDefault(-1)));
    }

    @Test
    void whatIsAliveAndTooMuchIsStillSaid() {
        try (StateStore<Long> store = store(pool)) {
            assertThatThrownBy(
                            () -> {
                                for (long key = 0; key < SEGMENTS * SEGMENT_BYTES; key++) {
                                    add(store, key);
                                }
                            })
                    .isInstanceOf(OutOfStateMemoryException.class)
                    .hasMessageContaining("geminid.memory.max-bytes");
        }
    }
}
