package io.geminid.runtime.operator.source;

/** Whether a stream ends by itself. */
public enum Boundedness {
    /** It ends: a batch. */
    BOUNDED,
    /** It goes on until the job is stopped. */
    UNBOUNDED
}
