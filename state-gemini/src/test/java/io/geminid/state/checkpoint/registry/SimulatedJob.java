package io.geminid.state.checkpoint.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.blob.AuditedBlobStore;
import io.geminid.state.checkpoint.blob.BlobEntry;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One job with its coordinator and tasks, all of whose messages are held back, lost or repeated.
 */
final class SimulatedJob {
    private static final UUID JOB = new UUID(1, 1);
    private static final int PENDING_MAX = 4;

    /** A task's message to the coordinator. */
    private record Ack(CheckpointId id, int task, List<StateHandle> handles) {}

    private final Random random;
    private final AuditedBlobStore blobs;
    private final Supplier<UUID> ids;
    private final CompletedCheckpoints storage;
    private final List<SimulatedTask> tasks = new ArrayList<>();

    /** What each task's state was when it took its snapshot. */
    private final Map<CheckpointId, Map<Integer, Map<Integer, Integer>>> model = new HashMap<>();

    private final List<Ack> acks = new ArrayList<>();
    private final Queue<Runnable> deletions = new ArrayDeque<>();
    private final Map<CheckpointId, Map<Integer, List<StateHandle>>> pending = new HashMap<>();
    private JobCheckpoints checkpoints;
    private int attempt;
    private long lastNumber;
    private long lastNotified;

    SimulatedJob(final Random random) throws IOException {
        this.random = random;
        this.blobs =
                new AuditedBlobStore(
                        new MemoryBlobStore(() -> Instant.EPOCH), new Random(random.nextLong()));
        final Random idRandom = new Random(random.nextLong());
        this.ids = () -> new UUID(idRandom.nextLong(), idRandom.nextLong());
        this.storage = new CompletedCheckpoints(blobs, ids);
        final int taskCount = 1 + random.nextInt(3);
        for (int i = 0; i < taskCount; i++) {
            tasks.add(
                    new SimulatedTask(
                            new BlobCheckpointStorage(blobs, ids, 512),
                            new Random(random.nextLong())));
        }
        open();
    }

    private void open() throws IOException {
        attempt++;
        pending.clear();
        deletions.clear();
        final JobCheckpoints before = checkpoints;
        while (checkpoints == before) {
            try {
                checkpoints = openOnce();
            } catch (final IOException e) {
                assertThat(e).hasMessageContaining("injected");
                attempt++;
            }
        }
        restartTasks();
    }

    private JobCheckpoints openOnce() throws IOException {
        return JobCheckpoints.open(
                new JobCheckpointsContext(
                        blobs, ids, deletions::add, JOB, attempt, 1 + random.nextInt(2)));
    }

    private void restartTasks() throws IOException {
        pending.keySet().forEach(checkpoints::abort);
        pending.clear();
        final Optional<CheckpointManifest> latest = checkpoints.latest();
        // INV J3, I6: what was notified as complete is never lost.
        assertThat(latest.map(manifest -> manifest.id().checkpoint()).orElse(0L))
                .isGreaterThanOrEqualTo(lastNotified);
        for (int i = 0; i < tasks.size(); i++) {
            final int task = i;
            tasks.get(i)
                    .restart(
                            latest.map(manifest -> manifest.id().checkpoint()).orElse(0L),
                            latest.map(manifest -> handlesOf(manifest, task)).orElse(List.of()));
        }
    }

    private static List<StateHandle> handlesOf(final CheckpointManifest manifest, final int task) {
        return manifest.operators().get(0).subtasks().get(task).parts().get(0).handles();
    }

    void run(final int steps) throws Exception {
        blobs.failureRate(random.nextBoolean() ? 0 : 0.05);
        for (int i = 0; i < steps; i++) {
            step();
            checkStorage();
        }
        finish();
    }

    private void step() throws Exception {
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> trigger();
            case 3, 4, 5, 6, 7, 8, 9 -> deliver();
            case 10, 11, 12, 13 -> tasks.get(random.nextInt(tasks.size())).change();
            case 14, 15 -> runDeletion();
            case 16 -> pick(pending.keySet()).ifPresent(this::abort);
            case 17 -> sweep();
            case 18 -> {
                if (random.nextInt(4) == 0) {
                    restartTasks();
                }
            }
            default -> {
                if (random.nextInt(6) == 0) {
                    open();
                }
            }
        }
    }

    private void trigger() {
        if (pending.size() == PENDING_MAX) {
            return;
        }
        final BegunCheckpoint begun;
        try {
            begun = checkpoints.begin();
        } catch (final IOException e) {
            assertThat(e).hasMessageContaining("injected");
            return;
        }
        // INV I5
        assertThat(begun.id().checkpoint()).isGreaterThan(lastNumber);
        lastNumber = begun.id().checkpoint();
        pending.put(begun.id(), new HashMap<>());
        final Map<Integer, Map<Integer, Integer>> states = new HashMap<>();
        model.put(begun.id(), states);
        for (int i = 0; i < tasks.size(); i++) {
            states.put(i, tasks.get(i).begin(begun));
        }
    }

    /** Lets a task finish its upload, or a message arrive. */
    private void deliver() throws IOException {
        final int task = random.nextInt(tasks.size());
        if (random.nextBoolean()) {
            tasks.get(task)
                    .upload()
                    .ifPresent(done -> acks.add(new Ack(done.id(), task, done.handles())));
            return;
        }
        if (acks.isEmpty()) {
            return;
        }
        final int which = random.nextInt(acks.size());
        final Ack ack = random.nextInt(5) == 0 ? acks.get(which) : acks.remove(which);
        if (random.nextInt(40) != 0) {
            acknowledge(ack);
        }
    }

    private void acknowledge(final Ack ack) throws IOException {
        final Optional<StateFile> refused = checkpoints.acknowledged(ack.id, ack.handles);
        assertThat(refused).as("tasks keep the rules, so nothing is refused").isEmpty();
        final Map<Integer, List<StateHandle>> acked = pending.get(ack.id);
        if (acked == null || acked.putIfAbsent(ack.task, ack.handles) != null) {
            return;
        }
        if (acked.size() == tasks.size()) {
            complete(ack.id, acked);
        }
    }

    private void complete(final CheckpointId id, final Map<Integer, List<StateHandle>> acked)
            throws IOException {
        pending.keySet().removeIf(other -> other.checkpoint() <= id.checkpoint());
        try {
            checkpoints.complete(manifest(id, acked));
            lastNotified = id.checkpoint();
        } catch (final IOException e) {
            assertThat(e).hasMessageContaining("injected");
        }
    }

    private static CheckpointManifest manifest(
            final CheckpointId id, final Map<Integer, List<StateHandle>> acked) {
        final List<SubtaskSnapshot> subtasks = new ArrayList<>();
        for (int i = 0; i < acked.size(); i++) {
            subtasks.add(
                    new SubtaskSnapshot(
                            i,
                            List.of(
                                    StatePart.of(
                                            PartKind.KEYED,
                                            "simulated/1",
                                            acked.get(i),
                                            Bytes.EMPTY))));
        }
        return new CheckpointManifest(
                id, 0, List.of(new OperatorSnapshot("op", acked.size(), 128, subtasks)), Map.of());
    }

    private void abort(final CheckpointId id) {
        pending.remove(id);
        checkpoints.abort(id);
    }

    private void runDeletion() {
        final Runnable deletion = deletions.poll();
        if (deletion != null) {
            deletion.run();
        }
    }

    private void sweep() throws IOException {
        checkpoints.sweep();
    }

    /** INV I1, I4: whatever has a manifest can be read, and is what the tasks' state was. */
    private void checkStorage() throws IOException {
        for (final CheckpointId id : storage.list(JOB)) {
            final CheckpointManifest manifest = storage.read(id);
            for (int i = 0; i < tasks.size(); i++) {
                assertThat(tasks.get(i).read(handlesOf(manifest, i)))
                        .as("state of task %s in checkpoint %s", i, id)
                        .isEqualTo(model.get(id).get(i));
            }
        }
    }

    /** INV I2: once all is quiet, nothing is left that no retained checkpoint refers to. */
    private void finish() throws Exception {
        blobs.failureRate(0);
        restartTasks();
        final long before = lastNotified;
        while (lastNotified == before) {
            List.copyOf(pending.keySet()).forEach(this::abort);
            trigger();
            for (int i = 0; i < tasks.size(); i++) {
                final int task = i;
                while (tasks.get(i).hasUploads()) {
                    final Optional<SimulatedTask.Uploaded> done = tasks.get(i).upload();
                    if (done.isPresent()) {
                        acknowledge(new Ack(done.get().id(), task, done.get().handles()));
                    }
                }
            }
        }
        while (!deletions.isEmpty()) {
            runDeletion();
        }
        sweep();
        checkStorage();
        final Set<String> expected = new HashSet<>();
        for (final CheckpointId id : storage.list(JOB)) {
            expected.add(CheckpointNames.manifest(id));
            storage.read(id).handles().forEach(handle -> expected.add(handle.file().name()));
        }
        final Set<String> present = new HashSet<>();
        blobs.list("").stream().map(BlobEntry::name).forEach(present::add);
        present.removeIf(name -> name.startsWith(CheckpointNames.numbers(JOB)));
        assertThat(present).as("files in the storage").isEqualTo(expected);
        final Set<String> audited = new HashSet<>(blobs.created());
        audited.removeAll(blobs.deleted());
        audited.removeIf(name -> name.startsWith(CheckpointNames.numbers(JOB)));
        assertThat(audited).as("created and not deleted").isEqualTo(present);
    }

    private Optional<CheckpointId> pick(final Set<CheckpointId> from) {
        return from.stream()
                .sorted()
                .skip(from.isEmpty() ? 0 : random.nextInt(from.size()))
                .findFirst();
    }
}
