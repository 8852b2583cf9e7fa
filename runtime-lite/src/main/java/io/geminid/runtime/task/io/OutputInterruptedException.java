package io.geminid.runtime.task.io;

/** The task was cancelled while it waited for memory in the middle of a record. */
public final class OutputInterruptedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutputInterruptedException(final String partition, final InterruptedException cause) {
        super("partition=" + partition + " interrupted while waiting for a segment", cause);
    }
}
