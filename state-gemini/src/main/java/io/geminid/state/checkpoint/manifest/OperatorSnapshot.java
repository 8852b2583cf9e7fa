package io.geminid.state.checkpoint.manifest;

import io.geminid.state.KeyGroup;
import java.util.List;
import java.util.Objects;

/**
 * What all subtasks of one operator put into a checkpoint.
 *
 * @param operator its identity, stable across versions of the job
 * @param parallelism number of subtasks when the checkpoint was taken
 * @param maxParallelism number of key groups
 * @param subtasks those that had something to put in, by rising index
 */
public record OperatorSnapshot(
        String operator, int parallelism, int maxParallelism, List<SubtaskSnapshot> subtasks) {

    /** Checks the numbers and copies the list. */
    public OperatorSnapshot {
        Objects.requireNonNull(operator, "operator");
        KeyGroup.check(parallelism, maxParallelism);
        int last = -1;
        for (final SubtaskSnapshot snapshot : subtasks) {
            if (snapshot.subtask() <= last || snapshot.subtask() >= parallelism) {
                throw new IllegalArgumentException(
                        "subtask="
                                + snapshot.subtask()
                                + " after="
                                + last
                                + " parallelism="
                                + parallelism
                                + " operator="
                                + operator);
            }
            last = snapshot.subtask();
        }
        subtasks = List.copyOf(subtasks);
    }
}
