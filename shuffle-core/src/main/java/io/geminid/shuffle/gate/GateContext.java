package io.geminid.shuffle.gate;

import io.geminid.shuffle.ShuffleTimer;
import java.util.UUID;

/**
 * What a gate is made with.
 *
 * @param owner name of the subtask, for messages
 * @param processId identity of this process: what it stores is read without a network
 * @param exclusivePerChannel segments that every channel to another process owns
 * @param partitionWaitNs how long to ask again for a partition that is not there yet
 * @param timer runs what has to be tried again later
 */
public record GateContext(
        String owner,
        UUID processId,
        int exclusivePerChannel,
        long partitionWaitNs,
        ShuffleTimer timer) {

    /** Checks the numbers. */
    public GateContext {
        if (exclusivePerChannel < 0 || partitionWaitNs < 0) {
            throw new IllegalArgumentException(
                    "owner="
                            + owner
                            + " exclusivePerChannel="
                            + exclusivePerChannel
                            + " partitionWaitNs="
                            + partitionWaitNs);
        }
    }
}
