package io.geminid.state.checkpoint;

/** How long a file of a snapshot lives. */
public enum StateScope {
    /** As long as the checkpoint it was written for. Nothing later may refer to it. */
    EXCLUSIVE,
    /**
     * As long as any retained or pending checkpoint refers to it. Only the coordinator deletes it.
     * Also for records in flight that a task has restored and not yet read when the next checkpoint
     * comes: that one refers to them again instead of writing them again.
     */
    SHARED
}
