package io.geminid.runtime.cluster.control;

import io.geminid.config.ConfigException;

/**
 * How long coordinator and workers wait for each other, in nanoseconds.
 *
 * @param heartbeatIntervalNs between two signs of life
 * @param heartbeatTimeoutNs silence after which a peer is taken for dead
 * @param progressIntervalNs between two reports of counters
 * @param slotTimeoutNs how long a job waits for slots
 * @param cancelTimeoutNs how long tasks may take to stop
 */
public record ControlTimings(
        long heartbeatIntervalNs,
        long heartbeatTimeoutNs,
        long progressIntervalNs,
        long slotTimeoutNs,
        long cancelTimeoutNs) {

    /** Heartbeats that may get lost before a peer is taken for dead. */
    private static final int HEARTBEATS_MIN = 3;

    /** Checks that a peer that lives can be heard in time. */
    public ControlTimings {
        if (heartbeatTimeoutNs < HEARTBEATS_MIN * heartbeatIntervalNs) {
            throw new ConfigException(
                    "geminid.cluster.heartbeat-timeout="
                            + heartbeatTimeoutNs
                            + "ns must be at least "
                            + HEARTBEATS_MIN
                            + " times geminid.cluster.heartbeat-interval="
                            + heartbeatIntervalNs
                            + "ns");
        }
    }
}
