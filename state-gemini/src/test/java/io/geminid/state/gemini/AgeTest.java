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
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.kind.ListState;
import io.geminid.state.kind.LongState;
import io.geminid.state.kind.MapState;
import io.geminid.state.kind.ValueState;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is too old takes no room for ever, and is not uploaded. */
class AgeTest {

    private static final long TTL_MILLIS = 1_000;
    private static final int SEGMENTS = 96;
    private static final int KEYS = 300;

    @TempDir private Path directory;
    private final AtomicLong nowMillis = new AtomicLong();
    private final AtomicLong ids = new AtomicLong();
    private final CheckpointStorage storage =
            new BlobCheckpointStorage(
                    new MemoryBlobStore(() -> Instant.EPOCH),
                    () -> new UUID(3, ids.incrementAndGet()));

    private StateStoreContext<Long> context() {
        return new StateStoreContext<>(
                "ages",
                Serializers.LONG,
                new KeyGroupRange(0, 15),
                16,
                () -> Instant.ofEpochMilli(nowMillis.get()));
    }

    /** The states of one store, each of which ages. */
    private record States(
            StateStore<Long> store,
            LongState longs,
            ValueState<String> values,
            ListState<Long> lists,
            MapState<Long, Long> maps) {

        static States of(final StateStore<Long> store) {
            return new States(
                    store,
                    store.state(StateDescriptor.ofLong("long").withTtlMillis(TTL_MILLIS)),
                    store.state(
                            StateDescriptor.value("value", Serializers.STRING)
                                    .withTtlMillis(TTL_MILLIS)),
                    store.state(
                            StateDescriptor.list("list", Serializers.LONG)
                                    .withTtlMillis(TTL_MILLIS)),
                    store.state(
                            StateDescriptor.map("map", Serializers.LONG, Serializers.LONG)
                                    .withTtlMillis(TTL_MILLIS)));
        }

        void write(final long key) {
            store.setCurrentKey(key);
            longs.update(key);
            values.update("value of " + key);
            lists.add(key);
            maps.put(key, key);
        }

        void requireAbsent(final long key) {
            store.setCurrentKey(key);
            assertThat(longs.getOrDefault(-1)).isEqualTo(-1);
            assertThat(values.get()).isNull();
            assertThat(lists.isEmpty()).isTrue();
            assertThat(maps.isEmpty()).isTrue();
        }
    }

    private long snapshotBytes(final StateStore<Long> store, final long number) throws IOException {
        final CheckpointId id = new CheckpointId(new UUID(1, 2), number, 0);
        long bytes = 0;
        try (StoreSnapshot snapshot = store.snapshot(BegunCheckpoint.full(id));
                SnapshotWriter writer = storage.newWriter(id)) {
            for (final StatePart part : snapshot.write(writer)) {
                for (final StateHandle handle : part.handles()) {
                    bytes += handle.length();
                }
            }
            writer.commit().join();
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keysThatNeverComeBackTakeNoRoomForEver(final boolean snapshots) throws IOException {
        // Nothing may go to disk: all that is written is many times what fits into memory.
        final SmallMemory memory = new SmallMemory(directory, 1, SEGMENTS, null, 0);
        try (StateStore<Long> store = memory.factory().create(context())) {
            final States states = States.of(store);
            for (long key = 0; key < 60L * KEYS; key++) {
                states.write(key);
                if (key % KEYS == 0) {
                    nowMillis.addAndGet(TTL_MILLIS);
                    if (snapshots && key % (4L * KEYS) == 0) {
                        snapshotBytes(store, key + 1);
                    }
                }
            }
            states.requireAbsent(7);
        }
        memory.close();
    }

    @Test
    void whatIsTooOldIsNotUploaded() throws IOException {
        final SmallMemory memory = new SmallMemory(directory, 1, SEGMENTS);
        try (StateStore<Long> store = memory.factory().create(context())) {
            final States states = States.of(store);
            for (long key = 0; key < 10L * KEYS; key++) {
                states.write(key);
            }
            final long young = snapshotBytes(store, 1);
            nowMillis.addAndGet(TTL_MILLIS);
            assertThat(snapshotBytes(store, 2)).isLessThan(young / 20);
            states.requireAbsent(7);
        }
        memory.close();
    }
}
