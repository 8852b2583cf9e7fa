package io.geminid.runtime.cluster.job;

import java.util.Optional;

/**
 * Keeps the first cause. Messages of several workers overtake each other, so a failure that most
 * likely follows from another one gives way to the first that does not. One thread.
 */
public final class JobFailures {

    private JobFailure cause;
    private JobFailure consequence;

    /** Makes an empty list. */
    public JobFailures() {}

    /**
     * Adds a failure.
     *
     * @param failure what happened
     * @param isConsequence whether it most likely follows from another one
     */
    public void add(final JobFailure failure, final boolean isConsequence) {
        if (isConsequence) {
            consequence = consequence == null ? failure : consequence;
        } else {
            cause = cause == null ? failure : cause;
        }
    }

    /** Forgets all: the job goes on. */
    public void clear() {
        cause = null;
        consequence = null;
    }

    /**
     * @return whether there was one
     */
    public boolean any() {
        return cause != null || consequence != null;
    }

    /**
     * The one to be told.
     *
     * @return the first cause; the first consequence if there is no cause
     */
    public Optional<JobFailure> first() {
        return Optional.ofNullable(cause != null ? cause : consequence);
    }
}
