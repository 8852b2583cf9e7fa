package io.geminid.serial;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over the bytes of one record. Reading beyond the record's end is refused, so that a
 * broken length never reaches another record.
 *
 * <p>Used by one thread. Does not own the memory behind it.
 */
public final class RecordInput {

    private ByteBuffer buffer;
    private int start;
    private int position;
    private int limit;

    /**
     * Points at a record.
     *
     * @param source little-endian memory, read by absolute index
     * @param from first byte of the record
     * @param to one behind its last byte
     * @return this
     */
    public RecordInput wrap(final ByteBuffer source, final int from, final int to) {
        assert source.order() == ByteOrder.LITTLE_ENDIAN && from >= 0 && to <= source.capacity();
        if (buffer != source) {
            buffer = source; // not for each record: a store of a reference costs a barrier
        }
        start = from;
        position = from;
        limit = to;
        return this;
    }

    /**
     * Bytes not yet read.
     *
     * @return 0 or more
     */
    public int remaining() {
        return limit - position;
    }

    /**
     * The memory the record lies in, for reads by absolute index; see {@link #position()}.
     *
     * @return the wrapped buffer; valid as long as the record is
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Where the next byte is read.
     *
     * @return an absolute index into {@link #buffer()}
     */
    public int position() {
        return position;
    }

    /**
     * @return the next byte
     */
    public byte getByte() {
        final int at = advance(Byte.BYTES);
        return buffer.get(at);
    }

    /**
     * @return the next two bytes
     */
    public short getShort() {
        final int at = advance(Short.BYTES);
        return buffer.getShort(at);
    }

    /**
     * @return the next four bytes
     */
    public int getInt() {
        final int at = advance(Integer.BYTES);
        return buffer.getInt(at);
    }

    /**
     * @return the next eight bytes
     */
    public long getLong() {
        final int at = advance(Long.BYTES);
        return buffer.getLong(at);
    }

    /**
     * @return the next eight bytes
     */
    public double getDouble() {
        return Double.longBitsToDouble(getLong());
    }

    /**
     * Reads bytes.
     *
     * @param target where to
     * @param offset first byte in the target
     * @param length how many
     */
    public void getBytes(final byte[] target, final int offset, final int length) {
        final int at = advance(length);
        buffer.get(at, target, offset, length);
    }

    /**
     * Passes over bytes.
     *
     * @param length how many
     * @return absolute index of the first of them in {@link #buffer()}
     */
    public int skip(final int length) {
        return advance(length);
    }

    /**
     * Reads what {@link RecordOutput#putVarInt} wrote.
     *
     * @return the value, unsigned
     */
    public int getVarInt() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            final int b = getByte();
            value |= (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new RecordFormatException("variable-length int of over 5 bytes at " + where());
    }

    /**
     * Reads what {@link RecordOutput#putUtf8} wrote.
     *
     * @return the text
     */
    public String getUtf8() {
        final int length = getVarInt();
        if (length < 0 || length > remaining()) {
            throw new RecordFormatException("utf8Bytes=" + length + " at " + where());
        }
        final byte[] bytes = new byte[length];
        getBytes(bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private int advance(final int lengthBytes) {
        final int at = position;
        if (lengthBytes < 0 || lengthBytes > limit - at) {
            throw new RecordFormatException("wantedBytes=" + lengthBytes + " at " + where());
        }
        position = at + lengthBytes;
        return at;
    }

    private String where() {
        return "offset=" + (position - start) + " of recordBytes=" + (limit - start);
    }
}
