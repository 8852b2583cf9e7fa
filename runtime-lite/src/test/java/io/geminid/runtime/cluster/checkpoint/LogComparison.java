package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.runtime.task.log.LoggedOutput;
import io.geminid.state.checkpoint.CheckpointStorage;
import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.StateInput;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.PartKind;
import io.geminid.state.checkpoint.manifest.StatePart;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Both channel persisters at once: what tasks have copied when a barrier overtook it must be, byte
 * for byte, what is cut out of the logs that they wrote beside (INV O4).
 */
public final class LogComparison {

    private final CheckpointStorage storage;
    private final Map<TaskId, TaskSnapshot> snapshots;
    private final LogCut cut = new LogCut();
    private final Map<ChannelId, byte[]> copied = new HashMap<>();
    private final Map<ChannelId, byte[]> logged = new HashMap<>();

    private LogComparison(
            final CheckpointStorage storage, final Map<TaskId, TaskSnapshot> snapshots) {
        this.storage = storage;
        this.snapshots = snapshots;
    }

    /**
     * What was compared.
     *
     * @param bytes in flight, of all channels
     * @param isRestored whether some were restored ones, that only copies refer to
     * @param hasHole whether there was nothing to compare, since the log had begun anew
     */
    public record Result(long bytes, boolean isRestored, boolean hasHole) {}

    /**
     * Compares the two sides of a checkpoint.
     *
     * @param snapshots of all tasks
     * @param storage where the files are
     * @return what was compared; none if no task has a log
     */
    public static Result of(
            final Map<TaskId, TaskSnapshot> snapshots, final CheckpointStorage storage) {
        try {
            return new LogComparison(storage, snapshots).compare();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result compare() throws IOException {
        final List<OperatorSnapshot> operators =
                snapshots.values().stream().flatMap(s -> s.operators().stream()).toList();
        operators.forEach(cut::add);
        if (cut.hole() != null) {
            return new Result(0, false, true);
        }
        for (final StatePart part : parts(operators, PartKind.INPUT_CHANNELS)) {
            add(part, copied);
        }
        for (final StatePart part : parts(operators, PartKind.OUTPUT_CHANNELS)) {
            add(part, copied);
        }
        final List<OperatorSnapshot> fromLogs =
                operators.stream()
                        .map(operator -> cut.cut(without(operator, PartKind.OUTPUT_CHANNELS)))
                        .toList();
        for (final StatePart part : parts(fromLogs, PartKind.OUTPUT_CHANNELS)) {
            add(part, logged);
        }
        return compareChannels();
    }

    private static List<StatePart> parts(
            final List<OperatorSnapshot> operators, final PartKind kind) {
        return operators.stream()
                .flatMap(operator -> operator.subtasks().stream())
                .flatMap(subtask -> subtask.parts().stream())
                .filter(part -> part.kind() == kind && part.format().startsWith("channels/"))
                .toList();
    }

    /** Without what was copied, so that only the log is left. */
    private static OperatorSnapshot without(final OperatorSnapshot from, final PartKind kind) {
        return new OperatorSnapshot(
                from.operator(),
                from.parallelism(),
                from.maxParallelism(),
                from.subtasks().stream()
                        .map(
                                subtask ->
                                        new SubtaskSnapshot(
                                                subtask.subtask(),
                                                subtask.parts().stream()
                                                        .filter(
                                                                part ->
                                                                        part.kind() != kind
                                                                                || LoggedOutput.is(
                                                                                        part))
                                                        .toList()))
                        .toList());
    }

    private void add(final StatePart part, final Map<ChannelId, byte[]> into) throws IOException {
        for (final Map.Entry<ChannelId, List<StateHandle>> channel :
                ChannelState.read(part).entrySet()) {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(into.getOrDefault(channel.getKey(), new byte[0]));
            for (final StateHandle slice : channel.getValue()) {
                final ByteBuffer read = ByteBuffer.allocate(Math.toIntExact(slice.length()));
                try (StateInput in = storage.open(slice)) {
                    in.read(0, read);
                }
                bytes.writeBytes(read.array());
            }
            into.put(channel.getKey(), bytes.toByteArray());
        }
    }

    private Result compareChannels() {
        final Set<ChannelId> ids = new TreeSet<>(Comparator.comparing(ChannelId::toString));
        ids.addAll(copied.keySet());
        ids.addAll(logged.keySet());
        long restored = 0;
        long bytes = 0;
        for (final ChannelId id : ids) {
            final byte[] copy = copied.getOrDefault(id, new byte[0]);
            final byte[] log = logged.getOrDefault(id, new byte[0]);
            final int more = copy.length - log.length;
            if (more < 0 || !Arrays.equals(copy, more, copy.length, log, 0, log.length)) {
                throw new AssertionError(
                        id + " copiedBytes=" + copy.length + " loggedBytes=" + log.length);
            }
            restored += more;
            bytes += log.length;
        }
        final long expected =
                snapshots.values().stream().mapToLong(TaskSnapshot::restoredBytes).sum();
        if (restored != expected) {
            throw new AssertionError(
                    "copied and not logged="
                            + restored
                            + " restored="
                            + expected
                            + " channels="
                            + ids.stream().map(ChannelId::toString).collect(Collectors.joining()));
        }
        return new Result(bytes, restored > 0, false);
    }
}
