package io.geminid.state.gemini.table;

import io.geminid.serial.RecordOutput;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.StoredRecord;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The key that is looked for: its bytes, padded with zeros to whole words, and their hash. Filled
 * again and again by its one user, so that looking something up makes no object.
 *
 * <p>Task thread only.
 */
public final class Probe {

    /**
     * Of the key group, that a hash begins with: the index has keys of a group together, so that
     * loading a group stays in the processor's cache.
     */
    static final int GROUP_BITS = 7;

    private final RecordOutput out = new RecordOutput();
    private ByteBuffer memory;
    private int bytes;
    private int hash;
    private long head;

    /** The key, if it has no more bytes. */
    private long firstWord;

    private int group;
    private int state;
    private byte[] full;

    /** Makes an empty one. */
    public Probe() {
        // Filled by begin and end.
    }

    /**
     * Starts a key.
     *
     * @return where to write its bytes
     */
    public RecordOutput begin() {
        out.beginInScratch();
        return out;
    }

    /**
     * Ends the key that was begun.
     *
     * @param keyGroup its key group
     * @param stateNumber the state it is a key of
     */
    public void end(final int keyGroup, final int stateNumber) {
        bytes = out.length();
        out.putLong(0);
        final ByteBuffer scratch = out.scratchMemory();
        if (memory != scratch) {
            memory = scratch; // not for each key: a store of a reference costs a barrier
        }
        group = keyGroup;
        state = stateNumber;
        firstWord = memory.getLong(0);
        hash =
                bytes == Long.BYTES
                        ? hashOf(mix(((long) state << Integer.SIZE | bytes) ^ firstWord), group)
                        : hashOf(memory, 0, bytes, group, state);
        head = Record.head(hash, bytes);
    }

    private static int hashOf(final long words, final int group) {
        final long h = mix(words);
        final int mixed = (int) (h >>> Integer.SIZE) ^ (int) h;
        return firstHashOf(group) | mixed >>> GROUP_BITS;
    }

    /** Hash of a key that lies somewhere else, without padding. */
    static int hashOf(
            final ByteBuffer source,
            final int at,
            final int bytes,
            final int group,
            final int state) {
        long h = (long) state << Integer.SIZE | bytes;
        for (int done = 0; done < bytes; done += Long.BYTES) {
            h = mix(h ^ wordOf(source, at + done, bytes - done));
        }
        return hashOf(h, group);
    }

    /** The next word of a key of which some bytes are left, padded with zeros. */
    static long wordOf(final ByteBuffer source, final int at, final int left) {
        if (left >= Long.BYTES) {
            return source.getLong(at);
        }
        long word = 0;
        for (int i = 0; i < left; i++) {
            word |= (source.get(at + i) & 0xFFL) << i * Byte.SIZE;
        }
        return word;
    }

    /** The lowest hash that a key of a group may have; the highest bits are the same for all. */
    static int firstHashOf(final int group) {
        return group << Integer.SIZE - GROUP_BITS;
    }

    /** The two halves of a product of 128 bits, folded: as wyhash does. */
    private static long mix(final long value) {
        return value * 0xA0761D6478BD642FL ^ Math.multiplyHigh(value, 0xE7037ED1A0B428DBL);
    }

    /** The key that was too long; null if it was not. */
    byte[] full() {
        return full;
    }

    void full(final byte[] tooLong) {
        full = tooLong;
    }

    /**
     * Takes on the long form of another key, whose short form this one begins with.
     *
     * @param other ended
     */
    public void full(final Probe other) {
        full = other.full;
    }

    /**
     * Starts another key with this one.
     *
     * @param other to begin
     * @return where to write what follows
     */
    public RecordOutput beginLonger(final Probe other) {
        final RecordOutput target = other.begin();
        target.putBytes(memory, 0, bytes);
        other.full((byte[]) null);
        return target;
    }

    /**
     * @return hash of the key
     */
    public int hash() {
        return hash;
    }

    int bytes() {
        return bytes;
    }

    /**
     * @return the key group
     */
    public int group() {
        return group;
    }

    /**
     * @return the number of the state
     */
    public int state() {
        return state;
    }

    /** Becomes the key of a record of another store, whose states have other numbers. */
    void take(final StoredRecord record, final Map<Integer, Integer> numbers) {
        final RecordOutput target = begin();
        final ByteBuffer source = record.source();
        final int keyBytes = record.keyBytes();
        full = null;
        if (record.state() == Cells.PIECES) {
            final int numberAt = record.keyAt() + keyBytes - 2 * Integer.BYTES;
            target.putBytes(source, record.keyAt(), keyBytes - 2 * Integer.BYTES);
            target.putInt(numbers.get(source.getInt(numberAt)));
            target.putInt(source.getInt(numberAt + Integer.BYTES));
            end(record.group(), Cells.PIECES);
        } else {
            target.putBytes(source, record.keyAt(), keyBytes);
            end(record.group(), numbers.get(record.state()));
        }
    }

    /** Writes header and key of a record, padding included. */
    void writeTo(final ByteBuffer target, final int at, final int valueBytes, final int flags) {
        Record.start(target, at, hash, bytes, valueBytes);
        Record.mark(target, at, group, state, flags);
        final int keyAt = Record.keyAt(at);
        for (int word = 0; word < bytes; word += Long.BYTES) {
            target.putLong(keyAt + word, memory.getLong(word));
        }
    }

    /**
     * Whether a record has this key.
     *
     * @param rest of its header, see {@link Record#rest}
     */
    boolean equalsKeyOf(final ByteBuffer record, final int at, final long rest) {
        if (Record.head(record, at) != head || Record.stateOf(rest) != state) {
            return false;
        }
        final int keyAt = Record.keyAt(at);
        if (bytes == Long.BYTES) {
            return record.getLong(keyAt) == firstWord;
        }
        for (int word = 0; word < bytes; word += Long.BYTES) {
            if (record.getLong(keyAt + word) != memory.getLong(word)) {
                return false;
            }
        }
        return true;
    }
}
