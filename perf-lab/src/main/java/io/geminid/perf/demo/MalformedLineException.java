package io.geminid.perf.demo;

/** A line is not one of an access log. Made without a stack: bad lines may be many. */
final class MalformedLineException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedLineException(final String message) {
        super(message, null, false, false);
    }
}
