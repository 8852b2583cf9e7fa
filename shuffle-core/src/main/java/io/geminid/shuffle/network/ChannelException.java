package io.geminid.shuffle.network;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.wire.ChannelErrorCode;
import java.io.IOException;

/** The producer's process says that it cannot serve a channel (any more). */
public final class ChannelException extends IOException {

    private static final long serialVersionUID = 1L;

    private final ChannelErrorCode code;

    /**
     * @param code why
     * @param partition what was being read
     * @param details as name=value, from the producer's process
     */
    public ChannelException(
            final ChannelErrorCode code, final ResultPartitionId partition, final String details) {
        super(code + ": partition=" + partition + " " + details);
        this.code = code;
    }

    /**
     * @return why
     */
    public ChannelErrorCode code() {
        return code;
    }
}
