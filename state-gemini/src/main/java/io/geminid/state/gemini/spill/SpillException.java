package io.geminid.state.gemini.spill;

/** State on disk cannot be written or read. Fails the task; names the file and what to change. */
public final class SpillException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SpillException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
