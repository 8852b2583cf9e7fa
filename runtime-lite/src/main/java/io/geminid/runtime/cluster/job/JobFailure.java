package io.geminid.runtime.cluster.job;

import java.util.Objects;

/**
 * The first thing that went wrong in a job; what followed from it is only in the log.
 *
 * @param where the task, the worker or {@code "coordinator"}
 * @param message the exception's type and message, or what was missing; seldom more than a line
 * @param detail more lines, for example the stack trace as the worker had it; may be empty
 */
public record JobFailure(String where, String message, String detail) {

    /** Checks that nothing is null. */
    public JobFailure {
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(detail, "detail");
    }

    @Override
    public String toString() {
        return where + ": " + message;
    }
}
