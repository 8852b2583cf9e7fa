package io.geminid.serial;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A cursor that a serializer writes a record with: into the segment at hand as long as the record
 * fits, else into a scratch buffer that grows.
 *
 * <p>The writer of a channel calls {@link #begin}, lets the serializer write, and then looks at
 * {@link #spilled()}: if false, the bytes are in place and nothing has to be copied; if true, they
 * are in {@link #scratch()} and go out over as many segments as they need. So the common record is
 * written once, and a record of any size needs no special case in a serializer.
 *
 * <p>Used by one thread. Does not own the target; the scratch buffer is its own.
 */
public final class RecordOutput {

    /** Largest scratch buffer, and so the largest record: what one array of bytes can hold. */
    public static final int RECORD_BYTES_MAX = Integer.MAX_VALUE - 64;

    private static final int SCRATCH_BYTES_MIN = 4096;

    /** Up to here bytes are copied one by one, or eight by eight. */
    private static final int SHORT_BYTES_MAX = 32;

    private ByteBuffer buffer;
    private int start;
    private int position;
    private int limit;
    private boolean spilled;
    private ByteBuffer scratch;

    /** Creates an output without a target: everything goes to scratch until {@link #begin}. */
    public RecordOutput() {
        scratch = allocate(SCRATCH_BYTES_MIN);
        beginInScratch();
    }

    /**
     * Starts a record at {@code from} in {@code target}.
     *
     * @param target little-endian memory to write into by absolute index
     * @param from first byte of the record
     * @param to one behind the last byte that may be used
     */
    public void begin(final ByteBuffer target, final int from, final int to) {
        assert target.order() == ByteOrder.LITTLE_ENDIAN && from >= 0 && to <= target.capacity();
        if (buffer != target) {
            buffer = target; // not for each record: a store of a reference costs a barrier
        }
        start = from;
        position = from;
        limit = to;
        spilled = false;
    }

    /** Starts a record in the scratch buffer. */
    public void beginInScratch() {
        begin(scratch.clear(), 0, scratch.capacity());
        spilled = true;
    }

    /**
     * Says where the record is.
     *
     * @return true if the record did not fit and is in {@link #scratch()}
     */
    public boolean spilled() {
        return spilled;
    }

    /**
     * Bytes written since {@link #begin}.
     *
     * @return 0 or more
     */
    public int length() {
        return position - start;
    }

    /**
     * The bytes of a spilled record.
     *
     * @return a buffer from position 0 to the record's length; valid until the next {@code begin}
     */
    public ByteBuffer scratch() {
        assert spilled;
        return scratch.clear().limit(position);
    }

    /**
     * The memory of a spilled record, for access by absolute index.
     *
     * @return the bytes of the record are its first ones; valid until the next {@code begin}
     */
    public ByteBuffer scratchMemory() {
        assert spilled;
        return scratch;
    }

    /**
     * @param value its low 8 bits are written
     */
    public void putByte(final int value) {
        final int at = advance(Byte.BYTES);
        buffer.put(at, (byte) value);
    }

    /**
     * @param value its low 16 bits are written
     */
    public void putShort(final int value) {
        final int at = advance(Short.BYTES);
        buffer.putShort(at, (short) value);
    }

    /**
     * @param value four bytes
     */
    public void putInt(final int value) {
        final int at = advance(Integer.BYTES);
        buffer.putInt(at, value);
    }

    /**
     * @param value eight bytes
     */
    public void putLong(final long value) {
        final int at = advance(Long.BYTES);
        buffer.putLong(at, value);
    }

    /**
     * @param value eight bytes
     */
    public void putDouble(final double value) {
        putLong(Double.doubleToRawLongBits(value));
    }

    /**
     * Writes bytes without their length.
     *
     * @param source where from
     * @param offset first byte
     * @param length how many
     */
    public void putBytes(final byte[] source, final int offset, final int length) {
        final int at = advance(length);
        buffer.put(at, source, offset, length);
    }

    /**
     * Writes the bytes between position and limit of {@code source}, without their length.
     *
     * @param source left as it is
     */
    public void putBytes(final ByteBuffer source) {
        putBytes(source, source.position(), source.remaining());
    }

    /**
     * Writes bytes without their length.
     *
     * @param source where from, by absolute index; left as it is
     * @param from first byte
     * @param length how many
     */
    public void putBytes(final ByteBuffer source, final int from, final int length) {
        final int at = advance(length);
        if (length <= SHORT_BYTES_MAX) {
            putShortBytes(at, source, from, length);
        } else {
            buffer.put(at, source, from, length);
        }
    }

    /** In place of a bulk copy, whose start-up costs more than these few loads and stores. */
    private void putShortBytes(
            final int to, final ByteBuffer source, final int begin, final int length) {
        final boolean reverse = source.order() != ByteOrder.LITTLE_ENDIAN;
        int at = to;
        int from = begin;
        final int end = from + length;
        for (; from <= end - Long.BYTES; from += Long.BYTES, at += Long.BYTES) {
            final long bytes = source.getLong(from);
            buffer.putLong(at, reverse ? Long.reverseBytes(bytes) : bytes);
        }
        for (; from < end; from++, at++) {
            buffer.put(at, source.get(from));
        }
    }

    /**
     * Writes an int of 1 to 5 bytes, small values short (LEB128, unsigned).
     *
     * @param value seen as unsigned
     */
    public void putVarInt(final int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            putByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        putByte(rest);
    }

    /**
     * Writes length (variable) and UTF-8 bytes.
     *
     * @param text the characters; unpaired surrogates become {@code '?'}
     */
    public void putUtf8(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putVarInt(bytes.length);
        putBytes(bytes, 0, bytes.length);
    }

    private int advance(final int lengthBytes) {
        final int at = position;
        if (lengthBytes > limit - at) {
            return advanceInScratch(lengthBytes);
        }
        position = at + lengthBytes;
        return at;
    }

    private int advanceInScratch(final int lengthBytes) {
        final int written = length();
        final long needed = (long) written + lengthBytes;
        if (needed > RECORD_BYTES_MAX) {
            throw new RecordFormatException(
                    "recordBytes=" + needed + " recordBytesMax=" + RECORD_BYTES_MAX);
        }
        if (needed > scratch.capacity()) {
            final long doubled = Math.max(needed, 2L * scratch.capacity());
            final ByteBuffer grown = allocate((int) Math.min(doubled, RECORD_BYTES_MAX));
            grown.put(0, buffer, start, written);
            scratch = grown;
        } else if (!spilled) {
            scratch.clear().put(0, buffer, start, written); // whoever read it may have left a limit
        }
        beginInScratch();
        position = written + lengthBytes;
        return written;
    }

    private static ByteBuffer allocate(final int capacityBytes) {
        return ByteBuffer.allocateDirect(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
