package io.geminid.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The stores of all subtasks of one operator, as a job would use them: each key goes to its owner,
 * checkpoints are taken of all of them, and a restored fleet may have another size.
 */
final class StoreFleet<K> implements AutoCloseable {

    static final int MAX_PARALLELISM = 16;

    private final CheckpointStorage storage;
    private final List<StateStore<K>> stores = new ArrayList<>();

    /** What may be a base, by number. */
    private final Map<Long, Checkpoint> written = new ConcurrentHashMap<>();

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
        written.put(checkpoint.id().checkpoint(), checkpoint);
        for (final StateStore<K> store : stores) {
            final List<StatePart> mine = new ArrayList<>();
            for (final StatePart part : checkpoint.parts()) {
                if (part.keyGroups().first() <= store.keyGroups().last()
                        && store.keyGroups().first() <= part.keyGroups().last()) {
                    mine.add(part);
                }
            }
            try {
                store.restore(checkpoint.id().checkpoint(), mine, storage);
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

    Begun begin(final CheckpointId id, final long base) {
        final BegunCheckpoint begun = new BegunCheckpoint(id, base, Set.of());
        return new Begun(begun, stores.stream().map(store -> store.snapshot(begun)).toList());
    }

    /** Begins and writes. */
    Checkpoint checkpoint(final CheckpointId id, final long base) {
        return write(begin(id, base));
    }

    /** Writes what was begun, and looks what it refers to; on any thread. */
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
        final Checkpoint checkpoint = new Checkpoint(begun.id(), parts);
        requireAllowed(checkpoint, written.get(begun.checkpoint().base()));
        written.put(begun.id().checkpoint(), checkpoint);
        return checkpoint;
    }

    /** Nothing but files of its own and what its base referred to: decision 010. */
    private static void requireAllowed(final Checkpoint checkpoint, final Checkpoint base) {
        final Set<StateHandle> allowed = new HashSet<>();
        if (base != null) {
            base.parts().forEach(part -> allowed.addAll(part.handles()));
        }
        for (final StatePart part : checkpoint.parts()) {
            for (final StateHandle handle : part.handles()) {
                final CheckpointId writtenFor =
                        CheckpointNames.writtenFor(handle.file().name()).orElseThrow();
                assertThat(writtenFor.equals(checkpoint.id()) || allowed.contains(handle))
                        .as("checkpoint=%s refers to file=%s", checkpoint.id(), handle.file())
                        .isTrue();
            }
        }
    }

    @Override
    public void close() {
        stores.forEach(StateStore::close);
    }

    /** A checkpoint that was begun and not written. */
    record Begun(BegunCheckpoint checkpoint, List<StoreSnapshot> snapshots) {
        CheckpointId id() {
            return checkpoint.id();
        }

        void close() {
            snapshots.forEach(StoreSnapshot::close);
        }
    }

    /** A checkpoint that was written. */
    record Checkpoint(CheckpointId id, List<StatePart> parts) {}
}
