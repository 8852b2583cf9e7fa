package io.geminid.state.checkpoint.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.checkpoint.registry.JobCheckpoints;
import io.geminid.state.checkpoint.registry.JobCheckpointsContext;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.SnapshotFiles;
import io.geminid.testing.Seed;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * BL-30: 64 subtasks in 4 processes, many checkpoints: few files, and no more than twice the bytes.
 */
final class SpaceAmplificationTest {
    private static final int SUBTASKS = 64;
    private static final int PROCESSES = 4;
    private static final int RANGES = 8;
    private static final int CHECKPOINTS = 40;
    private static final int RANGE_BYTES_MAX = 4000;

    @RegisterExtension final Seed seed = new Seed();

    private final BlobStore blobs = new MemoryBlobStore(() -> Instant.EPOCH);

    /** What a subtask has: contents of its ranges, and where each was written last. */
    private static final class Subtask {
        final byte[][] contents = new byte[RANGES][];
        final StateHandle[] handles = new StateHandle[RANGES];
    }

    @Test
    void fewFilesAndAtMostTwiceTheBytes() throws Exception {
        final Random idRandom = seed.fork();
        final Supplier<UUID> ids = () -> new UUID(idRandom.nextLong(), idRandom.nextLong());
        final List<MergingCheckpointStorage> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(
                    new MergingCheckpointStorage(
                            new SnapshotFiles(blobs, ids),
                            new BlobCheckpointStorage(blobs, ids),
                            MergeLimits.DEFAULT));
        }
        final JobCheckpoints checkpoints =
                JobCheckpoints.open(
                        new JobCheckpointsContext(blobs, ids, Runnable::run, new UUID(0, 1), 1, 1));
        final List<Subtask> subtasks = new ArrayList<>();
        for (int i = 0; i < SUBTASKS; i++) {
            subtasks.add(new Subtask());
        }
        long filesMax = 0;
        double amplificationMax = 0;
        for (int n = 0; n < CHECKPOINTS; n++) {
            final BegunCheckpoint begun = checkpoints.begin();
            for (final MergingCheckpointStorage process : processes) {
                process.expect(begun.id(), SUBTASKS / PROCESSES);
            }
            final Map<Integer, List<StateHandle>> handles = new HashMap<>();
            final List<CompletableFuture<Void>> commits = new ArrayList<>();
            for (int i = 0; i < SUBTASKS; i++) {
                final SnapshotWriter writer = processes.get(i % PROCESSES).newWriter(begun.id());
                handles.put(i, snapshot(subtasks.get(i), begun, writer));
                commits.add(writer.commit());
            }
            assertThat(commits).allMatch(commit -> commit.isDone());
            handles.values().forEach(h -> checkpoints.acknowledged(begun.id(), h));
            checkpoints.complete(manifest(begun.id(), handles));

            filesMax = Math.max(filesMax, stateFiles().size());
            amplificationMax = Math.max(amplificationMax, storedBytes() / aliveBytes(subtasks));
            for (int i = 0; i < SUBTASKS; i++) {
                restores(subtasks.get(i), processes.get(0));
            }
        }
        // A file for each process and checkpoint, and each lives until less than half is alive.
        assertThat(filesMax).isLessThanOrEqualTo(PROCESSES * CHECKPOINTS / 2);
        assertThat(amplificationMax).isLessThanOrEqualTo(2.0);
    }

    private List<StateHandle> snapshot(
            final Subtask subtask, final BegunCheckpoint begun, final SnapshotWriter writer)
            throws Exception {
        for (int r = 0; r < RANGES; r++) {
            final boolean changed = subtask.contents[r] == null || seed.random().nextInt(8) == 0;
            if (changed) {
                subtask.contents[r] = new byte[1 + seed.random().nextInt(RANGE_BYTES_MAX)];
                seed.random().nextBytes(subtask.contents[r]);
            }
            if (changed || begun.rewrite().contains(subtask.handles[r].file().id())) {
                try (StateOutput output = writer.open(StateScope.SHARED)) {
                    output.write(ByteBuffer.wrap(subtask.contents[r]));
                    subtask.handles[r] = output.finish();
                }
            }
        }
        return List.of(subtask.handles);
    }

    private static CheckpointManifest manifest(
            final CheckpointId id, final Map<Integer, List<StateHandle>> handles) {
        final List<SubtaskSnapshot> subtasks = new ArrayList<>();
        for (int i = 0; i < SUBTASKS; i++) {
            subtasks.add(
                    new SubtaskSnapshot(
                            i,
                            List.of(
                                    StatePart.of(
                                            PartKind.KEYED,
                                            "test/1",
                                            handles.get(i),
                                            Bytes.EMPTY))));
        }
        return new CheckpointManifest(
                id, 0, List.of(new OperatorSnapshot("op", SUBTASKS, 128, subtasks)), Map.of());
    }

    private static void restores(final Subtask subtask, final MergingCheckpointStorage storage)
            throws Exception {
        for (int r = 0; r < RANGES; r++) {
            final ByteBuffer bytes = ByteBuffer.allocate(subtask.contents[r].length);
            try (StateInput input = storage.open(subtask.handles[r])) {
                assertThat(input.length()).isEqualTo(bytes.capacity());
                input.read(0, bytes);
            }
            assertThat(bytes.array()).isEqualTo(subtask.contents[r]);
        }
    }

    private List<BlobEntry> stateFiles() throws Exception {
        return blobs.list("").stream().filter(entry -> entry.name().endsWith(".state")).toList();
    }

    private double storedBytes() throws Exception {
        return stateFiles().stream().mapToLong(BlobEntry::lengthBytes).sum();
    }

    private static double aliveBytes(final List<Subtask> subtasks) {
        return subtasks.stream()
                .flatMap(subtask -> Arrays.stream(subtask.contents))
                .mapToLong(content -> content.length)
                .sum();
    }
}
