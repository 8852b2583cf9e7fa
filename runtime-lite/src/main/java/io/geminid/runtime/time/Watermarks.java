package io.geminid.runtime.time;

/** The special values of timestamps and watermarks. */
public final class Watermarks {

    /** The watermark before the first one. */
    public static final long NONE = Long.MIN_VALUE;

    /** The last watermark of a stream that has ended: event time is over. */
    public static final long MAX = Long.MAX_VALUE;

    /** The timestamp of a record that has none. */
    public static final long NO_TIMESTAMP = Long.MIN_VALUE;

    private Watermarks() {}
}
