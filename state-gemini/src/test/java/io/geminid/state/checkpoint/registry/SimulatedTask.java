package io.geminid.state.checkpoint.registry;

import io.geminid.state.checkpoint.BegunCheckpoint;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.StateOutput;
import io.geminid.state.checkpoint.StateScope;
import io.geminid.state.checkpoint.storage.BlobCheckpointStorage;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;

/**
 * A task with a map for a state, whose snapshots are chains of differences, and which builds on
 * whatever the rules allow.
 */
final class SimulatedTask {
    private static final int KEYS = 6;

    /** A snapshot that the task took in its present life. */
    private record Taken(List<StateHandle> handles, Map<Integer, Integer> state) {}

    /** A snapshot to be uploaded. */
    private record Upload(
            BegunCheckpoint begun, Map<Integer, Integer> state, Map<Long, Taken> takenBefore) {}

    /** What to acknowledge. */
    record Uploaded(CheckpointId id, List<StateHandle> handles) {}

    private final BlobCheckpointStorage storage;
    private final Random random;
    private Map<Integer, Integer> state = new HashMap<>();

    /** Committed ones only. Replaced at a restart, so that a late upload notes into the old one. */
    private Map<Long, Taken> taken = new TreeMap<>();

    private final Queue<Upload> uploads = new ArrayDeque<>();
    private int version;

    SimulatedTask(final BlobCheckpointStorage storage, final Random random) {
        this.storage = storage;
        this.random = random;
    }

    void restart(final long checkpoint, final List<StateHandle> handles) throws IOException {
        state = read(handles);
        taken = new TreeMap<>();
        if (checkpoint > 0) {
            taken.put(checkpoint, new Taken(handles, Map.copyOf(state)));
        }
        // Uploads of the life before may go on for a while: nobody can stop a thread at once.
        uploads.removeIf(upload -> random.nextBoolean());
    }

    void change() {
        version++;
        state.put(random.nextInt(KEYS), version);
    }

    /** Takes a snapshot; its upload comes later. */
    Map<Integer, Integer> begin(final BegunCheckpoint begun) {
        final Map<Integer, Integer> copy = Map.copyOf(state);
        uploads.add(new Upload(begun, copy, taken));
        return copy;
    }

    boolean hasUploads() {
        return !uploads.isEmpty();
    }

    /** Uploads the oldest snapshot. */
    Optional<Uploaded> upload() {
        final Upload upload = uploads.poll();
        if (upload == null) {
            return Optional.empty();
        }
        final CheckpointId id = upload.begun.id();
        final Taken start = startOf(upload);
        final Map<Integer, Integer> difference = new HashMap<>(upload.state);
        difference
                .entrySet()
                .removeIf(e -> Objects.equals(start.state.get(e.getKey()), e.getValue()));
        final List<StateHandle> handles = new ArrayList<>(start.handles);
        try (SnapshotWriter writer = storage.newWriter(id)) {
            if (!difference.isEmpty()) {
                handles.add(write(writer, difference));
            }
            if (random.nextInt(30) == 0 || writer.commit().isCompletedExceptionally()) {
                return Optional.empty();
            }
        } catch (final IOException e) {
            return Optional.empty();
        }
        upload.takenBefore.put(id.checkpoint(), new Taken(handles, upload.state));
        return Optional.of(new Uploaded(id, handles));
    }

    /** Chooses among all that the rules allow to build on. */
    private Taken startOf(final Upload upload) {
        final long base = upload.begun.base();
        final Taken atBase = upload.takenBefore.get(base);
        final List<Taken> allowed = new ArrayList<>();
        allowed.add(new Taken(List.of(), Map.of()));
        if (atBase != null) {
            allowed.add(atBase);
        }
        upload.takenBefore.forEach(
                (checkpoint, candidate) -> {
                    if (checkpoint > base
                            && candidate.handles.stream()
                                    .allMatch(
                                            handle ->
                                                    createdAfter(handle, upload.begun)
                                                            || atBase != null
                                                                    && atBase.handles.contains(
                                                                            handle))) {
                        allowed.add(candidate);
                    }
                });
        return allowed.get(random.nextInt(allowed.size()));
    }

    private static boolean createdAfter(final StateHandle handle, final BegunCheckpoint begun) {
        final CheckpointId writtenFor =
                CheckpointNames.writtenFor(handle.file().name()).orElseThrow();
        return writtenFor.checkpoint() > begun.base()
                && writtenFor.attempt() == begun.id().attempt();
    }

    private static StateHandle write(
            final SnapshotWriter writer, final Map<Integer, Integer> difference)
            throws IOException {
        try (StateOutput output = writer.open(StateScope.SHARED)) {
            for (final Map.Entry<Integer, Integer> entry : difference.entrySet()) {
                output.write(
                        ByteBuffer.allocate(8)
                                .putInt(entry.getKey())
                                .putInt(entry.getValue())
                                .flip());
            }
            return output.finish();
        }
    }

    /** Puts a chain of differences together. */
    Map<Integer, Integer> read(final List<StateHandle> handles) throws IOException {
        final Map<Integer, Integer> result = new HashMap<>();
        for (final StateHandle handle : handles) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) handle.length());
            try (StateInput input = storage.open(handle)) {
                input.read(0, bytes);
            }
            bytes.flip();
            while (bytes.hasRemaining()) {
                result.put(bytes.getInt(), bytes.getInt());
            }
        }
        return result;
    }
}
