package io.geminid.runtime.cluster.checkpoint;

import io.geminid.runtime.task.TaskId;
import io.geminid.runtime.task.checkpoint.TaskSnapshot;
import io.geminid.runtime.task.log.LogPosition;
import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import io.geminid.state.checkpoint.manifest.SubtaskSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A checkpoint that was begun: which tasks have not answered yet, and what the others said. */
final class PendingCheckpoint {

    private final CheckpointId id;
    private final long beganMillis;
    private final boolean isFinal;
    private final CheckpointRequest request;
    private final Set<TaskId> missing;
    private final Map<String, List<OperatorSnapshot>> operators = new TreeMap<>();
    private final LogCut log = new LogCut();
    private long channelBytes;
    private long restoredBytes;

    PendingCheckpoint(
            final CheckpointId id,
            final long beganMillis,
            final boolean isFinal,
            final CheckpointRequest request,
            final Collection<TaskId> tasks) {
        this.id = id;
        this.beganMillis = beganMillis;
        this.isFinal = isFinal;
        this.request = request;
        this.missing = new HashSet<>(tasks);
    }

    CheckpointId id() {
        return id;
    }

    boolean isFinal() {
        return isFinal;
    }

    /** Who waits for it; {@code null} if nobody asked for it. */
    CheckpointRequest request() {
        return request;
    }

    long channelBytes() {
        return channelBytes;
    }

    long restoredBytes() {
        return restoredBytes;
    }

    /** Takes an answer; false if the task had answered or is not asked (INV R4). */
    boolean add(final TaskId task, final TaskSnapshot snapshot) {
        if (!missing.remove(task)) {
            return false;
        }
        for (final OperatorSnapshot operator : snapshot.operators()) {
            operators.computeIfAbsent(operator.operator(), o -> new ArrayList<>()).add(operator);
            log.add(operator);
        }
        channelBytes += snapshot.channelBytes();
        restoredBytes += snapshot.restoredBytes();
        return true;
    }

    boolean isWhole() {
        return missing.isEmpty();
    }

    /**
     * All have answered: what is in flight is cut out of the logs that producers keep of it.
     *
     * @return why that cannot be; {@code null} if it is done
     */
    String cut() {
        final String hole = log.hole();
        if (hole == null) {
            channelBytes += log.bytes();
            operators.values().forEach(parts -> parts.replaceAll(log::cut));
        }
        return hole;
    }

    /** All have answered, and copied what is in flight: logs were only to be compared with. */
    void dropLogs() {
        operators.values().forEach(parts -> parts.replaceAll(log::without));
    }

    /** How far consumers have come, if producers keep logs. */
    List<LogPosition> consumed() {
        return log.consumed();
    }

    CheckpointManifest manifest() {
        final List<OperatorSnapshot> whole = new ArrayList<>();
        for (final List<OperatorSnapshot> parts : operators.values()) {
            final OperatorSnapshot first = parts.get(0);
            final List<SubtaskSnapshot> subtasks =
                    parts.stream()
                            .flatMap(part -> part.subtasks().stream())
                            .sorted(Comparator.comparingInt(SubtaskSnapshot::subtask))
                            .toList();
            whole.add(
                    new OperatorSnapshot(
                            first.operator(),
                            first.parallelism(),
                            first.maxParallelism(),
                            subtasks));
        }
        return new CheckpointManifest(id, beganMillis, whole, Map.of());
    }

    @Override
    public String toString() {
        return "checkpoint=" + id.checkpoint() + " missing=" + missing;
    }
}
