package io.geminid.perf.state.workload;

import io.geminid.perf.CommandFailure;
import io.geminid.serial.Serializers;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A store full of values, which are changed, snapshotted and restored. Each value begins with the
 * number of its last change, so that what is restored can be checked. One thread, and one more that
 * writes snapshots.
 */
final class CheckpointWorkload implements AutoCloseable {

    private static final UUID JOB = new UUID(0, 1);
    private static final int BATCH = 64;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Of the speed before: from here on a restored store is as fast as it was. */
    private static final double FULL_SPEED = 0.9;

    private static final long FULL_SPEED_NS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final int VALUES_CHECKED = 10_000;

    private final StateStoreFactory factory;
    private final CheckpointStorage storage;
    private final byte[] value;
    private final int[] changes;

    /** Keys changed since the last snapshot was begun. */
    private final BitSet dirtied = new BitSet();

    private final KeyStream random;
    private final Set<StateHandle> uploaded = new HashSet<>();
    private StateStore<Long> store;
    private ValueState<byte[]> values;
    private List<StatePart> last = List.of();
    private long checkpoint;
    private long completed;

    CheckpointWorkload(
            final StateStoreFactory factory,
            final CheckpointStorage storage,
            final int keys,
            final int valueBytes) {
        this.factory = factory;
        this.storage = storage;
        this.value = new byte[valueBytes];
        this.changes = new int[keys];
        this.random = new KeyStream(7, keys);
        open();
    }

    private void open() {
        store = factory.create(StateBenchmarkMain.context());
    }

    private ValueState<byte[]> values() {
        if (values == null) {
            values = store.state(StateDescriptor.value("values", Serializers.BYTES));
        }
        return values;
    }

    /** Whether the store has snapshots at all. */
    boolean canSnapshot() {
        try {
            store.snapshot(BegunCheckpoint.full(new CheckpointId(JOB, ++checkpoint, 0))).close();
            return true;
        } catch (final UnsupportedOperationException e) {
            return false;
        }
    }

    /** Fills the store and takes the first snapshot, a full one. */
    void load() throws Exception {
        for (int n = 0; n < changes.length; n++) {
            change(n);
        }
        snapshot(0, () -> {}).complete();
    }

    private void change(final int n) {
        final int number = ++changes[n];
        dirtied.set(n);
        long filling = 0; // anew each time, or a store that compresses would have little to do
        for (int i = Integer.BYTES; i < value.length; i++) {
            filling = filling == 0 ? random.next() : filling >>> Byte.SIZE;
            value[i] = (byte) filling;
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            value[i] = (byte) (number >>> i * Byte.SIZE);
        }
        store.setCurrentKey(KeyStream.key(n));
        values().update(value);
    }

    private boolean isRight(final int n) {
        store.setCurrentKey(KeyStream.key(n));
        final byte[] found = values().get();
        int number = 0;
        for (int i = 0; found != null && i < Integer.BYTES; i++) {
            number |= (found[i] & 0xFF) << i * Byte.SIZE;
        }
        return number == changes[n];
    }

    private int randomIndex(final int bound) {
        return (int) Long.remainderUnsigned(random.next(), bound);
    }

    /** Changes some keys, takes a snapshot, and goes on changing the same keys meanwhile. */
    CheckpointRound round(final double percent, final long beforeMillis) throws Exception {
        final int count = Math.max(1, (int) (changes.length * percent / 100));
        final int[] dirty = chosen(count);
        for (final int n : dirty) {
            change(n);
        }
        final double before =
                perSecond(() -> change(dirty[randomIndex(count)]), millis(beforeMillis));
        final Taken taken = snapshot(completed, () -> change(dirty[randomIndex(count)]));
        final long uploadedBytes = taken.complete();
        // What was written meanwhile goes into the next snapshot; nothing may be left of it there.
        final Taken rest = snapshot(completed, () -> {});
        return new CheckpointRound(
                (taken.dirtied + rest.dirtied) * entryBytes(),
                taken.syncNs,
                taken.asyncNs,
                uploadedBytes + rest.complete(),
                last.stream().mapToLong(StatePart::referencedBytes).sum(),
                (long) changes.length * entryBytes(),
                before,
                taken.perSecond);
    }

    private int entryBytes() {
        return Long.BYTES + value.length;
    }

    private int[] chosen(final int count) {
        final Set<Integer> chosen = new HashSet<>();
        while (chosen.size() < count) {
            chosen.add(randomIndex(changes.length));
        }
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    private static BooleanSupplier millis(final long millis) {
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return () -> System.nanoTime() < endNs;
    }

    private static double perSecond(final Runnable operation, final BooleanSupplier goOn) {
        final long startNs = System.nanoTime();
        long count = 0;
        while (goOn.getAsBoolean()) {
            for (int i = 0; i < BATCH; i++) {
                operation.run();
            }
            count += BATCH;
        }
        return count * 1e9 / Math.max(1, System.nanoTime() - startNs);
    }

    private final class Taken {
        private CheckpointId id;
        private long dirtied;
        private long syncNs;
        private long asyncNs;
        private double perSecond;
        private List<StatePart> parts;

        /** From now on the base; returns the bytes that no snapshot before had. */
        long complete() {
            completed = id.checkpoint();
            last = parts;
            return parts.stream()
                    .flatMap(part -> part.handles().stream())
                    .filter(uploaded::add)
                    .mapToLong(StateHandle::length)
                    .sum();
        }
    }

    private Taken snapshot(final long base, final Runnable meanwhile) throws Exception {
        final Taken taken = new Taken();
        taken.id = new CheckpointId(JOB, ++checkpoint, 0);
        taken.dirtied = dirtied.cardinality();
        dirtied.clear();
        final BegunCheckpoint begun = new BegunCheckpoint(taken.id, base, Set.of());
        final long startNs = System.nanoTime();
        try (StoreSnapshot snapshot = store.snapshot(begun)) {
            taken.syncNs = System.nanoTime() - startNs;
            final CompletableFuture<List<StatePart>> written =
                    CompletableFuture.supplyAsync(() -> write(taken.id, snapshot));
            taken.perSecond = perSecond(meanwhile, () -> !written.isDone());
            taken.parts = written.join();
        }
        taken.asyncNs = System.nanoTime() - startNs - taken.syncNs;
        return taken;
    }

    private List<StatePart> write(final CheckpointId id, final StoreSnapshot snapshot) {
        try (SnapshotWriter writer = storage.newWriter(id)) {
            final List<StatePart> parts = snapshot.write(writer);
            writer.commit().join();
            return parts;
        } catch (final IOException e) {
            throw new CommandFailure("checkpoint=" + id.checkpoint() + ": " + e.getMessage(), e);
        }
    }

    /** Throws the store away and gets it back from its last snapshot. */
    CheckpointRestore restore() throws IOException {
        final Runnable read = () -> isRight(randomIndex(changes.length));
        final double before = perSecond(read, millis(TimeUnit.NANOSECONDS.toMillis(4 * LOOK_NS)));
        store.close();
        values = null;
        final long startNs = System.nanoTime();
        open();
        store.restore(completed, last, storage);
        isRight(randomIndex(changes.length));
        final long firstReadNs = System.nanoTime() - startNs;
        final long giveUpNs = startNs + FULL_SPEED_NS_MAX;
        while (perSecond(read, millis(TimeUnit.NANOSECONDS.toMillis(LOOK_NS))) < FULL_SPEED * before
                && System.nanoTime() < giveUpNs) {
            // read on
        }
        final long fullSpeedNs = System.nanoTime() - startNs;
        long wrong = 0;
        for (int i = 0; i < VALUES_CHECKED; i++) {
            wrong += isRight(randomIndex(changes.length)) ? 0 : 1;
        }
        return new CheckpointRestore(firstReadNs, fullSpeedNs, wrong);
    }

    @Override
    public void close() {
        store.close();
    }
}
