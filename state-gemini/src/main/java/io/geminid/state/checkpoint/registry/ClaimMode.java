package io.geminid.state.checkpoint.registry;

/** Whose a checkpoint is after a job with another identity was restored from it. */
public enum ClaimMode {
    /** The new job's: later checkpoints build on it, and it is deleted when it is subsumed. */
    CLAIM,
    /** Whose it was: nothing of it is touched, and the first checkpoint is a full one. */
    NO_CLAIM
}
