package io.geminid.state.gemini.fault;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.checkpoint.registry.JobCheckpoints;
import io.geminid.state.checkpoint.registry.JobCheckpointsContext;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import io.geminid.state.gemini.GeminiStateStoreFactory;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A job of one Gemini store, whose state says by itself whether it is whole: the sum of all values
 * is kept beside them. Its values change so often that files are compacted every few checkpoints.
 */
final class StoreJob {
    static final UUID JOB = new UUID(0, 1);
    static final int KEYS = 300;

    private static final int VALUE_BYTES = 700;
    private static final int SEGMENT_BYTES = 4096;
    private static final int BLOCK_BYTES = 4096;
    private static final int GROUPS = 16;
    private static final int RETAINED = 2;
    private static final long SUM_KEY = -1;
    private static final StateDescriptor<ValueState<byte[]>> VALUES =
            StateDescriptor.value("values", Serializers.BYTES);
    private static final StateDescriptor<LongState> SUM = StateDescriptor.ofLong("sum");
    private static final StateDescriptor<LongState> CHECKPOINT = StateDescriptor.ofLong("number");

    private final BlobStore blobs;
    private final Supplier<UUID> ids;
    private final Random random;
    private final BlobCheckpointStorage storage;
    private final CompletedCheckpoints completed;
    private final int keys;

    /** Checkpoints that did not write all that they refer to, and wrote more than was changed. */
    private int compactions;

    StoreJob(final BlobStore blobs, final long seed, final int keys) {
        this.random = new Random(seed);
        this.blobs = blobs;
        this.keys = keys;
        this.ids = () -> new UUID(random.nextLong(), random.nextLong());
        this.storage = new BlobCheckpointStorage(blobs, ids, BLOCK_BYTES);
        this.completed = new CompletedCheckpoints(blobs, ids);
    }

    int compactions() {
        return compactions;
    }

    JobCheckpoints open(final int attempt) throws IOException {
        return JobCheckpoints.open(
                new JobCheckpointsContext(blobs, ids, Runnable::run, JOB, attempt, RETAINED));
    }

    private static SegmentPool pool() {
        return new SegmentPool(
                new SegmentPoolContext(
                        SEGMENT_BYTES,
                        16 * SEGMENT_BYTES,
                        16L << 20,
                        DebugLevel.OFF,
                        new DirectSlabAllocator()));
    }

    private static StateStore<Long> store(final SegmentPool pool, final KeyGroupRange range) {
        return new GeminiStateStoreFactory(pool, pool.capacity())
                .create(
                        new StateStoreContext<>(
                                "job", Serializers.LONG, range, GROUPS, () -> Instant.EPOCH));
    }

    /** Goes on from where the storage is; says of each checkpoint when it is complete. */
    void run(final int attempt, final int checkpoints, final LongConsumer notified)
            throws IOException {
        final JobCheckpoints coordinator = open(attempt);
        try (SegmentPool pool = pool();
                StateStore<Long> store = store(pool, new KeyGroupRange(0, GROUPS - 1))) {
            final Optional<CheckpointManifest> latest = coordinator.latest();
            if (latest.isPresent()) {
                store.restore(
                        latest.get().id().checkpoint(), parts(latest.get()).toList(), storage);
            }
            for (int i = 0; i < checkpoints; i++) {
                change(store);
                try {
                    if (i % 3 == 2) {
                        outOfOrder(coordinator, store, notified);
                    } else {
                        complete(coordinator, take(coordinator, store, i % 3 == 1), notified);
                    }
                } catch (final CompletionException e) {
                    throw e.getCause() instanceof IOException failed ? failed : new IOException(e);
                }
            }
            coordinator.sweep();
        }
    }

    private void change(final StateStore<Long> store) {
        for (int i = 0; i < keys / 2; i++) {
            final long key = random.nextInt(keys);
            store.setCurrentKey(key);
            final long before = sumOf(store.state(VALUES).get());
            final byte[] value = random.nextInt(10) == 0 ? null : new byte[VALUE_BYTES];
            if (value == null) {
                store.state(VALUES).clear();
            } else {
                random.nextBytes(value);
                store.state(VALUES).update(value);
            }
            store.setCurrentKey(SUM_KEY);
            store.state(SUM).add(sumOf(value) - before);
        }
    }

    private static long sumOf(final byte[] value) {
        return value == null ? 0 : Arrays.hashCode(value) + 1L;
    }

    /** A snapshot that was begun. */
    private record Taken(BegunCheckpoint begun, StoreSnapshot snapshot) {}

    private static Taken begin(final JobCheckpoints coordinator, final StateStore<Long> store)
            throws IOException {
        final BegunCheckpoint begun = coordinator.begin();
        store.setCurrentKey(SUM_KEY);
        store.state(CHECKPOINT).update(begun.id().checkpoint());
        return new Taken(begun, store.snapshot(begun));
    }

    private CheckpointManifest write(final JobCheckpoints coordinator, final Taken taken)
            throws IOException {
        final CheckpointId id = taken.begun.id();
        try (StoreSnapshot snapshot = taken.snapshot;
                SnapshotWriter writer = storage.newWriter(id)) {
            final List<StatePart> parts = snapshot.write(writer);
            writer.commit().join();
            final List<StateHandle> handles =
                    parts.stream().flatMap(part -> part.handles().stream()).toList();
            count(handles, id);
            assertThat(coordinator.acknowledged(id, handles)).isEmpty();
            return new CheckpointManifest(
                    id,
                    0,
                    List.of(
                            new OperatorSnapshot(
                                    "op", 1, GROUPS, List.of(new SubtaskSnapshot(0, parts)))),
                    Map.of());
        }
    }

    private void count(final List<StateHandle> handles, final CheckpointId id) {
        final long written =
                handles.stream()
                        .filter(
                                handle ->
                                        CheckpointNames.writtenFor(handle.file().name())
                                                .orElseThrow()
                                                .equals(id))
                        .mapToLong(StateHandle::length)
                        .sum();
        final long changed = (long) keys / 2 * (VALUE_BYTES + 64) + 4096;
        compactions += written > changed && id.checkpoint() > 1 ? 1 : 0;
    }

    private CheckpointManifest take(
            final JobCheckpoints coordinator, final StateStore<Long> store, final boolean abortOne)
            throws IOException {
        if (abortOne) {
            final Taken aborted = begin(coordinator, store);
            try {
                write(coordinator, aborted);
            } finally {
                coordinator.abort(aborted.begun.id());
            }
            change(store);
        }
        final Taken taken = begin(coordinator, store);
        try {
            return write(coordinator, taken);
        } catch (final IOException | RuntimeException e) {
            coordinator.abort(taken.begun.id());
            throw e;
        }
    }

    private static void complete(
            final JobCheckpoints coordinator,
            final CheckpointManifest manifest,
            final LongConsumer notified)
            throws IOException {
        coordinator.complete(manifest);
        notified.accept(manifest.id().checkpoint());
    }

    /** Two at a time: the later one is written and completed first. */
    private void outOfOrder(
            final JobCheckpoints coordinator,
            final StateStore<Long> store,
            final LongConsumer notified)
            throws IOException {
        final Taken first = begin(coordinator, store);
        change(store);
        final Taken second = begin(coordinator, store);
        try {
            change(store);
            complete(coordinator, write(coordinator, second), notified);
            write(coordinator, first); // a late acknowledgement: of no use to anybody
        } finally {
            first.snapshot.close();
            second.snapshot.close();
            coordinator.abort(first.begun.id());
            coordinator.abort(second.begun.id());
        }
    }

    private static Stream<StatePart> parts(final CheckpointManifest manifest) {
        return manifest.operators().stream()
                .flatMap(operator -> operator.subtasks().stream())
                .flatMap(subtask -> subtask.parts().stream());
    }

    /**
     * Restores a checkpoint into stores of another parallelism, and looks at all of it.
     *
     * @throws IOException of any damage, also of one that is found late
     */
    void verify(final CheckpointManifest manifest, final int parallelism) throws IOException {
        final long[] sums = new long[3];
        try (SegmentPool pool = pool()) {
            for (int i = 0; i < parallelism; i++) {
                try (StateStore<Long> store =
                        store(pool, KeyGroupRange.of(GROUPS, parallelism, i))) {
                    store.restore(manifest.id().checkpoint(), parts(manifest).toList(), storage);
                    store.forEachKey(VALUES, (key, value) -> sums[0] += sumOf(value.get()));
                    store.forEachKey(SUM, (key, sum) -> sums[1] += sum.getOrDefault(0));
                    store.forEachKey(
                            CHECKPOINT, (key, number) -> sums[2] += number.getOrDefault(0));
                }
            }
        } catch (final UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        assertThat(sums[2]).isEqualTo(manifest.id().checkpoint());
        assertThat(sums[0]).isEqualTo(sums[1]);
    }

    /**
     * After a crash: everything with a manifest restores, nothing that was notified is lost, and a
     * new run cleans up all that is left over.
     */
    void check(final int attempt, final long lastNotified) throws IOException {
        verifyAll();
        final long latest =
                open(attempt).latest().map(manifest -> manifest.id().checkpoint()).orElse(0L);
        assertThat(latest).as("INV I6").isGreaterThanOrEqualTo(lastNotified);
        run(attempt + 1, 3, checkpoint -> {});
        verifyAll();
        final Set<String> expected = referenced();
        final Set<String> present = new HashSet<>();
        blobs.list("").stream()
                .map(BlobEntry::name)
                .filter(name -> !name.startsWith(CheckpointNames.numbers(JOB)))
                .forEach(present::add);
        assertThat(present).as("INV I2").isEqualTo(expected);
    }

    private void verifyAll() throws IOException {
        for (final CheckpointId id : new ArrayList<>(completed.list(JOB))) {
            verify(manifest(id), 1 + random.nextInt(3));
        }
    }

    private CheckpointManifest manifest(final CheckpointId id) throws IOException {
        try {
            return completed.read(id);
        } catch (final NoSuchFileException e) {
            throw new AssertionError("listed and not there: " + id, e);
        }
    }

    /** The names of all files that completed checkpoints consist of. */
    Set<String> referenced() {
        final Set<String> names = new HashSet<>();
        try {
            for (final CheckpointId id : new ArrayList<>(completed.list(JOB))) {
                names.add(CheckpointNames.manifest(id));
                manifest(id).handles().forEach(handle -> names.add(handle.file().name()));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
