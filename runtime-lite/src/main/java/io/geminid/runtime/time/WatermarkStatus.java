package io.geminid.runtime.time;

/** Whether a stream takes part in the progress of event time. */
public enum WatermarkStatus {
    /** Watermarks come and count. */
    ACTIVE,
    /** Nothing comes for now: whoever waits for the slowest stream must not wait for this one. */
    IDLE
}
