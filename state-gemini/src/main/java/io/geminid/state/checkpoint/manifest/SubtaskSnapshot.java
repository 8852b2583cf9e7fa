package io.geminid.state.checkpoint.manifest;

import java.util.List;

/**
 * What one subtask of an operator put into a checkpoint.
 *
 * @param subtask its index
 * @param parts in the order in which the subtask wants them back
 */
public record SubtaskSnapshot(int subtask, List<StatePart> parts) {

    /** Checks the index and copies the list. */
    public SubtaskSnapshot {
        if (subtask < 0) {
            throw new IllegalArgumentException("subtask=" + subtask);
        }
        parts = List.copyOf(parts);
    }
}
