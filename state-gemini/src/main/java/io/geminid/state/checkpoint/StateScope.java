package io.geminid.state.checkpoint;

/** How long a file of a snapshot lives. */
public enum StateScope {
    /** As long as the checkpoint it was written for. Nothing later may refer to it. */
    EXCLUSIVE,
    /**
     * As long as any retained or pending checkpoint refers to it. Only the coordinator deletes it.
     */
    SHARED
}
