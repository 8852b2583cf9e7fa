package io.geminid.state.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.serial.Serializers;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.StateStoreSnapshotModelContract;
import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.gemini.spill.SpillDisk;
import io.geminid.state.gemini.spill.SpillSpace;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The contract of snapshots, run by the store outside the heap. */
class GeminiStateStoreSnapshotTest extends StateStoreSnapshotModelContract {

    private static final int POOL_BYTES = 768 << 20;

    @TempDir private Path directory;

    private final SegmentPool pool = new SegmentPool(SegmentPoolContext.ofMaxBytes(POOL_BYTES));

    /** After the contract has closed its stores. */
    @RegisterExtension
    final AfterEachCallback everySegmentIsBack =
            context -> {
                assertThat(pool.heldByOwner()).isEmpty();
                pool.close();
            };

    @Override
    protected StateStoreFactory factory() {
        return new GeminiStateStoreFactory(
                pool,
                pool.capacity(),
                new SpillSpace(directory, 0, SpillDisk.ofHost()),
                ForkJoinPool.commonPool());
    }

    /** The table of groups at a file's end is then longer than the buffer it is written through. */
    @Test
    void asManyKeyGroupsAsThereCanBeComeBack() throws IOException {
        final int groups = KeyGroup.MAX_PARALLELISM_MAX;
        final StateStoreContext<Long> all =
                new StateStoreContext<>(
                        "all",
                        Serializers.LONG,
                        new KeyGroupRange(0, groups - 1),
                        groups,
                        () -> Instant.EPOCH);
        final AtomicLong ids = new AtomicLong();
        final CheckpointStorage storage =
                new BlobCheckpointStorage(
                        new MemoryBlobStore(() -> Instant.EPOCH),
                        () -> new UUID(3, ids.incrementAndGet()));
        final CheckpointId id = new CheckpointId(new UUID(1, 2), 1, 0);
        final List<StatePart> parts;
        try (StateStore<Long> store = factory().create(all)) {
            for (long key = 0; key < 3L * groups; key++) {
                store.setCurrentKey(key);
                store.state(StateDescriptor.ofLong("n")).update(key);
            }
            try (StoreSnapshot snapshot = store.snapshot(BegunCheckpoint.full(id));
                    SnapshotWriter writer = storage.newWriter(id)) {
                parts = snapshot.write(writer);
                writer.commit().join();
            }
        }
        try (StateStore<Long> store = factory().create(all)) {
            store.restore(1, parts, storage);
            for (long key = 0; key < 3L * groups; key++) {
                store.setCurrentKey(key);
                assertThat(store.state(StateDescriptor.ofLong("n")).getOrDefault(-1))
                        .isEqualTo(key);
            }
        }
    }
}
