package io.geminid.state.checkpoint.manifest;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.StateHandle;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that is needed to restore a job to one checkpoint.
 *
 * @param id whose and which
 * @param timestampMillis when it was triggered, since the epoch
 * @param operators in any order; each at most once
 * @param properties what the coordinator wants to find again, by name
 */
public record CheckpointManifest(
        CheckpointId id,
        long timestampMillis,
        List<OperatorSnapshot> operators,
        Map<String, Bytes> properties) {

    /** Copies list and map. */
    public CheckpointManifest {
        Objects.requireNonNull(id, "id");
        operators = List.copyOf(operators);
        if (operators.stream().map(OperatorSnapshot::operator).distinct().count()
                != operators.size()) {
            throw new IllegalArgumentException("an operator appears twice in checkpoint=" + id);
        }
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /**
     * All ranges the checkpoint refers to.
     *
     * @return with repetitions, if several parts refer to the same
     */
    public Stream<StateHandle> handles() {
        return operators.stream()
                .flatMap(operator -> operator.subtasks().stream())
                .flatMap(subtask -> subtask.parts().stream())
                .flatMap(part -> part.handles().stream());
    }
}
