package io.geminid.state.gemini.log;

import java.nio.ByteBuffer;

/**
 * How a record lies in a file, without what is known there or can be computed: its key group is
 * that of the section, its hash that of its key. Most records are like the one before in the
 * section, so that of lengths, state and flags only what differs is written. Little-endian; numbers
 * are LEB128.
 *
 * <pre>
 *  +-------------+------------------+--------------------+------------------+-----+-------+
 *  | differs (1) | key bytes (0..5) | value bytes (0..5) | state|flags (0..3) | key | value |
 *  +-------------+------------------+--------------------+------------------+-----+-------+
 *    bit 0: key bytes, bit 1: value bytes, bit 2: state and flags; before the first all are 0
 * </pre>
 *
 * An instance is the record last read or written; it is used for the records of one section in
 * their order. One thread.
 */
public final class StoredRecord {

    private static final int KEY_BYTES = 1;
    private static final int VALUE_BYTES = 2;
    private static final int STATE = 4;
    private static final int DIFFERS_MAX = KEY_BYTES | VALUE_BYTES | STATE;

    private static final int STATE_AND_FLAGS_MAX = (1 << Short.SIZE) - 1;

    private static final int VARINT_BYTES_MAX = 5;
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MORE = 1 << VARINT_BITS;
    private static final long ENDS = -1;

    private ByteBuffer source;
    private int group;
    private int stateAndFlags;
    private int keyAt;
    private int keyBytes;
    private int valueBytes;

    /** Before the first of a section. */
    public StoredRecord() {
        // Filled by read or write.
    }

    /** Before the first of another section. */
    public void restart() {
        stateAndFlags = 0;
        keyBytes = 0;
        valueBytes = 0;
    }

    /**
     * Becomes the next record of a section that is to be written.
     *
     * @param memory where it lies in the log
     * @param at its first byte there
     * @param target has room for {@link #sizeBytesMax}; null: only the size is wanted
     * @return bytes
     */
    public int write(final ByteBuffer memory, final int at, final ByteBuffer target) {
        final int key = Record.keyBytes(memory, at);
        final int value = Record.valueBytes(memory, at);
        // Whether there is something older is found out when it is read.
        final int state = Record.stateAndFlags(memory, at) & ~Record.HAS_OLDER;
        final int differs =
                (key == keyBytes ? 0 : KEY_BYTES)
                        | (value == valueBytes ? 0 : VALUE_BYTES)
                        | (state == stateAndFlags ? 0 : STATE);
        keyBytes = key;
        valueBytes = value;
        stateAndFlags = state;
        if (target != null) {
            target.put((byte) differs);
            putIf(differs & KEY_BYTES, key, target);
            putIf(differs & VALUE_BYTES, value, target);
            putIf(differs & STATE, state, target);
            put(target, memory, Record.keyAt(at), key);
            put(target, memory, Record.valueAt(memory, at), value);
        }
        return 1
                + ((differs & KEY_BYTES) == 0 ? 0 : varintBytes(key))
                + ((differs & VALUE_BYTES) == 0 ? 0 : varintBytes(value))
                + ((differs & STATE) == 0 ? 0 : varintBytes(state))
                + key
                + value;
    }

    /**
     * What a record can take at most.
     *
     * @param memory where it lies in the log
     * @param at its first byte there
     * @return bytes
     */
    public static int sizeBytesMax(final ByteBuffer memory, final int at) {
        return 1
                + 3 * VARINT_BYTES_MAX
                + Record.keyBytes(memory, at)
                + Record.valueBytes(memory, at);
    }

    private static void putIf(final int differs, final int value, final ByteBuffer target) {
        if (differs != 0) {
            putVarint(target, value);
        }
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
     * Reads the next record of a section.
     *
     * @param keyGroup of the section
     * @param memory from its position to its limit; the position is moved behind the record
     * @return false if the memory ends before the record does; all is then as it was
     * @throws IllegalArgumentException if no record begins like this
     */
    public boolean read(final int keyGroup, final ByteBuffer memory) {
        final int begin = memory.position();
        if (!memory.hasRemaining()) {
            return false;
        }
        final int differs = memory.get();
        if (differs < 0 || differs > DIFFERS_MAX) {
            throw new IllegalArgumentException("differs=" + differs);
        }
        final long key = (differs & KEY_BYTES) == 0 ? keyBytes : varint(memory);
        final long value = (differs & VALUE_BYTES) == 0 ? valueBytes : varint(memory);
        final long state = (differs & STATE) == 0 ? stateAndFlags : varint(memory);
        if (key == ENDS
                || value == ENDS
                || state == ENDS
                || key + value > memory.remaining() && key + value <= Integer.MAX_VALUE) {
            memory.position(begin);
            return false;
        }
        if (key + value > Integer.MAX_VALUE || state > STATE_AND_FLAGS_MAX) {
            throw new IllegalArgumentException(
                    "keyBytes=" + key + " valueBytes=" + value + " state=" + state);
        }
        group = keyGroup;
        source = memory;
        stateAndFlags = (int) state;
        keyAt = memory.position();
        keyBytes = (int) key;
        valueBytes = (int) value;
        memory.position(keyAt + keyBytes + valueBytes);
        return true;
    }

    /** The number at the memory's position; -1 if the memory ends before it does. */
    private static long varint(final ByteBuffer memory) {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            if (!memory.hasRemaining()) {
                return ENDS;
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
