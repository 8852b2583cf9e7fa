package io.geminid.memory;

import io.geminid.config.Units;

/**
 * The pool's cap is too small for what is asked of it. The message says for what, and which key to
 * raise to what. Nothing was taken.
 */
public final class TooFewSegmentsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The smallest cap that would do. */
    private final long neededMaxBytes;

    TooFewSegmentsException(
            final String what,
            final SegmentPoolContext context,
            final long neededSegments,
            final String detail) {
        super(
                what
                        + ": raise "
                        + SegmentPoolContext.MAX_BYTES
                        + " from "
                        + Units.bytesText(context.maxBytes())
                        + " to at least "
                        + Units.bytesText(context.maxBytesFor(neededSegments))
                        + detail);
        this.neededMaxBytes = context.maxBytesFor(neededSegments);
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
