package io.geminid.perf.demo.log;

/** A line is not one of an access log. Made without a stack: bad lines may be many. */
public final class MalformedLineException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedLineException(final String message) {
        super(message, null, false, false);
    }
}
