package io.geminid.shuffle.gate;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.io.IOException;

/**
 * A channel of a gate is broken: its partition is not there, its producer failed, its connection
 * was lost, or what came makes no sense. The cause is what happened; {@link #partition} is what has
 * to be produced again.
 */
public final class InputChannelException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient ResultPartitionId partition;

    /**
     * @param partition what the channel reads
     * @param message names gate, channel, partition and what is wrong
     * @param cause what happened
     */
    public InputChannelException(
            final ResultPartitionId partition, final String message, final Throwable cause) {
        super(message, cause);
        this.partition = partition;
    }

    /**
     * The partition that cannot be read.
     *
     * @return its identity, attempt included
     */
    public ResultPartitionId partition() {
        return partition;
    }
}
