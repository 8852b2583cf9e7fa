package io.geminid.shuffle.transport;

import io.geminid.shuffle.wire.FrameFault;
import java.io.IOException;

/**
 * Why a connection was refused or closed. The reason is what is counted; the message names details.
 */
public final class TransportException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * The kinds of ends a connection can come to. Each is a counter. The code is its place on the
     * wire and never changes.
     */
    public enum Reason {
        /** This process closed it in good order. */
        CLOSED_HERE(1),
        /** The peer closed it in good order. */
        CLOSED_BY_PEER(2),
        /** The link broke: reset, timed out, unreachable. */
        LINK_LOST(3),
        /** No sign of life for longer than the heartbeat timeout. */
        PEER_SILENT(4),
        /** The peer speaks another protocol, or none. */
        BAD_MAGIC(5),
        /** No version of the protocol is known to both. */
        BAD_VERSION(6),
        /** Unknown frame type, or one that is not allowed here. */
        BAD_TYPE(7),
        /** A length that is negative or larger than agreed. */
        BAD_LENGTH(8),
        /** The checksum of a header or payload is wrong. */
        BAD_CHECKSUM(9),
        /** A frame is missing, repeated or out of order within its channel. */
        BAD_SEQUENCE(10),
        /** A frame for a channel that never existed. */
        BAD_CHANNEL(11),
        /** Data without credit, or a credit that is not positive or exceeds the agreed limit. */
        BAD_CREDIT(12),
        /** The content of a frame makes no sense for its type. */
        BAD_CONTENT(13),
        /** The handshake was not complete in time. */
        HANDSHAKE_TIMEOUT(14),
        /** The handshake was refused; the message says why. */
        HANDSHAKE_REFUSED(15),
        /** The two processes are connected already. */
        DUPLICATE_CONNECTION(16),
        /** A limit on connections or channels is reached. */
        LIMIT_REACHED(17),
        /** A defect of this process. */
        INTERNAL(18),
        /**
         * The peer does not prove that it knows the token of the job, or of the session it joins.
         */
        BAD_TOKEN(19);

        private final int code;

        Reason(final int code) {
            this.code = code;
        }

        /**
         * @return the number on the wire
         */
        public int code() {
            return code;
        }

        /**
         * Looks a code up.
         *
         * @param code a number from the wire
         * @return the reason, or {@code null} if there is none
         */
        public static Reason of(final long code) {
            for (final Reason each : values()) {
                if (each.code == code) {
                    return each;
                }
            }
            return null;
        }

        /**
         * What a connection is closed for when a header has a fault.
         *
         * @param fault found in a header
         * @return the reason
         */
        public static Reason of(final FrameFault fault) {
            return switch (fault) {
                case MAGIC -> BAD_MAGIC;
                case CHECKSUM -> BAD_CHECKSUM;
                case VERSION -> BAD_VERSION;
                case TYPE -> BAD_TYPE;
                case LENGTH -> BAD_LENGTH;
                case CHANNEL -> BAD_CHANNEL;
                case CONTENT -> BAD_CONTENT;
            };
        }
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
