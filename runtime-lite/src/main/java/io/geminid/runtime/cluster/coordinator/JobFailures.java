package io.geminid.runtime.cluster.coordinator;

import io.geminid.runtime.cluster.job.JobFailure;
import java.util.Optional;

/**
 * Keeps the first cause. Messages of several workers overtake each other, so a failure that most
 * likely follows from another one gives way to the first that does not.
 */
final class JobFailures {

    private JobFailure cause;
    private JobFailure consequence;

    void add(final JobFailure failure, final boolean isConsequence) {
        if (isConsequence) {
            consequence = consequence == null ? failure : consequence;
        } else {
            cause = cause == null ? failure : cause;
        }
    }

    void clear() {
        cause = null;
        consequence = null;
    }

    boolean any() {
        return cause != null || consequence != null;
    }

    Optional<JobFailure> first() {
        return Optional.ofNullable(cause != null ? cause : consequence);
    }
}
