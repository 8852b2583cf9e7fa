package io.geminid.state.rocksdb.db;

import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes the keys of entries, part by part. The key group comes first, big-endian, so that a range
 * of key groups is a range of keys; every part but the last has its length before it, so that no
 * key is the beginning of another's.
 *
 * <pre>
 *  cell:   group | length key | [length namespace] | [map key]
 *  timer:  group | time (8) | length key | namespace
 *
 *  group:  1 byte if there are at most 256 groups, else 2
 *  length: 1 byte, or 0xFF and 4 bytes big-endian
 *  time:   big-endian with the sign bit flipped, so that earlier sorts first
 * </pre>
 *
 * <p>Task thread only.
 */
public final class KeyBytes {

    /** From here on a length takes five bytes. */
    static final int LONG_LENGTH = 0xFF;

    private static final int GROUPS_OF_ONE_BYTE = 256;
    private static final int BYTES_INITIAL = 512;

    /** So many 0xFF come after every key: a key's length, the latest such byte, is never 0xFF. */
    private static final int END_BYTES = 16;

    private final RecordOutput out = new RecordOutput();
    private final int groupBytes;
    private ByteBuffer bytes = Database.direct(BYTES_INITIAL);
    private int length;

    /**
     * Makes an empty key.
     *
     * @param maxParallelism number of key groups
     */
    public KeyBytes(final int maxParallelism) {
        groupBytes = groupBytes(maxParallelism);
    }

    /**
     * How long a key group is.
     *
     * @param maxParallelism number of key groups
     * @return bytes
     */
    public static int groupBytes(final int maxParallelism) {
        return maxParallelism <= GROUPS_OF_ONE_BYTE ? 1 : Short.BYTES;
    }

    /**
     * Where the entries of a key group begin; all entries of the groups before it are less.
     *
     * @param keyGroup which; the number of all groups stands for the end of the last
     * @param maxParallelism number of key groups
     * @return bytes that sort as said
     */
    static byte[] firstOf(final int keyGroup, final int maxParallelism) {
        if (groupBytes(maxParallelism) == Short.BYTES) {
            return new byte[] {(byte) (keyGroup >>> Byte.SIZE), (byte) keyGroup};
        }
        if (keyGroup < GROUPS_OF_ONE_BYTE) {
            return new byte[] {(byte) keyGroup};
        }
        final byte[] end = new byte[END_BYTES];
        Arrays.fill(end, (byte) 0xFF);
        return end;
    }

    /**
     * Bytes written.
     *
     * @return 0 or more
     */
    public int length() {
        return length;
    }

    /**
     * Forgets what comes after.
     *
     * @param bytesKept at most {@link #length()}
     * @return this
     */
    public KeyBytes cut(final int bytesKept) {
        assert bytesKept <= length;
        length = bytesKept;
        return this;
    }

    /**
     * What was written.
     *
     * @return from 0 to the length; valid until the next write
     */
    public ByteBuffer buffer() {
        return bytes.clear().limit(length);
    }

    /**
     * Writes a key group.
     *
     * @param keyGroup which
     * @return this
     */
    public KeyBytes group(final int keyGroup) {
        reserve(length + groupBytes);
        if (groupBytes == Short.BYTES) {
            bytes.put(length++, (byte) (keyGroup >>> Byte.SIZE));
        }
        bytes.put(length++, (byte) keyGroup);
        return this;
    }

    /**
     * Writes a time.
     *
     * @param millis which
     * @return this
     */
    public KeyBytes time(final long millis) {
        reserve(length + Long.BYTES);
        bytes.putLong(length, Long.reverseBytes(millis ^ Long.MIN_VALUE));
        length += Long.BYTES;
        return this;
    }

    /**
     * Writes a value and its length before it.
     *
     * @param value what
     * @param serializer its serializer
     * @param <T> type of the value
     * @return this
     */
    public <T> KeyBytes part(final T value, final RecordSerializer<T> serializer) {
        final int at = length;
        reserve(at + 1);
        length = at + 1;
        last(value, serializer);
        final int partBytes = length - at - 1;
        if (partBytes < LONG_LENGTH) {
            bytes.put(at, (byte) partBytes);
        } else {
            reserve(length + Integer.BYTES);
            bytes.put(at + 1 + Integer.BYTES, bytes.duplicate(), at + 1, partBytes);
            bytes.put(at, (byte) LONG_LENGTH);
            bytes.putInt(at + 1, Integer.reverseBytes(partBytes));
            length += Integer.BYTES;
        }
        return this;
    }

    /**
     * Writes a value without its length: nothing may follow.
     *
     * @param value what
     * @param serializer its serializer
     * @param <T> type of the value
     * @return this
     */
    public <T> KeyBytes last(final T value, final RecordSerializer<T> serializer) {
        bytes.clear(); // whoever read it left a limit
        out.begin(bytes, length, bytes.capacity());
        serializer.write(value, out);
        final int written = out.length();
        if (out.spilled()) {
            reserve(length + written);
            bytes.put(length, out.scratch(), 0, written);
        }
        length += written;
        return this;
    }

    private void reserve(final int capacity) {
        bytes.clear();
        if (capacity > bytes.capacity()) {
            final ByteBuffer grown = Database.grown(bytes, capacity);
            grown.put(0, bytes, 0, length);
            bytes = grown;
        }
    }
}
