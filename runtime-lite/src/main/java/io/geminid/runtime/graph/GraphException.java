package io.geminid.runtime.graph;

/** A program built a graph that cannot be run; the message names the operators. */
public final class GraphException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message for the author of the program
     */
    public GraphException(final String message) {
        super(message);
    }
}
