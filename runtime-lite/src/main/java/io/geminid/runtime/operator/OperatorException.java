package io.geminid.runtime.operator;

/** An operator of a chain failed; the cause says why. Fails the task. */
public final class OperatorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private OperatorException(final String operator, final Throwable cause) {
        super("operator=" + operator + " failed: " + cause, cause);
    }

    /**
     * Wraps a failure, unless it is one already.
     *
     * @param operator name of the operator
     * @param cause what it threw
     * @return to be thrown
     */
    public static OperatorException of(final String operator, final Exception cause) {
        return cause instanceof OperatorException e ? e : new OperatorException(operator, cause);
    }
}
