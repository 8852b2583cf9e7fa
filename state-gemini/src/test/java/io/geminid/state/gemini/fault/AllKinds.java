package io.geminid.state.gemini.fault;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.alloc.DirectSlabAllocator;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.TimerQueue;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.gemini.GeminiStateStoreFactory;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.gemini.spill.SpillSpace;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;

/**
 * Two Gemini stores with a little of all that a store can have: values short, long and longer than
 * a segment, a key that is too long for the index, lists, maps, namespaces, timers, and keys that
 * were removed.
 */
final class AllKinds implements AutoCloseable {
    static final UUID JOB = new UUID(0, 1);

    private static final int STORES = 2;
    private static final int GROUPS = 8;
    private static final int KEYS = 24;
    private static final int NAMESPACES = 2;
    private static final int SEGMENT_BYTES = 4096;
    private static final String LONG_KEY = "a key that is long ".repeat(40);
    private static final StateDescriptor<ValueState<byte[]>> VALUES =
            StateDescriptor.value("values", Serializers.BYTES);
    private static final StateDescriptor<ListState<String>> LISTS =
            StateDescriptor.list("lists", Serializers.STRING);
    private static final StateDescriptor<MapState<Integer, String>> MAPS =
            StateDescriptor.map("maps", Serializers.INT, Serializers.STRING);
    private static final StateDescriptor<LongState> SUMS = StateDescriptor.ofLong("sums");

    private final SegmentPool pool =
            new SegmentPool(
                    new SegmentPoolContext(
                            SEGMENT_BYTES,
                            16 * SEGMENT_BYTES,
                            4L << 20,
                            DebugLevel.OFF,
                            new DirectSlabAllocator()));
    private final GeminiStateStoreFactory factory =
            new GeminiStateStoreFactory(
                    pool,
                    pool.capacity(),
                    new SpillSpace(Path.of("nothing"), 0, SpillDisk.ofHost()),
                    ForkJoinPool.commonPool());

    private StateStore<String> store(final int index, final int stores) {
        return factory.create(
                new StateStoreContext<>(
                        "store" + index,
                        Serializers.STRING,
                        KeyGroupRange.of(GROUPS, stores, index),
                        GROUPS,
                        () -> Instant.EPOCH));
    }

    private static String key(final int number) {
        return number == 0 ? LONG_KEY : "key" + number;
    }

    private static int ownerOf(final String key, final int stores) {
        return KeyGroup.ownerOf(KeyGroup.of(key, GROUPS), GROUPS, stores);
    }

    /** What the last checkpoint has, and what is in it. */
    record Taken(CheckpointManifest manifest, Map<String, String> content) {}

    /** Where the snapshots of several stores go together. */
    interface Writers {
        /** Called before each checkpoint. */
        void expect(CheckpointId id, int writers);
    }

    /** Fills the stores and takes checkpoints, each upon the one before. */
    Taken run(
            final CheckpointStorage storage,
            final Writers writers,
            final int checkpoints,
            final Random random)
            throws IOException {
        final List<StateStore<String>> stores = new ArrayList<>();
        try {
            for (int i = 0; i < STORES; i++) {
                stores.add(store(i, STORES));
            }
            CheckpointManifest manifest = null;
            for (int number = 1; number <= checkpoints; number++) {
                // Few changes make few bytes, which share a file.
                final int changes = number == 1 ? 200 : 12;
                for (int i = 0; i < changes; i++) {
                    final String key = key(random.nextInt(KEYS));
                    change(stores.get(ownerOf(key, STORES)), key, random);
                }
                manifest = checkpoint(stores, storage, writers, number);
            }
            return new Taken(manifest, content(stores));
        } finally {
            stores.forEach(StateStore::close);
        }
    }

    private static void change(
            final StateStore<String> store, final String key, final Random random) {
        store.setCurrentKey(key);
        switch (random.nextInt(8)) {
            case 0 -> store.state(VALUES).update(new byte[random.nextInt(40)]);
            case 1 -> {
                final byte[] value = new byte[random.nextInt(10) == 0 ? 9_000 : 600];
                random.nextBytes(value);
                store.state(VALUES).update(value);
            }
            case 2 -> store.state(VALUES).clear();
            case 3 -> store.state(LISTS).add("element " + random.nextInt());
            case 4 -> store.state(MAPS).put(random.nextInt(30), "value " + random.nextInt());
            case 5 -> sums(store).at(random.nextInt(NAMESPACES)).add(random.nextInt(100));
            case 6 -> timers(store).register(random.nextInt(NAMESPACES), random.nextInt(10));
            default -> store.state(LISTS).clear();
        }
    }

    private static NamespacedState<Integer, LongState> sums(final StateStore<String> store) {
        return store.state(SUMS, Serializers.INT);
    }

    private static TimerQueue<String, Integer> timers(final StateStore<String> store) {
        return store.timers("timers", Serializers.INT);
    }

    private static CheckpointManifest checkpoint(
            final List<StateStore<String>> stores,
            final CheckpointStorage storage,
            final Writers writers,
            final long number)
            throws IOException {
        final CheckpointId id = new CheckpointId(JOB, number, 1);
        writers.expect(id, stores.size());
        final List<SubtaskSnapshot> subtasks = new ArrayList<>();
        final List<CompletableFuture<Void>> durable = new ArrayList<>();
        for (final StateStore<String> store : stores) {
            try (StoreSnapshot snapshot =
                            store.snapshot(new BegunCheckpoint(id, number - 1, Set.of()));
                    SnapshotWriter writer = storage.newWriter(id)) {
                subtasks.add(new SubtaskSnapshot(subtasks.size(), snapshot.write(writer)));
                durable.add(writer.commit());
            }
        }
        durable.forEach(CompletableFuture::join);
        return new CheckpointManifest(
                id, 0, List.of(new OperatorSnapshot("op", STORES, GROUPS, subtasks)), Map.of());
    }

    /**
     * Restores a checkpoint and looks at all of it.
     *
     * @throws IOException of damage, also of one that is found late
     */
    Map<String, String> restore(
            final CheckpointManifest manifest, final CheckpointStorage storage, final int stores)
            throws IOException {
        final List<StatePart> parts =
                manifest.operators().stream()
                        .flatMap(operator -> operator.subtasks().stream())
                        .flatMap(subtask -> subtask.parts().stream())
                        .toList();
        final List<StateStore<String>> restored = new ArrayList<>();
        try {
            for (int i = 0; i < stores; i++) {
                final StateStore<String> store = store(i, stores);
                restored.add(store);
                store.restore(manifest.id().checkpoint(), parts, storage);
            }
            return content(restored);
        } catch (final UncheckedIOException e) {
            throw new IOException(e.getMessage(), e.getCause());
        } finally {
            restored.forEach(StateStore::close);
        }
    }

    private static Map<String, String> content(final List<StateStore<String>> stores) {
        final Map<String, String> content = new TreeMap<>();
        for (int number = 0; number < KEYS; number++) {
            final String key = key(number);
            final StateStore<String> store = stores.get(ownerOf(key, stores.size()));
            store.setCurrentKey(key);
            content.put("value of " + key, Arrays.toString(store.state(VALUES).get()));
            content.put("list of " + key, String.valueOf(store.state(LISTS).get()));
            content.put("map of " + key, new TreeMap<>(store.state(MAPS).toMap()).toString());
            for (int namespace = 0; namespace < NAMESPACES; namespace++) {
                final long sum = sums(store).at(namespace).getOrDefault(-1);
                content.put("sum of " + key + " in " + namespace, Long.toString(sum));
            }
        }
        for (final StateStore<String> store : stores) {
            final TimerQueue<String, Integer> timers = timers(store);
            try {
                while (timers.pollDue(
                        Long.MAX_VALUE,
                        (key, namespace, time) ->
                                content.put("timer of " + key + namespace + " at " + time, ""))) {
                    // all of them
                }
            } catch (final UncheckedIOException e) {
                throw e;
            } catch (final Exception e) {
                throw new AssertionError(e);
            }
        }
        return content;
    }

    @Override
    public void close() {
        pool.close();
    }
}
