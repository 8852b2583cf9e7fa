package io.geminid.memory;

/**
 * The pool's cap is too small for what is asked of it. The message says for what, and which key to
 * raise to what. Nothing was taken.
 */
public final class TooFewSegmentsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The smallest cap that would do. */
    private final long neededMaxBytes;

    TooFewSegmentsException(final String message, final long neededMaxBytes) {
        super(message);
        this.neededMaxBytes = neededMaxBytes;
    }

    /**
     * The smallest {@code geminid.memory.max-bytes} that would do.
     *
     * @return bytes
     */
    public long neededMaxBytes() {
        return neededMaxBytes;
    }
}
