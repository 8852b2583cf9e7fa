package io.geminid.shuffle.rdma.queue;

import io.geminid.shuffle.transport.TransportException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What two ends tell each other with the connection manager's messages, before any other. Only
 * limits: who the peer is comes with the first message. Little-endian, 16 bytes.
 *
 * <pre>
 *   0       1       2       3       4       5       6       7
 *  +-------------------------------+-------+-------+---------------+
 *  |             Magic             |Version|Refusal|   Receives    |
 *  +-------------------------------+-------+-------+---------------+
 *  |         Message bytes         |           Reserved            |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * @param version of this record and of what follows on the connection, 1 to 255
 * @param receives that the sender of this has posted, 2 or more
 * @param messageBytes largest payload of a message that it takes
 * @param refusal why it wants no connection; {@code null} if it does
 */
public record LinkSetup(int version, int receives, int messageBytes, Reason refusal) {

    /** Bytes of the record. */
    public static final int LENGTH_BYTES = 16;

    /** The version that this code speaks. */
    public static final int VERSION = 1;

    private static final int MAGIC = 0x52444d47;
    private static final int VERSION_OFFSET = Integer.BYTES;
    private static final int REFUSAL_OFFSET = VERSION_OFFSET + Byte.BYTES;
    private static final int RECEIVES_OFFSET = REFUSAL_OFFSET + Byte.BYTES;
    private static final int MESSAGE_BYTES_OFFSET = RECEIVES_OFFSET + Short.BYTES;
    private static final int RESERVED_OFFSET = MESSAGE_BYTES_OFFSET + Integer.BYTES;

    static {
        assert RESERVED_OFFSET + Integer.BYTES == LENGTH_BYTES;
    }

    /**
     * A refusal.
     *
     * @param reason told to the peer
     * @return the record
     */
    public static LinkSetup refusing(final Reason reason) {
        return new LinkSetup(VERSION, 0, 0, reason);
    }

    /**
     * As bytes.
     *
     * @return {@link #LENGTH_BYTES}
     */
    public byte[] encode() {
        return ByteBuffer.allocate(LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, MAGIC)
                .put(VERSION_OFFSET, (byte) version)
                .put(REFUSAL_OFFSET, (byte) (refusal == null ? 0 : refusal.code()))
                .putShort(RECEIVES_OFFSET, (short) receives)
                .putInt(MESSAGE_BYTES_OFFSET, messageBytes)
                .array();
    }

    /**
     * Reads what a peer told.
     *
     * @param data with any padding behind
     * @return the record, or {@code null} if it is none
     */
    public static LinkSetup decode(final byte[] data) {
        if (data.length < LENGTH_BYTES) {
            return null;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(0) != MAGIC) {
            return null;
        }
        return new LinkSetup(
                bytes.get(VERSION_OFFSET) & 0xFF,
                bytes.getShort(RECEIVES_OFFSET) & 0xFFFF,
                bytes.getInt(MESSAGE_BYTES_OFFSET),
                Reason.of(bytes.get(REFUSAL_OFFSET) & 0xFF));
    }

    /**
     * What is wrong with a peer's record that refuses nothing.
     *
     * @param payloadBytesMin payload that every end must take
     * @return the reason to refuse it, or {@code null}
     */
    public Reason fault(final int payloadBytesMin) {
        if (version != VERSION) {
            return Reason.BAD_VERSION;
        }
        final boolean sane =
                receives >= 2
                        && receives <= SendQueue.MESSAGES_MAX
                        && messageBytes >= payloadBytesMin;
        return sane ? null : Reason.BAD_CONTENT;
    }
}
