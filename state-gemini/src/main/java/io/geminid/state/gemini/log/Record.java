package io.geminid.state.gemini.log;

import java.nio.ByteBuffer;

/**
 * How a record lies in the log. Little-endian; begins at a multiple of 16 bytes and is as many
 * long.
 *
 * <pre>
 *  0               4               8              12      14      16
 *  +---------------+---------------+---------------+-------+-------+
 *  |     hash      |   key bytes   |  value bytes  | group |state|f|
 *  +---------------+---------------+---------------+-------+-------+
 *  | key, padded with zeros to a multiple of 8                     |
 *  +---------------------------------------------------------------+
 *  | value, padded to the record's end                             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>{@code hash} places the record in the index. {@code group} is the key group (15 bits), the bit
 * above says whether the record was used lately. {@code state} is the number of the state (12
 * bits), {@code f} are flags (4 bits). What the key is made of, the log does not know.
 *
 * <p>Where {@code key bytes} is -1 there is no record but a gap, whose size is in {@code value
 * bytes}.
 */
public final class Record {

    /** The key is gone: hides older records of it, here and in files of snapshots. No value. */
    public static final int TOMBSTONE = 1;

    /** A sealed record of the key may exist, so that its removal must leave a tombstone. */
    public static final int HAS_OLDER = 2;

    /** The value lies in pieces, in records of their own; see {@code Cells}. */
    public static final int IN_PIECES = 4;

    /** The key is the digest of one too long, which is in front of the value; see {@code Cells}. */
    public static final int LONG_KEY = 8;

    /** Bytes before the key. */
    public static final int HEADER_BYTES = 16;

    /** Records begin at multiples of this. */
    public static final int ALIGNMENT = 16;

    /** Largest number of a state. */
    public static final int STATE_MAX = (1 << 12) - 1;

    private static final int KEY_BYTES = 4;
    private static final int VALUE_BYTES = 8;
    private static final int GROUP = 12;
    private static final int STATE_AND_FLAGS = 14;
    private static final int GAP = -1;
    private static final int USED = 1 << Short.SIZE - 1;
    private static final int FLAG_BITS = 4;
    private static final int REST_STATE_SHIFT = (STATE_AND_FLAGS - VALUE_BYTES) * Byte.SIZE;
    private static final int FLAG_MASK = (1 << FLAG_BITS) - 1;

    private Record() {}

    /**
     * Writes a header.
     *
     * @param memory where
     * @param at the record's first byte
     * @param hash of the key
     * @param keyBytes length of the key
     * @param valueBytes length of the value
     */
    public static void start(
            final ByteBuffer memory,
            final int at,
            final int hash,
            final int keyBytes,
            final int valueBytes) {
        memory.putInt(at, hash);
        memory.putInt(at + KEY_BYTES, keyBytes);
        memory.putInt(at + VALUE_BYTES, valueBytes);
    }

    /**
     * Writes the rest of the header.
     *
     * @param memory where
     * @param at the record's first byte
     * @param group key group
     * @param state number of the state
     * @param flags see the constants
     */
    public static void mark(
            final ByteBuffer memory,
            final int at,
            final int group,
            final int state,
            final int flags) {
        memory.putShort(at + GROUP, (short) group);
        memory.putShort(at + STATE_AND_FLAGS, (short) (state << FLAG_BITS | flags));
    }

    /**
     * @param memory where
     * @param at the record's first byte
     * @return hash of the key
     */
    public static int hash(final ByteBuffer memory, final int at) {
        return memory.getInt(at);
    }

    /**
     * @param memory where
     * @param at the record's first byte
     * @return length of the key
     */
    public static int keyBytes(final ByteBuffer memory, final int at) {
        return memory.getInt(at + KEY_BYTES);
    }

    /**
     * @param memory where
     * @param at the record's first byte
     * @return length of the value
     */
    public static int valueBytes(final ByteBuffer memory, final int at) {
        return memory.getInt(at + VALUE_BYTES);
    }

    /**
     * @param memory where
     * @param at the record's first byte
     * @return key group
     */
    public static int group(final ByteBuffer memory, final int at) {
        return memory.getShort(at + GROUP) & USED - 1;
    }

    /**
     * Whether {@link #use} was called since the record was written or {@link #unuse} called.
     *
     * @param memory where
     * @param at the record's first byte
     * @return true if so
     */
    public static boolean isUsed(final ByteBuffer memory, final int at) {
        return memory.getShort(at + GROUP) < 0;
    }

    /**
     * Notes that the record is used, even if nobody may change it any more.
     *
     * @param memory where
     * @param at the record's first byte
     */
    public static void use(final ByteBuffer memory, final int at) {
        memory.putShort(at + GROUP, (short) (memory.getShort(at + GROUP) | USED));
    }

    /**
     * Forgets that the record was used.
     *
     * @param memory where
     * @param at the record's first byte
     */
    public static void unuse(final ByteBuffer memory, final int at) {
        memory.putShort(at + GROUP, (short) group(memory, at));
    }

    /**
     * Makes room that no record takes; or takes a record away whose bytes nobody has seen yet.
     *
     * @param memory where
     * @param at the gap's first byte
     * @param sizeBytes its size, a multiple of {@link #ALIGNMENT}
     */
    public static void gap(final ByteBuffer memory, final int at, final int sizeBytes) {
        memory.putInt(at + KEY_BYTES, GAP);
        memory.putInt(at + VALUE_BYTES, sizeBytes);
    }

    /**
     * Whether there is a gap and no record.
     *
     * @param memory where
     * @param at where a record or a gap begins
     * @return true if it is one
     */
    public static boolean isGap(final ByteBuffer memory, final int at) {
        return memory.getInt(at + KEY_BYTES) == GAP;
    }

    /**
     * @param memory where
     * @param at the record's first byte
     * @return number of the state
     */
    public static int state(final ByteBuffer memory, final int at) {
        return state(stateAndFlags(memory, at));
    }

    /**
     * @param memory where
     * @param at the record's first byte
     * @return see the constants
     */
    public static int flags(final ByteBuffer memory, final int at) {
        return flags(stateAndFlags(memory, at));
    }

    /**
     * Hash and length of a key, as they lie in a record: to be compared with those of another one
     * at once.
     *
     * @param hash of the key
     * @param keyBytes length of the key
     * @return the first eight bytes of its record
     */
    public static long head(final int hash, final int keyBytes) {
        return (long) keyBytes << Integer.SIZE | hash & 0xFFFFFFFFL;
    }

    /**
     * Hash and length of a record's key.
     *
     * @param memory where
     * @param at the record's first byte
     * @return for comparison with {@link #head(int, int)}
     */
    public static long head(final ByteBuffer memory, final int at) {
        return memory.getLong(at);
    }

    /**
     * What else is in a header, read at once.
     *
     * @param memory where
     * @param at the record's first byte
     * @return for {@link #stateOf}, {@link #flagsOf} and {@link #valueBytesOf}
     */
    public static long rest(final ByteBuffer memory, final int at) {
        return memory.getLong(at + VALUE_BYTES);
    }

    /**
     * @param rest see {@link #rest}
     * @return number of the state
     */
    public static int stateOf(final long rest) {
        return (int) (rest >>> REST_STATE_SHIFT + FLAG_BITS);
    }

    /**
     * @param rest see {@link #rest}
     * @return see the constants
     */
    public static int flagsOf(final long rest) {
        return (int) (rest >>> REST_STATE_SHIFT) & FLAG_MASK;
    }

    /**
     * @param rest see {@link #rest}
     * @return length of the value
     */
    public static int valueBytesOf(final long rest) {
        return (int) rest;
    }

    static int stateAndFlags(final ByteBuffer memory, final int at) {
        return memory.getShort(at + STATE_AND_FLAGS) & 0xFFFF;
    }

    static int state(final int stateAndFlags) {
        return stateAndFlags >>> FLAG_BITS;
    }

    static int flags(final int stateAndFlags) {
        return stateAndFlags & FLAG_MASK;
    }

    /**
     * Where the key begins.
     *
     * @param at the record's first byte
     * @return index of the key's first byte
     */
    public static int keyAt(final int at) {
        return at + HEADER_BYTES;
    }

    /**
     * Where the value begins.
     *
     * @param memory where
     * @param at the record's first byte
     * @return index of the value's first byte
     */
    public static int valueAt(final ByteBuffer memory, final int at) {
        return at + HEADER_BYTES + room(keyBytes(memory, at));
    }

    /**
     * Room that a key takes.
     *
     * @param keyBytes its length
     * @return a multiple of 8
     */
    public static int room(final int keyBytes) {
        return keyBytes + Long.BYTES - 1 & -Long.BYTES;
    }

    /**
     * Size of a record.
     *
     * @param keyBytes length of the key
     * @param valueBytes length of the value
     * @return a multiple of {@link #ALIGNMENT}
     */
    public static int sizeBytes(final int keyBytes, final int valueBytes) {
        return HEADER_BYTES + room(keyBytes) + valueBytes + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /**
     * Size of a record or a gap in memory.
     *
     * @param memory where
     * @param at its first byte
     * @return a multiple of {@link #ALIGNMENT}
     */
    public static int sizeBytes(final ByteBuffer memory, final int at) {
        final int keyBytes = keyBytes(memory, at);
        final int valueBytes = valueBytes(memory, at);
        return keyBytes == GAP ? valueBytes : sizeBytes(keyBytes, valueBytes);
    }
}
