package io.geminid.runtime.task;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.gate.InputChannelException;
import io.geminid.shuffle.network.ChannelException;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.wire.ChannelErrorCode;

/**
 * An input could not be read. That is most often the consequence of a failure elsewhere, so whoever
 * looks for the first cause looks for another one first.
 */
public final class InputFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param cause what the gate threw
     */
    public InputFailedException(final Throwable cause) {
        super(cause.getMessage(), cause);
    }

    /**
     * The partition that has to be produced again: it is not there, or its bytes are not what was
     * written (INV B8). Who does not know the token of this cluster has nothing of it, so it is not
     * there either. A lost connection alone says nothing of the sort.
     *
     * @return its identity, or {@code null}
     */
    public ResultPartitionId unreadable() {
        if (!(getCause() instanceof InputChannelException broken)) {
            return null;
        }
        for (Throwable why = broken.getCause(); why != null; why = why.getCause()) {
            if (why instanceof PartitionNotFoundException
                    || why instanceof PartitionDamagedException
                    || why instanceof TransportException refused
                            && refused.reason() == TransportException.Reason.BAD_TOKEN
                    || why instanceof ChannelException told
                            && told.code() == ChannelErrorCode.PARTITION_BROKEN) {
                return broken.partition();
            }
        }
        return null;
    }
}
