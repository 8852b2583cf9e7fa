package io.geminid.runtime.samplejob;

/** Where the sample job fails. */
public enum SampleFault {
    NONE,
    OPEN,
    PROCESS,
    TIMER,
    CLOSE,
    /** An error and not an exception. */
    ERROR,
    /** Gets stuck in a record until interrupted. */
    STUCK,
    /** Takes all of the heap. */
    OUT_OF_MEMORY,
    /** A worker cannot build the graph. */
    DEFINE
}
