package io.geminid.shuffle.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The header in front of every frame, on every transport. A flyweight: points at 40 bytes somewhere
 * and reads and writes its fields there. Little-endian.
 *
 * <pre>
 *   0       1       2       3       4       5       6       7
 *  +---------------+-------+-------+-------------------------------+
 *  |     Magic     |Version| Type  |            Channel            |
 *  +---------------+-------+-------+-------------------------------+
 *  |           Sequence            |         Payload bytes         |
 *  +-------------------------------+---------------+---------------+
 *  |            Backlog            |     Flags     |   Reserved    |
 *  +-------------------------------+---------------+---------------+
 *  |                Value (meaning depends on the type)            |
 *  +-------------------------------+-------------------------------+
 *  |      CRC32C of payload        |   CRC32C of the 36 bytes      |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Two checksums and not one: the header's is checked before its length is believed and before
 * memory is chosen for the payload; the payload's does not depend on channel or sequence, so that
 * it can be computed once and travel with the bytes to disk. The header's covers the payload's, so
 * a payload behind another header is found too.
 *
 * <p>The sequence number counts the frames from a producer in a channel (data and events), from 0
 * on, modulo 2^32. Frames of consumers carry the number of the last one they got.
 *
 * <p>Used by one thread. Does not own the memory behind it.
 */
public final class FrameHeader {

    /** Bytes of a header. */
    public static final int LENGTH_BYTES = 40;

    /** {@code "GD"} as it stands on the wire. */
    public static final short MAGIC = 0x4447;

    /** Largest payload of any frame but {@link FrameType#DATA}. */
    public static final int CONTROL_BYTES_MAX = 4096;

    /** Flag of {@link FrameType#DATA}: the payload ends a segment that the writer has finished. */
    public static final int FLAG_FINISHED = 1;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Short.BYTES;
    private static final int TYPE_OFFSET = VERSION_OFFSET + Byte.BYTES;
    private static final int CHANNEL_OFFSET = TYPE_OFFSET + Byte.BYTES;
    private static final int SEQUENCE_OFFSET = CHANNEL_OFFSET + Integer.BYTES;
    private static final int PAYLOAD_BYTES_OFFSET = SEQUENCE_OFFSET + Integer.BYTES;
    private static final int BACKLOG_OFFSET = PAYLOAD_BYTES_OFFSET + Integer.BYTES;
    private static final int FLAGS_OFFSET = BACKLOG_OFFSET + Integer.BYTES;
    private static final int RESERVED_OFFSET = FLAGS_OFFSET + Short.BYTES;
    private static final int VALUE_OFFSET = RESERVED_OFFSET + Short.BYTES;
    private static final int PAYLOAD_CRC_OFFSET = VALUE_OFFSET + Long.BYTES;
    private static final int HEADER_CRC_OFFSET = PAYLOAD_CRC_OFFSET + Integer.BYTES;

    static {
        assert HEADER_CRC_OFFSET + Integer.BYTES == LENGTH_BYTES;
    }

    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer;
    private ByteBuffer crcView;
    private int offset;

    /**
     * Points at a header.
     *
     * @param memory little-endian
     * @param headerOffset its first byte
     * @return this
     */
    public FrameHeader wrap(final ByteBuffer memory, final int headerOffset) {
        assert memory.order() == ByteOrder.LITTLE_ENDIAN;
        if (memory != buffer) {
            buffer = memory;
            crcView = memory.duplicate();
        }
        offset = headerOffset;
        return this;
    }

    /**
     * Starts a header: magic, version and type; all other fields zero.
     *
     * @param version the wire version of the connection
     * @param type what the frame means
     * @param channel the channel it belongs to
     * @return this
     */
    public FrameHeader start(final int version, final FrameType type, final int channel) {
        buffer.putShort(offset + MAGIC_OFFSET, MAGIC);
        buffer.put(offset + VERSION_OFFSET, (byte) version);
        buffer.put(offset + TYPE_OFFSET, type.code());
        buffer.putInt(offset + CHANNEL_OFFSET, channel);
        buffer.putInt(offset + SEQUENCE_OFFSET, 0);
        buffer.putInt(offset + PAYLOAD_BYTES_OFFSET, 0);
        buffer.putInt(offset + BACKLOG_OFFSET, 0);
        buffer.putInt(offset + FLAGS_OFFSET, 0);
        buffer.putLong(offset + VALUE_OFFSET, 0);
        buffer.putInt(offset + PAYLOAD_CRC_OFFSET, 0);
        return this;
    }

    /**
     * @param sequence see the class comment
     * @return this
     */
    public FrameHeader sequence(final int sequence) {
        buffer.putInt(offset + SEQUENCE_OFFSET, sequence);
        return this;
    }

    /**
     * @param payloadBytes bytes behind the header
     * @param payloadCrc their CRC32C
     * @return this
     */
    public FrameHeader payload(final int payloadBytes, final int payloadCrc) {
        buffer.putInt(offset + PAYLOAD_BYTES_OFFSET, payloadBytes);
        buffer.putInt(offset + PAYLOAD_CRC_OFFSET, payloadCrc);
        return this;
    }

    /**
     * @param segments finished data segments that wait behind this frame
     * @return this
     */
    public FrameHeader backlog(final int segments) {
        buffer.putInt(offset + BACKLOG_OFFSET, segments);
        return this;
    }

    /**
     * @param bits 16 bits, see the FLAG constants
     * @return this
     */
    public FrameHeader flags(final int bits) {
        buffer.putShort(offset + FLAGS_OFFSET, (short) bits);
        return this;
    }

    /**
     * @param value eight bytes
     * @return this
     */
    public FrameHeader value(final long value) {
        buffer.putLong(offset + VALUE_OFFSET, value);
        return this;
    }

    /** Computes and writes the header's checksum; call last. */
    public void seal() {
        buffer.putInt(offset + HEADER_CRC_OFFSET, computeHeaderCrc());
    }

    /**
     * @return true if the header's checksum is right
     */
    public boolean isIntact() {
        return buffer.getInt(offset + HEADER_CRC_OFFSET) == computeHeaderCrc();
    }

    /**
     * @return the two bytes that should be {@link #MAGIC}
     */
    public short magic() {
        return buffer.getShort(offset + MAGIC_OFFSET);
    }

    /**
     * @return wire version, 0 to 255
     */
    public int version() {
        return buffer.get(offset + VERSION_OFFSET) & 0xFF;
    }

    /**
     * @return what the frame means, or {@code null} if the code is unknown
     */
    public FrameType type() {
        return FrameType.of(buffer.get(offset + TYPE_OFFSET));
    }

    /**
     * @return the type's code, known or not
     */
    public byte typeCode() {
        return buffer.get(offset + TYPE_OFFSET);
    }

    /**
     * @return channel id, any int
     */
    public int channel() {
        return buffer.getInt(offset + CHANNEL_OFFSET);
    }

    /**
     * @return sequence number, modulo 2^32
     */
    public int sequence() {
        return buffer.getInt(offset + SEQUENCE_OFFSET);
    }

    /**
     * @return bytes behind the header; from a hostile peer any int
     */
    public int payloadBytes() {
        return buffer.getInt(offset + PAYLOAD_BYTES_OFFSET);
    }

    /**
     * @return finished segments that wait behind the frame; from a hostile peer any int
     */
    public int backlog() {
        return buffer.getInt(offset + BACKLOG_OFFSET);
    }

    /**
     * @return 16 flag bits
     */
    public int flags() {
        return buffer.getShort(offset + FLAGS_OFFSET) & 0xFFFF;
    }

    /**
     * @return the reserved field, which must be zero
     */
    public int reserved() {
        return buffer.getShort(offset + RESERVED_OFFSET) & 0xFFFF;
    }

    /**
     * @return the value that goes with the type
     */
    public long value() {
        return buffer.getLong(offset + VALUE_OFFSET);
    }

    /**
     * @return checksum of the payload
     */
    public int payloadCrc() {
        return buffer.getInt(offset + PAYLOAD_CRC_OFFSET);
    }

    private int computeHeaderCrc() {
        crc.reset();
        crc.update(crcView.limit(offset + HEADER_CRC_OFFSET).position(offset));
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "frame type="
                + (type() == null ? "code " + typeCode() : type())
                + " channel="
                + channel()
                + " sequence="
                + sequence()
                + " payloadBytes="
                + payloadBytes();
    }
}
