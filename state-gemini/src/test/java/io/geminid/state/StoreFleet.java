package io.geminid.state;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.snapshot.SnapshotKind;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The stores of all subtasks of one operator, as a job would use them: each key goes to its owner,
 * checkpoints are taken of all of them, and a restored fleet may have another size.
 */
final class StoreFleet<K> implements AutoCloseable {

    static final int MAX_PARALLELISM = 16;

    private final CheckpointStorage storage;
    private final List<StateStore<K>> stores = new ArrayList<>();

    StoreFleet(
            final StateStoreFactory factory,
            final RecordSerializer<K> keys,
            final int parallelism,
            final InstantSource clock,
            final CheckpointStorage storage) {
        this.storage = storage;
        for (int i = 0; i < parallelism; i++) {
            final KeyGroupRange range = KeyGroupRange.of(MAX_PARALLELISM, parallelism, i);
            stores.add(
                    factory.create(
                            new StateStoreContext<>(
                                    "subtask" + i, keys, range, MAX_PARALLELISM, clock)));
        }
    }

    /** Restores every store from the parts of all old ones whose key groups meet its own. */
    StoreFleet<K> restore(final Checkpoint checkpoint) {
        for (final StateStore<K> store : stores) {
            final List<StatePart> mine = new ArrayList<>();
            for (final StatePart part : checkpoint.parts()) {
                if (part.keyGroups().first() <= store.keyGroups().last()
                        && store.keyGroups().first() <= part.keyGroups().last()) {
                    mine.add(part);
                }
            }
            try {
                store.restore(mine, storage);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    List<StateStore<K>> stores() {
        return stores;
    }

    /** The store that owns a key, with the key set. */
    StateStore<K> at(final K key) {
        final StateStore<K> store = stores.get(ownerOf(key));
        store.setCurrentKey(key);
        return store;
    }

    int ownerOf(final K key) {
        return KeyGroup.ownerOf(KeyGroup.of(key, MAX_PARALLELISM), MAX_PARALLELISM, stores.size());
    }

    Begun begin(final CheckpointId id, final SnapshotKind kind) {
        return new Begun(id, stores.stream().map(store -> store.snapshot(id, kind)).toList());
    }

    /** Begins, writes and completes. */
    Checkpoint checkpoint(final CheckpointId id, final SnapshotKind kind) {
        final Checkpoint checkpoint = write(begin(id, kind));
        completed(id);
        return checkpoint;
    }

    /** Writes what was begun; on any thread. */
    Checkpoint write(final Begun begun) {
        final List<StatePart> parts = new ArrayList<>();
        for (final StoreSnapshot snapshot : begun.snapshots()) {
            try (SnapshotWriter writer = storage.newWriter(begun.id())) {
                parts.addAll(snapshot.write(writer));
                writer.commit().join();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            snapshot.close();
        }
        return new Checkpoint(begun.id(), parts);
    }

    void completed(final CheckpointId id) {
        stores.forEach(store -> store.notifyCompleted(id));
    }

    void aborted(final CheckpointId id) {
        stores.forEach(store -> store.notifyAborted(id));
    }

    @Override
    public void close() {
        stores.forEach(StateStore::close);
    }

    /** A checkpoint that was begun and not written. */
    record Begun(CheckpointId id, List<StoreSnapshot> snapshots) {
        void close() {
            snapshots.forEach(StoreSnapshot::close);
        }
    }

    /** A checkpoint that was written. */
    record Checkpoint(CheckpointId id, List<StatePart> parts) {}
}
