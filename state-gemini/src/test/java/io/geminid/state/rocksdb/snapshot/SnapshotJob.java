package io.geminid.state.rocksdb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.rocksdb.RocksDbStateStore;
import io.geminid.state.rocksdb.RocksDbStores;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** The subtasks of one operator, and their checkpoints. */
final class SnapshotJob implements AutoCloseable {

    static final int MAX_PARALLELISM = 16;

    private static final UUID JOB = new UUID(1, 2);

    private final CheckpointStorage storage;
    private final SnapshotModel model;
    private final List<RocksDbStateStore<Long>> stores = new ArrayList<>();

    /** All files of this job since it was started. */
    private final Set<StateHandle> seen = new HashSet<>();

    /** Begun and neither completed nor given up. */
    record Pending(
            long checkpoint, Completed base, List<RocksDbSnapshot> snapshots, SnapshotModel model) {
        boolean mayReferTo(final int subtask, final StateHandle handle) {
            return base != null
                    && subtask < base.parts.size()
                    && base.parts.get(subtask).handles().contains(handle);
        }

        void close() {
            snapshots.forEach(RocksDbSnapshot::close);
        }
    }

    /** Completed: can be restored. */
    record Completed(long checkpoint, List<StatePart> parts, SnapshotModel model) {}

    /** Starts empty, or from a checkpoint. */
    SnapshotJob(
            final RocksDbStores factory,
            final CheckpointStorage storage,
            final int parallelism,
            final Completed from)
            throws IOException {
        this.storage = storage;
        this.model = from == null ? new SnapshotModel() : from.model.copy();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            final StateStoreContext<Long> context = context(parallelism, subtask);
            final RocksDbStateStore<Long> store = (RocksDbStateStore<Long>) factory.create(context);
            stores.add(store);
            if (from != null) {
                store.restore(from.parts, storage);
            }
        }
    }

    static StateStoreContext<Long> context(final int parallelism, final int subtask) {
        return new StateStoreContext<>(
                "test",
                Serializers.LONG,
                KeyGroupRange.of(MAX_PARALLELISM, parallelism, subtask),
                MAX_PARALLELISM,
                InstantSource.system());
    }

    void steps(final int count, final Random random) {
        for (int i = 0; i < count; i++) {
            final long key = random.nextInt(SnapshotModel.KEYS);
            model.step(storeOf(key), key, random);
        }
    }

    void check() {
        for (long key = 0; key < SnapshotModel.KEYS; key++) {
            model.check(storeOf(key), key);
        }
    }

    /** The last check: takes the timers out. */
    void checkAndDrain() throws Exception {
        check();
        model.checkAndDrain(List.copyOf(stores));
    }

    Pending begin(final long checkpoint, final Completed base) {
        final List<RocksDbSnapshot> snapshots = new ArrayList<>();
        for (final RocksDbStateStore<Long> store : stores) {
            snapshots.add(store.snapshot(new CheckpointId(JOB, checkpoint, 0), true));
        }
        return new Pending(checkpoint, base, snapshots, model.copy());
    }

    /** Writes the snapshots of all subtasks, and looks at what they refer to. */
    Completed complete(final Pending pending) throws IOException {
        final List<StatePart> parts = new ArrayList<>();
        for (int subtask = 0; subtask < pending.snapshots.size(); subtask++) {
            try (SnapshotWriter writer =
                    storage.newWriter(new CheckpointId(JOB, pending.checkpoint, 0))) {
                final StatePart part = pending.snapshots.get(subtask).write(writer).get(0);
                writer.commit().join();
                for (final StateHandle handle : part.handles()) {
                    assertThat(seen.add(handle) || pending.mayReferTo(subtask, handle))
                            .as("checkpoint %d refers to %s", pending.checkpoint, handle)
                            .isTrue();
                }
                parts.add(part);
            }
        }
        pending.close();
        final CheckpointId id = new CheckpointId(JOB, pending.checkpoint, 0);
        stores.forEach(store -> store.notifyCompleted(id));
        return new Completed(pending.checkpoint, parts, pending.model);
    }

    int parallelism() {
        return stores.size();
    }

    private StateStore<Long> storeOf(final long key) {
        return stores.get(
                KeyGroup.ownerOf(
                        KeyGroup.of(key, MAX_PARALLELISM), MAX_PARALLELISM, stores.size()));
    }

    @Override
    public void close() {
        stores.forEach(StateStore::close);
    }
}
