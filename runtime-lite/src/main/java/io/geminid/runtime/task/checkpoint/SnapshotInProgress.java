package io.geminid.runtime.task.checkpoint;

import io.geminid.runtime.task.log.ConsumedInput;
import io.geminid.runtime.task.storage.JobSnapshots;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.SnapshotWriter;
import io.geminid.state.checkpoint.manifest.Bytes;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import io.geminid.state.snapshot.StoreSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A snapshot from the moment it was taken until it is durable. Filled by the task's thread, then
 * handed over as a whole to whoever writes it.
 */
final class SnapshotInProgress {

    /** Who wrote the plain state of operators. */
    static final String PLAIN_FORMAT = "operator/1";

    private final CheckpointId id;
    private final int subtask;
    private final List<OperatorState> operators;
    private final ChannelState inputs;
    private final long restoredBytesRead;
    private final ChannelState outputs = new ChannelState();
    private CompletableFuture<StatePart> logged;
    private StatePart consumed;
    private boolean inputOpen;
    private boolean outputOpen;

    SnapshotInProgress(
            final CheckpointId id,
            final int subtask,
            final List<OperatorState> operators,
            final ChannelState inputs,
            final long restoredBytesRead) {
        this.id = id;
        this.restoredBytesRead = restoredBytesRead;
        this.inputs = inputs;
        this.subtask = subtask;
        this.operators = operators;
    }

    long checkpoint() {
        return id.checkpoint();
    }

    ChannelState inputs() {
        return inputs;
    }

    ChannelState outputs() {
        return outputs;
    }

    /** Whether data still arrives that belongs to it. */
    boolean isInputOpen() {
        return inputOpen;
    }

    void inputOpen(final boolean open) {
        inputOpen = open;
    }

    /** Whether a barrier may still overtake in an output. */
    boolean isOutputOpen() {
        return outputOpen;
    }

    void outputOpen(final boolean open) {
        outputOpen = open;
    }

    /**
     * Nothing in flight is kept here: it is in the logs of producers.
     *
     * @param output this task's log, when it is durable
     * @param input how far this task has read those of others; {@code null} if it reads nothing
     */
    void logged(final CompletableFuture<StatePart> output, final ConsumedInput input) {
        logged = output;
        consumed = input == null ? null : input.part();
    }

    boolean isWhole() {
        return !inputOpen && !outputOpen;
    }

    /** Lets stores forget it. Idempotent. */
    void close() {
        operators.stream()
                .map(OperatorState::keyed)
                .filter(Objects::nonNull)
                .forEach(StoreSnapshot::close);
    }

    /**
     * Writes all of it. Blocks; it is closed then.
     *
     * @return completes when it is durable, perhaps when another task's is
     */
    CompletableFuture<TaskSnapshot> write(final JobSnapshots storage) throws IOException {
        final long newBytes = inputs.newBytes() + outputs.newBytes();
        final long restoredBytes = inputs.restoredBytes();
        try (SnapshotWriter writer = storage.newWriter(id)) {
            final List<OperatorSnapshot> snapshots = new ArrayList<>();
            for (int i = 0; i < operators.size(); i++) {
                snapshots.add(write(operators.get(i), i == 0, writer));
            }
            final CompletableFuture<StatePart> log =
                    logged == null ? CompletableFuture.completedFuture(null) : logged;
            return writer.commit()
                    .thenCombine(
                            log,
                            (nothing, part) -> {
                                final TaskSnapshot whole =
                                        new TaskSnapshot(
                                                with(part, snapshots),
                                                newBytes,
                                                restoredBytes,
                                                restoredBytesRead);
                                storage.onWritten(id, whole.handles().toList());
                                return whole;
                            });
        } finally {
            close();
        }
    }

    /** Adds a part to what the head has written. */
    private static List<OperatorSnapshot> with(
            final StatePart part, final List<OperatorSnapshot> snapshots) {
        if (part == null) {
            return snapshots;
        }
        final OperatorSnapshot head = snapshots.get(0);
        final SubtaskSnapshot own = head.subtasks().get(0);
        final List<StatePart> parts = new ArrayList<>(own.parts());
        parts.add(part);
        snapshots.set(
                0,
                new OperatorSnapshot(
                        head.operator(),
                        head.parallelism(),
                        head.maxParallelism(),
                        List.of(new SubtaskSnapshot(own.subtask(), parts))));
        return snapshots;
    }

    private OperatorSnapshot write(
            final OperatorState operator, final boolean isHead, final SnapshotWriter writer)
            throws IOException {
        final List<StatePart> parts = new ArrayList<>();
        parts.add(
                StatePart.of(
                        PartKind.OPERATOR,
                        PLAIN_FORMAT,
                        List.of(),
                        Bytes.copyOf(operator.plain())));
        if (operator.blocking() != null) {
            operator.blocking().run();
        }
        if (operator.keyed() != null) {
            parts.addAll(operator.keyed().write(writer));
        }
        if (isHead && !inputs.isEmpty()) {
            parts.add(inputs.write(PartKind.INPUT_CHANNELS, writer));
        }
        if (isHead && consumed != null) {
            parts.add(consumed);
        }
        if (isHead && !outputs.isEmpty()) {
            parts.add(outputs.write(PartKind.OUTPUT_CHANNELS, writer));
        }
        return new OperatorSnapshot(
                operator.operator(),
                operator.parallelism(),
                operator.maxParallelism(),
                List.of(new SubtaskSnapshot(subtask, parts)));
    }
}
