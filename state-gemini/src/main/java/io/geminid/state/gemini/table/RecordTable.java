package io.geminid.state.gemini.table;

import io.geminid.state.gemini.log.ColdLog;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.log.StoredRecord;
import io.geminid.state.gemini.spill.SpillFiles;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Keys and values outside the heap: an index over a log of records. A record of the present epoch
 * is changed where it is; one that a snapshot may need is left alone, and a new one is appended.
 *
 * <p>Every call that may write moves records: addresses got before are void after it, but the one
 * it returns. A value is whatever the caller puts behind the key; how long values are that do not
 * fit in a record, {@link Cells} knows.
 *
 * <p>Where records go when there is no room for more, {@link Room} says. A record on disk is copied
 * into memory to be read, and that copy has an address like every other record.
 *
 * <p>Task thread only. Owns log and index; {@link Frames} is closed with it.
 */
public final class RecordTable implements AutoCloseable {

    private final Frames frames;
    private final RecordLog log;
    private final HashIndex index;
    private final Room room;
    private final Replay replay;
    private Probe sought;

    /** Of the header of the record that was compared last. */
    private long foundRest;

    private final HashIndex.Match keyMatch = this::hasSoughtKey;

    /**
     * An empty table.
     *
     * @param name for messages
     * @param frames its memory, from now on the table's
     * @param files where records go that do not fit into memory, from now on the table's; null:
     *     nowhere
     */
    public RecordTable(final String name, final Frames frames, final SpillFiles files) {
        this.frames = frames;
        this.log = new RecordLog(frames, files);
        this.index = new HashIndex(frames);
        this.room = new Room(name, frames, log, index);
        this.replay = new Replay(this, frames, log, index, room);
    }

    private boolean hasSoughtKey(final long address) {
        final long loaded = log.load(address);
        final ByteBuffer memory = frames.buffer(loaded);
        final int at = frames.index(loaded);
        foundRest = Record.rest(memory, at);
        return sought.equalsKeyOf(memory, at, foundRest);
    }

    long slotOf(final Probe key) {
        if (sought != key) {
            sought = key; // not for each key: a store of a reference costs a barrier
        }
        return index.find(key.hash(), keyMatch);
    }

    // Reading.

    /**
     * Looks for a key.
     *
     * @param key which
     * @return address of its record, valid until the next write or search; 0 if it has none
     */
    public long find(final Probe key) {
        if (sought != key) {
            sought = key; // not for each key: a store of a reference costs a barrier
        }
        final long address = index.record(key.hash(), keyMatch);
        if (address == 0) {
            return 0;
        }
        final long loaded = log.load(address);
        if (log.hasSpilled()) {
            room.used(address, loaded);
        }
        return (Record.flagsOf(foundRest) & Record.TOMBSTONE) == 0 ? loaded : 0;
    }

    /**
     * More of the header of what {@link #find} has just found.
     *
     * @return see {@link Record#rest}
     */
    long foundRest() {
        return foundRest;
    }

    /**
     * The address of a record that was met before.
     *
     * @param place see {@link Visitor}; nothing has been written since
     * @return valid until the next write or search
     */
    public long load(final long place) {
        return log.load(place);
    }

    /**
     * Lets records change places, as they are used: for a moment when nobody has an address.
     *
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public void settle() {
        if (!room.isSettled()) {
            room.settle();
        }
    }

    /**
     * The memory of a record, for access at {@link #index} and {@link #valueAt}.
     *
     * @param address of a record
     * @return little-endian
     */
    public ByteBuffer buffer(final long address) {
        return frames.buffer(address);
    }

    /**
     * @param address of a record
     * @return where it begins in {@link #buffer}
     */
    public int index(final long address) {
        return frames.index(address);
    }

    /**
     * @param address of a record
     * @return where its value begins in {@link #buffer}
     */
    public int valueAt(final long address) {
        return Record.valueAt(frames.buffer(address), frames.index(address));
    }

    /**
     * @param address of a record
     * @return length of its value
     */
    public int valueBytes(final long address) {
        return Record.valueBytes(frames.buffer(address), frames.index(address));
    }

    /**
     * @param address of a record
     * @return number of its state
     */
    public int state(final long address) {
        return Record.state(frames.buffer(address), frames.index(address));
    }

    /**
     * @param address of a record
     * @return its key group
     */
    public int group(final long address) {
        return Record.group(frames.buffer(address), frames.index(address));
    }

    /**
     * @param address of a record
     * @return hash of its key
     */
    public int hash(final long address) {
        return Record.hash(frames.buffer(address), frames.index(address));
    }

    /**
     * The last eight bytes of a key that has them.
     *
     * @param address of a record
     * @return little-endian
     */
    public long lastWordOfKey(final long address) {
        final ByteBuffer memory = frames.buffer(address);
        final int at = frames.index(address);
        return memory.getLong(Record.keyAt(at) + Record.keyBytes(memory, at) - Long.BYTES);
    }

    /**
     * Looks for any record by what its key ends with.
     *
     * @param hash of its key
     * @param state of its key
     * @param lastWord see {@link #lastWordOfKey}
     * @return its address; 0 if there is none
     */
    public long findTimed(final int hash, final int state, final long lastWord) {
        final long slot =
                index.find(
                        hash,
                        place -> {
                            final long address = log.load(place);
                            return state(address) == state
                                    && (flags(address) & Record.TOMBSTONE) == 0
                                    && lastWordOfKey(address) == lastWord;
                        });
        return slot < 0 ? 0 : log.load(index.get(slot));
    }

    int flags(final long address) {
        return Record.flags(frames.buffer(address), frames.index(address));
    }

    /**
     * Longest value that fits in a record beside a key.
     *
     * @param keyBytes length of the key
     * @return bytes, negative if the key alone is too long
     */
    public int valueBytesMax(final int keyBytes) {
        return room.recordBytesMax() - Record.sizeBytes(keyBytes, 0);
    }

    /** Is shown records. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * Sees a record.
         *
         * @param place for {@link RecordTable#load}, until the next write
         * @param address of the record, valid until this returns or searches
         */
        void visit(long place, long address);
    }

    /**
     * Visits all live records, in the order of the log. The visitor must not write.
     *
     * @param visitor is shown each
     */
    public void forEach(final Visitor visitor) {
        for (final int frame : log.frames()) {
            forEachLive(frame, visitor);
        }
    }

    private void forEachLive(final int frame, final Visitor visitor) {
        final long begin = frames.address(frame);
        final long copy = room.loadFrame(frame);
        int at = RecordLog.firstOffset(frame);
        while (at < log.usedBytes(frame)) {
            final ByteBuffer memory = frames.buffer(copy + at);
            final int record = frames.index(copy + at);
            if (!Record.isGap(memory, record)
                    && (Record.flags(memory, record) & Record.TOMBSTONE) == 0
                    && index.slotOf(Record.hash(memory, record), begin + at) >= 0) {
                visitor.visit(begin + at, copy + at);
            }
            at += Record.sizeBytes(memory, record);
        }
    }

    // Writing.

    /**
     * Makes a key's record to be filled: the present one if its value has the same length and may
     * be changed, else a new one.
     *
     * @param key which
     * @param valueBytes length of the value, at most {@link #valueBytesMax}
     * @return address of the record; its value is undefined and must be written
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public long put(final Probe key, final int valueBytes) {
        return put(key, valueBytes, 0);
    }

    /** As above, and marks the record with flags that only {@link Cells} understands. */
    long put(final Probe key, final int valueBytes, final int extraFlags) {
        final int sizeBytes = Record.sizeBytes(key.bytes(), valueBytes);
        room.make(sizeBytes);
        final long slot = slotOf(key);
        if (slot < 0) {
            return append(key, sizeBytes, valueBytes, extraFlags);
        }
        final long old = index.get(slot);
        final long loaded = log.load(old);
        final ByteBuffer memory = frames.buffer(loaded);
        final int at = frames.index(loaded);
        final int flags = Record.flags(memory, at);
        final boolean mutable = log.isMutable(old);
        if (mutable && Record.valueBytes(memory, at) == valueBytes) {
            final int kept = flags & Record.HAS_OLDER;
            room.addTombstone((flags & Record.TOMBSTONE) == 0 ? 0 : -sizeBytes);
            Record.mark(memory, at, key.group(), key.state(), kept | extraFlags);
            if (log.hasSpilled()) {
                Record.use(memory, at);
            }
            return old;
        }
        final int hides = mutable ? flags & Record.HAS_OLDER : Record.HAS_OLDER;
        final long address = log.append(sizeBytes);
        key.writeTo(frames.buffer(address), frames.index(address), valueBytes, hides | extraFlags);
        index.set(slot, key.hash(), address);
        retire(old, memory, at);
        return address;
    }

    /**
     * A record is replaced or removed. Its bytes may be in the next snapshot, and what has replaced
     * it may not, if that is removed before: so it is marked, that it does not come to life again.
     */
    void retire(final long address, final ByteBuffer memory, final int at) {
        final int sizeBytes = Record.sizeBytes(memory, at);
        room.addTombstone((Record.flags(memory, at) & Record.TOMBSTONE) == 0 ? 0 : -sizeBytes);
        if (log.isMutable(address)) {
            final int group = Record.group(memory, at);
            Record.mark(memory, at, group, Record.state(memory, at), Record.TOMBSTONE);
        }
        log.kill(address, sizeBytes);
    }

    private long append(
            final Probe key, final int sizeBytes, final int valueBytes, final int flags) {
        for (int left = room.attempts(); !index.reserve(key.hash()); left--) {
            room.makeByForce(sizeBytes, left);
        }
        final long address = log.append(sizeBytes);
        key.writeTo(frames.buffer(address), frames.index(address), valueBytes, flags);
        index.add(key.hash(), address);
        return address;
    }

    /**
     * Makes a record one that may be changed where it is: the same, or a copy of it.
     *
     * @param key its key
     * @param address of its record, from {@link #find}
     * @return address of a record with the same value; 0 if it was too old, and is gone
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public long own(final Probe key, final long address) {
        if (log.isMutable(address)) {
            return address;
        }
        room.make(Record.sizeBytes(frames.buffer(address), frames.index(address)));
        // Making room may have moved or dropped it.
        final long slot = slotOf(key);
        final long old = slot < 0 ? 0 : index.get(slot);
        if (old == 0 || (flags(log.load(old)) & Record.TOMBSTONE) != 0) {
            return 0;
        }
        return log.isMutable(old) ? old : room.move(slot, old);
    }

    /**
     * Removes a key.
     *
     * @param key which
     * @return false if it was not there
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public boolean remove(final Probe key) {
        final int tombstoneBytes = Record.sizeBytes(key.bytes(), 0);
        room.make(tombstoneBytes);
        final long slot = slotOf(key);
        if (slot < 0) {
            return false;
        }
        final long old = index.get(slot);
        final long loaded = log.load(old);
        final ByteBuffer memory = frames.buffer(loaded);
        final int at = frames.index(loaded);
        final int flags = Record.flags(memory, at);
        if ((flags & Record.TOMBSTONE) != 0) {
            return false;
        }
        if (log.isMutable(old) && (flags & Record.HAS_OLDER) == 0) {
            index.remove(slot, key.hash());
        } else {
            final long address = log.append(tombstoneBytes);
            final int marks = Record.TOMBSTONE | Record.HAS_OLDER;
            key.writeTo(frames.buffer(address), frames.index(address), 0, marks);
            index.set(slot, key.hash(), address);
            room.addTombstone(tombstoneBytes);
        }
        retire(old, memory, at);
        return true;
    }

    // Restoring.

    /**
     * Longest record.
     *
     * @return bytes
     */
    public int recordBytesMax() {
        return room.recordBytesMax();
    }

    /**
     * Puts a record of a snapshot back. Records of a key come in the order in which they were
     * written, those of one epoch before those of the next.
     *
     * @param record as it was stored
     * @param epoch where it belongs, one of {@link RecordLog#reserveEpochs}
     * @param numbers the number here of each state there
     * @throws IllegalArgumentException if the record is longer than {@link #recordBytesMax}
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public void replay(
            final StoredRecord record, final int epoch, final Map<Integer, Integer> numbers) {
        replay.replay(record, epoch, numbers);
    }

    /**
     * Makes room for records of a key group that will be replayed.
     *
     * @param group which
     * @param bytes what they take in files, more or less
     */
    public void expect(final int group, final long bytes) {
        replay.expect(group, bytes);
    }

    /**
     * Whether older records than those in the log may come back, so that tombstones must stay.
     *
     * @param expected true from the first {@link #replay} on, until the last
     */
    public void expectOlder(final boolean expected) {
        room.expectOlder(expected);
    }

    // Age.

    /**
     * Lets the records of a state be dropped when they are too old, some time.
     *
     * @param state number of the state
     * @param age says when
     * @param wholeValues whether all older values of a key are too old when its last one is
     */
    public void age(final int state, final RecordAge age, final boolean wholeValues) {
        room.age(state, age, wholeValues);
    }

    /**
     * Whether a record is not worth being in a snapshot, as it is too old. Any thread.
     *
     * @param memory where it is
     * @param at its first byte
     * @return true if leaving it out changes nothing that can be seen
     */
    public boolean isOver(final ByteBuffer memory, final int at) {
        return room.isOver(memory, at) && !room.leavesTombstone(memory, at);
    }

    /**
     * The log, for snapshots.
     *
     * @return stays the table's
     */
    public RecordLog log() {
        return log;
    }

    /**
     * The memory, for snapshots.
     *
     * @return stays the table's
     */
    public Frames frames() {
        return frames;
    }

    /**
     * Keys with a record, tombstones included.
     *
     * @return 0 or more
     */
    public long size() {
        return index.size();
    }

    /**
     * What the memory is used for.
     *
     * @return as it is now
     */
    public MemoryUse memoryUse() {
        final ColdLog cold = log.cold();
        return new MemoryUse(
                Math.toIntExact(log.usedTotal() / frames.frameBytes()),
                log.framesAside(),
                index.pageCount(),
                cold == null ? 0 : cold.fillingFrames(),
                cold == null ? 0 : cold.cacheFrames());
    }

    /** Gives all memory back, and deletes the files. */
    @Override
    public void close() {
        try {
            log.close();
        } finally {
            frames.close();
        }
    }
}
