package io.geminid.runtime.window;

import io.geminid.runtime.operator.OutputTag;

/**
 * What is done with records that come after their window has fired.
 *
 * @param allowedLatenessMillis how long after its end (by the watermark) a window still takes
 *     records and fires anew for each; event time only
 * @param sideOutput where later ones go; {@code null} to drop and count them
 * @param <T> type of the records
 */
public record LateData<T>(long allowedLatenessMillis, OutputTag<T> sideOutput) {

    /** Checks the lateness. */
    public LateData {
        if (allowedLatenessMillis < 0) {
            throw new IllegalArgumentException("allowedLatenessMillis=" + allowedLatenessMillis);
        }
    }

    /**
     * No lateness allowed, late records dropped and counted.
     *
     * @param <T> type of the records
     * @return the policy
     */
    public static <T> LateData<T> drop() {
        return new LateData<>(0, null);
    }
}
