package io.geminid.runtime.task;

/**
 * An input could not be read. That is most often the consequence of a failure elsewhere, so whoever
 * looks for the first cause looks for another one first.
 */
public final class InputFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param cause what the gate threw
     */
    public InputFailedException(final Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
