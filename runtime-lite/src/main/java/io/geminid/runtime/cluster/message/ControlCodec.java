package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Frames of the control link. Little-endian, a header of 16 bytes before the message's fields.
 *
 * <pre>
 *  +---------------------------------------------------------------+
 *  |                    Magic "GMC1" (4 bytes)                     |
 *  +---------------+---------------+-------------------------------+
 *  |    Version    |     Type      |           Reserved, 0         |
 *  +---------------+---------------+-------------------------------+
 *  |               Length of the fields in bytes                   |
 *  +---------------------------------------------------------------+
 *  |       CRC32C of the first 12 bytes and of the fields          |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Writing keeps a scratch buffer: one instance for each thread or lock. Reading has no state.
 */
public final class ControlCodec {

    /** Bytes before the fields. */
    public static final int HEADER_BYTES = 16;

    /** Version that is written; the only one that is read. */
    public static final int VERSION = 1;

    /** Longest fields: a task with some 50 thousand channels. */
    public static final int LENGTH_MAX = 4 << 20;

    /** Longest fields from a peer that has not shown the token yet. */
    public static final int LENGTH_MAX_STRANGER = 256;

    private static final int MAGIC = 0x31_43_4D_47; // "GMC1" in the order of the bytes
    private static final int VERSION_OFFSET = Integer.BYTES;
    private static final int TYPE_OFFSET = VERSION_OFFSET + Byte.BYTES;
    private static final int RESERVED_OFFSET = TYPE_OFFSET + Byte.BYTES;
    private static final int LENGTH_OFFSET = RESERVED_OFFSET + Short.BYTES;
    private static final int CRC_OFFSET = LENGTH_OFFSET + Integer.BYTES;

    static {
        assert CRC_OFFSET + Integer.BYTES == HEADER_BYTES;
    }

    private final RecordOutput fields = new RecordOutput();

    /**
     * Writes a message.
     *
     * @param message what to write
     * @return header and fields, from position 0 to the limit; the caller's
     * @throws RecordFormatException if the fields are longer than {@link #LENGTH_MAX}
     */
    public ByteBuffer encode(final ControlMessage message) {
        fields.beginInScratch();
        message.write(fields);
        return frame(message.type());
    }

    /** Writes a frame with fields that may not be a message's. For tests. */
    ByteBuffer encodeRaw(final ControlMessageType type, final byte[] bytes) {
        fields.beginInScratch();
        fields.putBytes(bytes, 0, bytes.length);
        return frame(type);
    }

    private ByteBuffer frame(final ControlMessageType type) {
        final int length = fields.length();
        if (length > LENGTH_MAX) {
            throw new RecordFormatException(
                    "controlMessage=" + type + " length=" + length + " max=" + LENGTH_MAX);
        }
        final ByteBuffer frame =
                ByteBuffer.allocate(HEADER_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0, MAGIC);
        frame.put(VERSION_OFFSET, (byte) VERSION);
        frame.put(TYPE_OFFSET, (byte) type.code());
        frame.putInt(LENGTH_OFFSET, length);
        frame.position(HEADER_BYTES).put(fields.scratch()).flip();
        frame.putInt(CRC_OFFSET, checksum(frame, length));
        return frame;
    }

    /**
     * Reads the header of a frame, so that no memory is taken for a frame that is not one.
     *
     * @param frame little-endian, its first {@link #HEADER_BYTES} are there
     * @param lengthMax longest fields to accept
     * @return bytes of the fields that follow
     * @throws RecordFormatException if it is no frame of ours or too long
     */
    public static int readLength(final ByteBuffer frame, final int lengthMax) {
        if (frame.getInt(0) != MAGIC) {
            throw new RecordFormatException("magic=" + Integer.toHexString(frame.getInt(0)));
        }
        final int version = frame.get(VERSION_OFFSET);
        if (version != VERSION) {
            throw new RecordFormatException("version=" + version + " readable=" + VERSION);
        }
        ControlMessageType.of(frame.get(TYPE_OFFSET));
        final int length = frame.getInt(LENGTH_OFFSET);
        if (length < 0 || length > lengthMax || frame.getShort(RESERVED_OFFSET) != 0) {
            throw new RecordFormatException(
                    "length="
                            + length
                            + " max="
                            + lengthMax
                            + " reserved="
                            + frame.getShort(RESERVED_OFFSET));
        }
        return length;
    }

    /**
     * Reads a whole frame, after {@link #readLength}.
     *
     * @param frame little-endian, header and fields from index 0 on
     * @param length from {@link #readLength}
     * @return the message
     * @throws RecordFormatException if checksum or fields are wrong
     */
    public static ControlMessage decode(final ByteBuffer frame, final int length) {
        final int expected = checksum(frame, length);
        if (frame.getInt(CRC_OFFSET) != expected) {
            throw new RecordFormatException(
                    "crc32c="
                            + Integer.toHexString(frame.getInt(CRC_OFFSET))
                            + " expected="
                            + Integer.toHexString(expected));
        }
        final RecordInput in = new RecordInput().wrap(frame, HEADER_BYTES, HEADER_BYTES + length);
        return ControlMessageType.of(frame.get(TYPE_OFFSET)).read(in);
    }

    private static int checksum(final ByteBuffer frame, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(frame.duplicate().clear().limit(CRC_OFFSET));
        crc.update(frame.duplicate().clear().limit(HEADER_BYTES + length).position(HEADER_BYTES));
        return (int) crc.getValue();
    }
}
