package io.geminid.shuffle.transport;

import java.io.IOException;

/** Why a connection was refused or closed. The reason is what is counted; the message names details. */
public final class TransportException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The kinds of ends a connection can come to. Each is a counter. */
    public enum Reason {
        /** This process closed it in good order. */
        CLOSED_HERE,
        /** The peer closed it in good order. */
        CLOSED_BY_PEER,
        /** The link broke: reset, timed out, unreachable. */
        LINK_LOST,
        /** No sign of life for longer than the heartbeat timeout. */
        PEER_SILENT,
        /** The peer speaks another protocol, or none. */
        BAD_MAGIC,
        /** No version of the protocol is known to both. */
        BAD_VERSION,
        /** Unknown frame type, or one that is not allowed here. */
        BAD_TYPE,
        /** A length that is negative or larger than agreed. */
        BAD_LENGTH,
        /** The checksum of a header or payload is wrong. */
        BAD_CHECKSUM,
        /** A frame is missing, repeated or out of order within its channel. */
        BAD_SEQUENCE,
        /** A frame for a channel that never existed. */
        BAD_CHANNEL,
        /** Data without credit, or a credit that is not positive or exceeds the agreed limit. */
        BAD_CREDIT,
        /** The content of a frame makes no sense for its type. */
        BAD_CONTENT,
        /** The handshake was not complete in time. */
        HANDSHAKE_TIMEOUT,
        /** The handshake was refused; the message says why. */
        HANDSHAKE_REFUSED,
        /** The two processes are connected already. */
        DUPLICATE_CONNECTION,
        /** A limit on connections or channels is reached. */
        LIMIT_REACHED,
        /** A defect of this process. */
        INTERNAL
    }

    private final Reason reason;

    /**
     * @param reason the kind of end
     * @param message details as name=value, naming the peer
     */
    public TransportException(final Reason reason, final String message) {
        super(reason + ": " + message);
        this.reason = reason;
    }

    /**
     * @param reason the kind of end
     * @param message details as name=value, naming the peer
     * @param cause what was caught
     */
    public TransportException(final Reason reason, final String message, final Throwable cause) {
        super(reason + ": " + message, cause);
        this.reason = reason;
    }

    /**
     * @return the kind of end
     */
    public Reason reason() {
        return reason;
    }
}
