package io.geminid.runtime.cluster;

/**
 * A cluster cannot start: a port in use, a worker that dies at once, too little memory. The message
 * says what, where and what to change, and is meant for the user as it is.
 */
public final class ClusterException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message for the user
     * @param cause what lies behind it, or {@code null}
     */
    public ClusterException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
