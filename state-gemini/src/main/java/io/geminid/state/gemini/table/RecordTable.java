package io.geminid.state.gemini.table;

import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.log.StoredRecord;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Keys and values outside the heap: an index over a log of records. A record of the present epoch
 * is changed where it is; one that a snapshot may need is left alone, and a new one is appended.
 *
 * <p>Every call that may write moves records: addresses got before are void after it, but the one
 * it returns. A value is whatever the caller puts behind the key; how long values are that do not
 * fit in a record, {@link Cells} knows.
 *
 * <p>When dead records take more than {@link #AMPLIFICATION_MAX} allows, or the budget is spent,
 * the emptiest frames are evacuated: their live records are appended anew. A tombstone goes when
 * its frame is evacuated and is the oldest, so that there is nothing for it to hide. When
 * tombstones take more than {@link #TOMBSTONES_MAX} allows, the oldest frames are evacuated one
 * after the other, however full, until the tombstones are the oldest: so each costs a bounded share
 * of moving what is older and alive.
 *
 * <p>Task thread only. Owns log and index; {@link Frames} is closed with it.
 */
public final class RecordTable implements AutoCloseable {

    /** Bytes in the log for each byte that is live, before room is made. */
    private static final double AMPLIFICATION_MAX = 1.75;

    /** Below so many frames dead records are not worth the work. */
    private static final int FRAMES_MIN = 8;

    /** Frames evacuated at a time, so that no write takes long. */
    private static final int EVACUATIONS_MAX = 2;

    /**
     * The same for tombstones when memory is tight: going through the log must end before it is.
     */
    private static final int TIGHT_EVACUATIONS_MAX = 8;

    /**
     * Tombstones may be this part of what is live: to be rid of one costs moving thrice its size.
     */
    private static final int TOMBSTONES_MAX = 4;

    /** The same when memory is tight. */
    private static final int TIGHT_TOMBSTONES_MAX = 16;

    /** Memory is tight when less than this part of what is held is left. */
    private static final int TIGHT = 4;

    private final String name;
    private final Frames frames;
    private final RecordLog log;
    private final HashIndex index;
    private final AddressMatch addressMatch = new AddressMatch();
    private final int recordBytesMax;
    private final Probe replayed = new Probe();
    private boolean olderExpected;

    /** Of tombstones that are live: the last word on their key. */
    private long tombstoneBytes;

    private Probe sought;
    private final HashIndex.Match keyMatch = this::hasSoughtKey;

    /**
     * An empty table.
     *
     * @param name for messages
     * @param frames its memory, from now on the table's
     */
    public RecordTable(final String name, final Frames frames) {
        this.name = name;
        this.frames = frames;
        this.log = new RecordLog(frames);
        this.index = new HashIndex(frames);
        this.recordBytesMax = frames.frameBytes() - Record.ALIGNMENT;
    }

    /** Finds the slot that points to one record, by its address alone. */
    private static final class AddressMatch implements HashIndex.Match {
        private long address;

        @Override
        public boolean matches(final long other) {
            return other == address;
        }
    }

    private boolean hasSoughtKey(final long address) {
        return sought.equalsKeyOf(frames.buffer(address), frames.index(address));
    }

    private long slotOf(final Probe key) {
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
     * @return address of its record, valid until the next write; 0 if it has none
     */
    public long find(final Probe key) {
        final long slot = slotOf(key);
        if (slot < 0) {
            return 0;
        }
        final long address = index.get(slot);
        return (flags(address) & Record.TOMBSTONE) == 0 ? address : 0;
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
                        address ->
                                state(address) == state
                                        && (flags(address) & Record.TOMBSTONE) == 0
                                        && lastWordOfKey(address) == lastWord);
        return slot < 0 ? 0 : index.get(slot);
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
        return recordBytesMax - Record.sizeBytes(keyBytes, 0);
    }

    /**
     * Visits all live records, in the order of the log. The visitor must not write.
     *
     * @param visitor gets addresses
     */
    public void forEach(final LongConsumer visitor) {
        for (final int frame : log.frames()) {
            forEachLive(frame, visitor);
        }
    }

    private void forEachLive(final int frame, final LongConsumer visitor) {
        final long begin = frames.address(frame);
        int at = RecordLog.firstOffset(frame);
        while (at < log.usedBytes(frame)) {
            final long address = begin + at;
            final ByteBuffer memory = frames.buffer(address);
            final int record = frames.index(address);
            at += Record.sizeBytes(memory, record);
            if ((Record.flags(memory, record) & Record.TOMBSTONE) == 0
                    && slotOfRecord(Record.hash(memory, record), address) >= 0) {
                visitor.accept(address);
            }
        }
    }

    private long slotOfRecord(final int hash, final long address) {
        addressMatch.address = address;
        return index.find(hash, addressMatch);
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
        makeRoom(sizeBytes);
        final long slot = slotOf(key);
        if (slot < 0) {
            return append(key, sizeBytes, valueBytes, extraFlags);
        }
        final long old = index.get(slot);
        final ByteBuffer memory = frames.buffer(old);
        final int at = frames.index(old);
        final int flags = Record.flags(memory, at);
        final boolean mutable = log.isMutable(old);
        if (mutable && Record.valueBytes(memory, at) == valueBytes) {
            final int kept = flags & Record.HAS_OLDER;
            tombstoneBytes -= (flags & Record.TOMBSTONE) == 0 ? 0 : sizeBytes;
            Record.mark(memory, at, key.group(), key.state(), kept | extraFlags);
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
    private void retire(final long address, final ByteBuffer memory, final int at) {
        final int sizeBytes = Record.sizeBytes(memory, at);
        tombstoneBytes -= (Record.flags(memory, at) & Record.TOMBSTONE) == 0 ? 0 : sizeBytes;
        if (log.isMutable(address)) {
            final int group = Record.group(memory, at);
            Record.mark(memory, at, group, Record.state(memory, at), Record.TOMBSTONE);
        }
        log.kill(address, sizeBytes);
    }

    private long append(
            final Probe key, final int sizeBytes, final int valueBytes, final int flags) {
        while (!index.reserve(key.hash())) {
            makeRoomByForce(sizeBytes);
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
     * @return address of a record with the same value
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public long own(final Probe key, final long address) {
        if (log.isMutable(address)) {
            return address;
        }
        makeRoom(Record.sizeBytes(frames.buffer(address), frames.index(address)));
        final long slot = slotOf(key);
        final long old = index.get(slot);
        if (log.isMutable(old)) {
            return old; // making room has moved it
        }
        final int sizeBytes = Record.sizeBytes(frames.buffer(old), frames.index(old));
        return move(slot, old, log.append(sizeBytes), Record.HAS_OLDER);
    }

    /** Copies a record to where another was appended, and lets its slot point there. */
    private long move(final long slot, final long old, final long address, final int addedFlags) {
        final ByteBuffer from = frames.buffer(old);
        final int fromAt = frames.index(old);
        final int sizeBytes = Record.sizeBytes(from, fromAt);
        final ByteBuffer to = frames.buffer(address);
        final int toAt = frames.index(address);
        to.put(toAt, from, fromAt, sizeBytes);
        Record.mark(
                to,
                toAt,
                Record.group(from, fromAt),
                Record.state(from, fromAt),
                Record.flags(from, fromAt) | addedFlags);
        index.set(slot, Record.hash(from, fromAt), address);
        log.kill(old, sizeBytes);
        return address;
    }

    /**
     * Removes a key.
     *
     * @param key which
     * @return false if it was not there
     * @throws OutOfStateMemoryException when the budget is spent
     */
    public boolean remove(final Probe key) {
        final int sizeBytes = Record.sizeBytes(key.bytes(), 0);
        makeRoom(sizeBytes);
        final long slot = slotOf(key);
        if (slot < 0) {
            return false;
        }
        final long old = index.get(slot);
        final ByteBuffer memory = frames.buffer(old);
        final int at = frames.index(old);
        final int flags = Record.flags(memory, at);
        if ((flags & Record.TOMBSTONE) != 0) {
            return false;
        }
        if (log.isMutable(old) && (flags & Record.HAS_OLDER) == 0) {
            index.remove(slot, key.hash());
        } else {
            final long address = log.append(sizeBytes);
            final int marks = Record.TOMBSTONE | Record.HAS_OLDER;
            key.writeTo(frames.buffer(address), frames.index(address), 0, marks);
            index.set(slot, key.hash(), address);
            tombstoneBytes += sizeBytes;
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
        return recordBytesMax;
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
        replayed.take(record, numbers);
        long slot = slotOf(replayed);
        final int flags = record.flags();
        if (slot < 0 && (flags & Record.TOMBSTONE) != 0) {
            return; // nothing to hide
        }
        final int valueBytes = (flags & Record.TOMBSTONE) != 0 ? 0 : record.valueBytes();
        final int sizeBytes = Record.sizeBytes(replayed.bytes(), valueBytes);
        if (sizeBytes > recordBytesMax) {
            throw new IllegalArgumentException(
                    "recordBytes=" + sizeBytes + " max=" + recordBytesMax);
        }
        while (slot < 0 && !index.reserve(replayed.hash())) {
            makeRoomByForce(0);
        }
        long address = log.appendTo(epoch, sizeBytes, false);
        while (address < 0) {
            makeRoomByForce(0);
            slot = slotOf(replayed); // what it points to has been moved
            address = log.appendTo(epoch, sizeBytes, false);
        }
        replayed.writeTo(
                frames.buffer(address),
                frames.index(address),
                valueBytes,
                flags | Record.HAS_OLDER);
        frames.buffer(address).put(valueAt(address), record.source(), record.valueAt(), valueBytes);
        tombstoneBytes += (flags & Record.TOMBSTONE) == 0 ? 0 : sizeBytes;
        if (slot < 0) {
            index.add(replayed.hash(), address);
        } else {
            final long old = index.get(slot);
            index.set(slot, replayed.hash(), address);
            retire(old, frames.buffer(old), frames.index(old));
        }
    }

    /**
     * Whether older records than those in the log may come back, so that tombstones must stay.
     *
     * @param expected true from the first {@link #replay} on, until the last
     */
    public void expectOlder(final boolean expected) {
        olderExpected = expected;
    }

    // Room.

    private void makeRoom(final int sizeBytes) {
        if (sizeBytes > recordBytesMax) {
            throw new IllegalArgumentException(
                    "recordBytes=" + sizeBytes + " max=" + recordBytesMax);
        }
        if (log.hasRoom(sizeBytes)) {
            return;
        }
        final long worth = (long) FRAMES_MIN * frames.frameBytes();
        for (int i = 0;
                i < EVACUATIONS_MAX
                        && log.usedTotal() > log.liveTotal() * AMPLIFICATION_MAX + worth
                        && log.refillSpare();
                i++) {
            evacuate(log.victim(), false);
        }
        dropTombstones();
        if (!log.hasRoom(sizeBytes) && !log.openFrame(false)) {
            makeRoomByForce(sizeBytes);
        }
    }

    /** Goes on through the log from its oldest frame, if there are too many tombstones. */
    private void dropTombstones() {
        final boolean tight = frames.availableNow() < frames.heldCount() / TIGHT;
        final int most = tight ? TIGHT_EVACUATIONS_MAX : EVACUATIONS_MAX;
        for (int i = 0; i < most && areTombstonesMany(tight) && log.refillSpare(); i++) {
            final int oldest = log.oldest();
            if (oldest < 0 || log.isPinned(oldest)) {
                return;
            }
            evacuate(oldest, true);
        }
    }

    private boolean areTombstonesMany(final boolean tight) {
        final long worth = (long) (tight ? 1 : FRAMES_MIN) * frames.frameBytes();
        final long share = log.liveTotal() / (tight ? TIGHT_TOMBSTONES_MAX : TOMBSTONES_MAX);
        return !olderExpected && tombstoneBytes > Math.max(worth, share);
    }

    /** The budget is spent: evacuates frames, at least one, until a record fits. */
    private void makeRoomByForce(final int sizeBytes) {
        int left = 2 * frames.heldCount();
        do {
            final int victim = log.victim();
            final int frameBytes = frames.frameBytes();
            if (victim < 0 || left < 0) {
                throw new OutOfStateMemoryException(name, log.usedTotal(), frames.heldCount());
            }
            if (frameBytes - log.liveBytes(victim) >= frameBytes / 8) {
                evacuate(victim, true);
            } else if (areTombstonesMany(true) && log.oldest() >= 0) {
                evacuate(log.oldest(), true);
            } else {
                throw new OutOfStateMemoryException(name, log.usedTotal(), frames.heldCount());
            }
            left--;
        } while (!log.hasRoom(sizeBytes) && !log.openFrame(false));
    }

    /** Moves the live records out of a frame, which is then given back. */
    private void evacuate(final int frame, final boolean toTail) {
        final boolean oldest = !olderExpected && log.isOldest(frame);
        // A record must not get behind those that may come back.
        final int epoch = log.destinationOf(frame, toTail && !olderExpected, olderExpected);
        final long begin = frames.address(frame);
        final int end = log.usedBytes(frame);
        int at = RecordLog.firstOffset(frame);
        while (at < end && log.liveBytes(frame) > 0) {
            final long address = begin + at;
            final ByteBuffer memory = frames.buffer(address);
            final int record = frames.index(address);
            final int sizeBytes = Record.sizeBytes(memory, record);
            final int hash = Record.hash(memory, record);
            at += sizeBytes;
            final long slot = slotOfRecord(hash, address);
            if (slot < 0) {
                continue;
            }
            if (oldest && (Record.flags(memory, record) & Record.TOMBSTONE) != 0) {
                index.remove(slot, hash);
                tombstoneBytes -= sizeBytes;
                log.kill(address, sizeBytes);
            } else {
                final long copy = log.appendTo(epoch, sizeBytes, true);
                if (copy < 0) {
                    throw new OutOfStateMemoryException(name, log.usedTotal(), frames.heldCount());
                }
                // A file of a snapshot may keep what is moved here, if it was sealed.
                move(slot, address, copy, log.isMutable(address) ? 0 : Record.HAS_OLDER);
            }
        }
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

    /** Gives all memory back. */
    @Override
    public void close() {
        frames.close();
    }
}
