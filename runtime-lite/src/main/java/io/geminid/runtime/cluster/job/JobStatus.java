package io.geminid.runtime.cluster.job;

/** How a job ended. */
public enum JobStatus {
    /** Every task processed all of its input. */
    FINISHED,
    /** A task or a worker failed; {@link JobResult#failure()} says which came first. */
    FAILED,
    /** The caller asked for it. */
    CANCELED
}
