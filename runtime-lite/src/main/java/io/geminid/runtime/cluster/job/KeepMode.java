package io.geminid.runtime.cluster.job;

/** For how long a checkpoint that was asked for is kept, and what becomes of the job. */
public enum KeepMode {
    /** As any other: until later ones subsume it. */
    CHECKPOINT,
    /** By itself, without data in flight, until the user deletes it. */
    SAVEPOINT,
    /**
     * As a savepoint, and the job ends with it: what came before it is in the job's output, nothing
     * that came after.
     */
    SAVEPOINT_AND_STOP
}
