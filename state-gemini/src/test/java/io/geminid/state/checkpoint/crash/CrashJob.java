package io.geminid.state.checkpoint.crash;

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
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.checkpoint.registry.JobCheckpoints;
import io.geminid.state.checkpoint.registry.JobCheckpointsContext;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

/**
 * A job of one task whose state is known for each checkpoint number: {@link #KEYS} slots of {@link
 * #SLOT_BYTES}, of which each checkpoint changes one. Incremental snapshots, and a compaction when
 * the chain is long.
 */
final class CrashJob {
    static final UUID JOB = new UUID(0, 1);
    private static final int KEYS = 4;
    private static final int SLOT_BYTES = 3000;
    private static final int CHAIN_MAX = 3;
    private static final int BLOCK_BYTES = 512;

    private final BlobStore blobs;
    private final Supplier<UUID> ids;
    private final BlobCheckpointStorage storage;
    private final CompletedCheckpoints completed;

    CrashJob(final BlobStore blobs, final long idSeed) {
        final Random random = new Random(idSeed);
        this.blobs = blobs;
        this.ids = () -> new UUID(random.nextLong(), random.nextLong());
        this.storage = new BlobCheckpointStorage(blobs, ids, BLOCK_BYTES);
        this.completed = new CompletedCheckpoints(blobs, ids);
    }

    /** What a slot holds from a checkpoint on. */
    private static byte[] content(final long checkpoint) {
        final byte[] bytes = new byte[SLOT_BYTES];
        new Random(checkpoint).nextBytes(bytes);
        return bytes;
    }

    /** The state is a list of the checkpoints whose content is alive, oldest first. */
    private static void change(final List<Long> state, final long checkpoint) {
        state.add(checkpoint);
        if (state.size() > KEYS) {
            state.remove(0);
        }
    }

    /**
     * Takes checkpoints from where the storage is; says of each when it is notified as complete.
     */
    void run(final int attempt, final int checkpoints, final LongConsumer notified)
            throws IOException {
        final JobCheckpoints coordinator = open(attempt);
        final Optional<CheckpointManifest> latest = coordinator.latest();
        final List<StateHandle> handles = new ArrayList<>();
        final List<Long> state = new ArrayList<>();
        if (latest.isPresent()) {
            latest.get().handles().forEach(handles::add);
            handles.remove(handles.size() - 1);
            state.addAll(restore(latest.get()));
        }
        for (int i = 0; i < checkpoints; i++) {
            final BegunCheckpoint begun = coordinator.begin();
            change(state, begun.id().checkpoint());
            try {
                take(coordinator, begun, state, handles);
                notified.accept(begun.id().checkpoint());
            } catch (final CompletionException | IOException e) {
                coordinator.abort(begun.id());
                throw e instanceof IOException failed ? failed : (IOException) e.getCause();
            }
            if (i % 3 == 1) {
                abortOne(coordinator);
            }
        }
        coordinator.sweep();
    }

    JobCheckpoints open(final int attempt) throws IOException {
        return JobCheckpoints.open(
                new JobCheckpointsContext(blobs, ids, Runnable::run, JOB, attempt, 1));
    }

    /** Shared files with the slots, the last handle an exclusive file with the state's list. */
    private void take(
            final JobCheckpoints coordinator,
            final BegunCheckpoint begun,
            final List<Long> state,
            final List<StateHandle> handles)
            throws IOException {
        final List<StateHandle> all;
        try (SnapshotWriter writer = storage.newWriter(begun.id())) {
            if (begun.base() == 0 || handles.size() >= CHAIN_MAX) {
                handles.clear();
                handles.add(write(writer, state));
            } else {
                handles.add(write(writer, state.subList(state.size() - 1, state.size())));
            }
            all = new ArrayList<>(handles);
            try (StateOutput output = writer.open(StateScope.EXCLUSIVE)) {
                for (final long slot : state) {
                    output.write(ByteBuffer.allocate(Long.BYTES).putLong(slot).flip());
                }
                all.add(output.finish());
            }
            writer.commit().join();
        }
        assertThat(coordinator.acknowledged(begun.id(), all)).isEmpty();
        final StatePart part = StatePart.of(PartKind.KEYED, "crash/1", all, Bytes.EMPTY);
        coordinator.complete(
                new CheckpointManifest(
                        begun.id(),
                        0,
                        List.of(
                                new OperatorSnapshot(
                                        "op",
                                        1,
                                        128,
                                        List.of(new SubtaskSnapshot(0, List.of(part))))),
                        Map.of()));
    }

    private static StateHandle write(final SnapshotWriter writer, final List<Long> slots)
            throws IOException {
        try (StateOutput output = writer.open(StateScope.SHARED)) {
            for (final long slot : slots) {
                output.write(ByteBuffer.allocate(Long.BYTES).putLong(slot).flip());
                output.write(ByteBuffer.wrap(content(slot)));
            }
            return output.finish();
        }
    }

    private void abortOne(final JobCheckpoints coordinator) throws IOException {
        final BegunCheckpoint begun = coordinator.begin();
        try (SnapshotWriter writer = storage.newWriter(begun.id())) {
            final StateHandle handle = write(writer, List.of(begun.id().checkpoint()));
            writer.commit().join();
            coordinator.acknowledged(begun.id(), List.of(handle));
        } catch (final CompletionException e) {
            throw (IOException) e.getCause();
        } finally {
            coordinator.abort(begun.id());
        }
    }

    /** Reads a checkpoint and compares all of it. */
    List<Long> restore(final CheckpointManifest manifest) throws IOException {
        final List<StateHandle> handles = manifest.handles().toList();
        final ByteBuffer list = read(handles.get(handles.size() - 1));
        final List<Long> state = new ArrayList<>();
        while (list.hasRemaining()) {
            state.add(list.getLong());
        }
        final Set<Long> found = new HashSet<>();
        for (final StateHandle handle : handles.subList(0, handles.size() - 1)) {
            final ByteBuffer slots = read(handle);
            while (slots.hasRemaining()) {
                final long slot = slots.getLong();
                final byte[] content = new byte[SLOT_BYTES];
                slots.get(content);
                assertThat(content).isEqualTo(content(slot));
                found.add(slot);
            }
        }
        assertThat(found).containsAll(state);
        assertThat(state).isNotEmpty().last().isEqualTo(manifest.id().checkpoint());
        return state;
    }

    private ByteBuffer read(final StateHandle handle) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate((int) handle.length());
        try (StateInput input = storage.open(handle)) {
            input.read(0, bytes);
        }
        return bytes.flip();
    }

    /**
     * After a crash: everything with a manifest restores, nothing that was notified is lost, and a
     * new run cleans up all that is left over.
     */
    void check(final int attempt, final long lastNotified) throws IOException {
        for (final CheckpointId id : completed.list(JOB)) {
            restore(completed.read(id));
        }
        final long latest =
                open(attempt).latest().map(manifest -> manifest.id().checkpoint()).orElse(0L);
        assertThat(latest).as("INV I6").isGreaterThanOrEqualTo(lastNotified);
        run(attempt + 1, 3, checkpoint -> {});
        final Set<String> expected = new HashSet<>();
        for (final CheckpointId id : completed.list(JOB)) {
            final CheckpointManifest manifest = completed.read(id);
            restore(manifest);
            expected.add(CheckpointNames.manifest(id));
            manifest.handles().forEach(handle -> expected.add(handle.file().name()));
        }
        final Set<String> present = new HashSet<>();
        blobs.list("").stream()
                .map(BlobEntry::name)
                .filter(name -> !name.startsWith(CheckpointNames.numbers(JOB)))
                .forEach(present::add);
        assertThat(present).as("INV I2").isEqualTo(expected);
    }
}
