package io.geminid.state;

/** Which clock a timer or a window follows. */
public enum TimeDomain {
    /** The timestamps in the data; the clock is the watermark. */
    EVENT_TIME,
    /** The clock of the process; results depend on when records arrive. */
    PROCESSING_TIME
}
