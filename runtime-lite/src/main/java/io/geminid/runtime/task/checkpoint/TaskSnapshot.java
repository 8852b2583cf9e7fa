package io.geminid.runtime.task.checkpoint;

import io.geminid.state.checkpoint.StateHandle;
import io.geminid.state.checkpoint.manifest.OperatorSnapshot;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a task has put into a checkpoint, durable.
 *
 * @param operators each with this subtask only
 * @param channelBytes bytes in flight that were written
 * @param restoredBytes bytes in flight that were referred to in older files
 * @param restoredBytesRead bytes in flight that the task began with and has made into records: with
 *     the bytes before, all that it began with
 */
public record TaskSnapshot(
        List<OperatorSnapshot> operators,
        long channelBytes,
        long restoredBytes,
        long restoredBytesRead) {

    /** Copies the list. */
    public TaskSnapshot {
        operators = List.copyOf(operators);
    }

    /**
     * @return all ranges it refers to
     */
    public Stream<StateHandle> handles() {
        return operators.stream()
                .flatMap(operator -> operator.subtasks().stream())
                .flatMap(subtask -> subtask.parts().stream())
                .flatMap(part -> part.handles().stream());
    }
}
