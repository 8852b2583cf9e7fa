package io.geminid.state.gemini.log;

import java.nio.ByteBuffer;

/**
 * How a record lies in a file, without what is known there or can be computed: its key group is
 * that of the section, its hash that of its key. Little-endian; lengths are LEB128.
 *
 * <pre>
 *  +------------------+--------------------+-----------------+-----+-------+
 *  | key bytes (1..5) | value bytes (1..5) | state|flags (2) | key | value |
 *  +------------------+--------------------+-----------------+-----+-------+
 * </pre>
 *
 * An instance is the record last read; it is used again and again. One thread.
 */
public final class StoredRecord {

    /** Longest header. */
    public static final int HEADER_BYTES_MAX = 12;

    private static final int VARINT_BYTES_MAX = 5;
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MORE = 1 << VARINT_BITS;

    private ByteBuffer source;
    private int group;
    private int stateAndFlags;
    private int keyAt;
    private int keyBytes;
    private int valueBytes;

    /** Before the first is read. */
    public StoredRecord() {
        // Filled by read.
    }

    /**
     * Size of a record as it is written here.
     *
     * @param memory where it lies in the log
     * @param at its first byte there
     * @return bytes
     */
    public static int sizeBytes(final ByteBuffer memory, final int at) {
        final int keyBytes = Record.keyBytes(memory, at);
        final int valueBytes = Record.valueBytes(memory, at);
        return varintBytes(keyBytes)
                + varintBytes(valueBytes)
                + Short.BYTES
                + keyBytes
                + valueBytes;
    }

    /**
     * Writes a record.
     *
     * @param memory where it lies in the log
     * @param at its first byte there
     * @param target has room for {@link #sizeBytes}
     */
    public static void write(final ByteBuffer memory, final int at, final ByteBuffer target) {
        final int keyBytes = Record.keyBytes(memory, at);
        final int valueBytes = Record.valueBytes(memory, at);
        putVarint(target, keyBytes);
        putVarint(target, valueBytes);
        target.putShort((short) Record.stateAndFlags(memory, at));
        put(target, memory, Record.keyAt(at), keyBytes);
        put(target, memory, Record.valueAt(memory, at), valueBytes);
    }

    private static void put(
            final ByteBuffer target, final ByteBuffer memory, final int at, final int bytes) {
        target.put(target.position(), memory, at, bytes).position(target.position() + bytes);
    }

    private static int varintBytes(final int value) {
        return 1 + (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value | 1)) / VARINT_BITS;
    }

    private static void putVarint(final ByteBuffer target, final int value) {
        int rest = value;
        while (rest >= VARINT_MORE) {
            target.put((byte) (rest | VARINT_MORE));
            rest >>>= VARINT_BITS;
        }
        target.put((byte) rest);
    }

    /**
     * Reads a record.
     *
     * @param keyGroup of the section
     * @param memory from its position to its limit; the position is moved behind the record
     * @return false if the memory ends before the record does; the position is then as it was
     * @throws IllegalArgumentException if no record begins like this
     */
    public boolean read(final int keyGroup, final ByteBuffer memory) {
        final int begin = memory.position();
        final long key = varint(memory);
        final long value = key < 0 ? key : varint(memory);
        if (value < 0 || memory.remaining() < Short.BYTES) {
            memory.position(begin);
            return false;
        }
        stateAndFlags = memory.getShort() & 0xFFFF;
        if (key + value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("keyBytes=" + key + " valueBytes=" + value);
        }
        group = keyGroup;
        source = memory;
        keyAt = memory.position();
        keyBytes = (int) key;
        valueBytes = (int) value;
        if (memory.remaining() < key + value) {
            memory.position(begin);
            return false;
        }
        memory.position(keyAt + keyBytes + valueBytes);
        return true;
    }

    /** The number at the memory's position; -1 if the memory ends before it does. */
    private static long varint(final ByteBuffer memory) {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            if (!memory.hasRemaining()) {
                return -1;
            }
            final int next = memory.get();
            value |= (long) (next & VARINT_MORE - 1) << i * VARINT_BITS;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("length of more than bytes=" + VARINT_BYTES_MAX);
    }

    /**
     * @return the memory that it was read from
     */
    public ByteBuffer source() {
        return source;
    }

    /**
     * @return key group
     */
    public int group() {
        return group;
    }

    /**
     * @return number of the state
     */
    public int state() {
        return Record.state(stateAndFlags);
    }

    /**
     * @return see the constants of {@link Record}
     */
    public int flags() {
        return Record.flags(stateAndFlags);
    }

    /**
     * @return index of the key's first byte in {@link #source}
     */
    public int keyAt() {
        return keyAt;
    }

    /**
     * @return length of the key
     */
    public int keyBytes() {
        return keyBytes;
    }

    /**
     * @return index of the value's first byte in {@link #source}
     */
    public int valueAt() {
        return keyAt + keyBytes;
    }

    /**
     * @return length of the value
     */
    public int valueBytes() {
        return valueBytes;
    }
}
