package io.geminid.state.checkpoint;

import java.util.Objects;
import java.util.UUID;

/**
 * Whose snapshot something is: every file carries it, and nothing written under one identity can
 * replace what was written under another.
 *
 * @param job the job's identity, the same across its restarts
 * @param checkpoint strictly increasing within a job, 1 or more
 * @param attempt incarnation of the coordinator that asked for it, 0 or more: a number that was
 *     given twice, by an old master and by a new one, still makes two names
 */
public record CheckpointId(UUID job, long checkpoint, int attempt)
        implements Comparable<CheckpointId> {

    /** Checks the numbers. */
    public CheckpointId {
        Objects.requireNonNull(job, "job");
        if (checkpoint < 1 || attempt < 0) {
            throw new IllegalArgumentException("checkpoint=" + checkpoint + " attempt=" + attempt);
        }
    }

    /** By job, then checkpoint, then attempt: within a job, the later is the larger. */
    @Override
    public int compareTo(final CheckpointId other) {
        int order = job.compareTo(other.job);
        if (order == 0) {
            order = Long.compare(checkpoint, other.checkpoint);
        }
        return order == 0 ? Integer.compare(attempt, other.attempt) : order;
    }

    @Override
    public String toString() {
        return job + "/" + checkpoint + "-" + attempt;
    }
}
