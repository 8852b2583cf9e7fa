package io.geminid.perf;

/** What a command was asked for failed; the message is all a user needs to see. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message names the thing and what to do
     */
    public CommandFailure(final String message) {
        super(message);
    }

    /**
     * @param message names the thing and what to do
     * @param cause what was caught
     */
    public CommandFailure(final String message, final Throwable cause) {
        super(message, cause);
    }
}
