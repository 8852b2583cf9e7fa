package io.geminid.state.gemini.table;

import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.RecordLog;
import io.geminid.state.gemini.log.StoredRecord;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Puts the records of snapshots back into a table. The usual record is written where it is going to
 * stay, key and all, and then looked for once: nothing is copied twice, and the index is gone
 * through once.
 *
 * <p>Task thread only. Owns nothing.
 */
final class Replay {

    /** A state's number is never that. */
    private static final int NONE = -1;

    /** Records seen before their average length says how many are still to come. */
    private static final int SAMPLE = 1_000;

    /** Up to here words are copied one by one: a bulk copy costs more to begin. */
    private static final int SHORT_BYTES_MAX = 64;

    private final RecordTable table;
    private final Frames frames;
    private final RecordLog log;
    private final HashIndex index;
    private final Room room;

    /** Of what takes the longer way. */
    private final Probe key = new Probe();

    private final HashIndex.Match sameKey = this::hasWrittenKey;

    // The record that was written last.
    private ByteBuffer written;
    private int writtenAt;

    // The number here of the state of the record before: most often it is the same one.
    private Map<Integer, Integer> numbers;
    private int there = NONE;
    private int here;

    private long records;
    private long storedBytes;

    Replay(
            final RecordTable table,
            final Frames frames,
            final RecordLog log,
            final HashIndex index,
            final Room room) {
        this.table = table;
        this.frames = frames;
        this.log = log;
        this.index = index;
        this.room = room;
    }

    /** Makes room for what is going to come, as far as that can be told. */
    void expect(final int group, final long bytes) {
        if (records >= SAMPLE) {
            final long count = (long) ((double) bytes * records / storedBytes);
            index.expect(Probe.firstHashOf(group), Probe.GROUP_BITS, count);
        }
    }

    /** Puts a record back; see {@link RecordTable#replay}. */
    void replay(
            final StoredRecord record,
            final int epoch,
            final Map<Integer, Integer> numbersOfStates) {
        records++;
        storedBytes += 1 + record.keyBytes() + record.valueBytes();
        final int flags = record.flags();
        if ((flags & Record.TOMBSTONE) != 0 || record.state() == Cells.PIECES) {
            seek(record, epoch, numbersOfStates);
            return;
        }
        if (numbersOfStates != numbers || record.state() != there) {
            numbers = numbersOfStates;
            there = record.state();
            here = numbersOfStates.get(there);
        }
        final ByteBuffer source = record.source();
        final int hash =
                Probe.hashOf(source, record.keyAt(), record.keyBytes(), record.group(), here);
        final int sizeBytes = Record.sizeBytes(record.keyBytes(), record.valueBytes());
        room.requireFits(sizeBytes);
        final long address = index.reserve(hash) ? room.restored(epoch, sizeBytes) : NONE;
        if (address < 0) {
            seek(record, epoch, numbersOfStates);
            return;
        }
        write(record, hash, log.load(address));
        final long old = index.put(hash, address, sameKey);
        if (old != 0) {
            final long loaded = log.load(old);
            table.retire(old, frames.buffer(loaded), frames.index(loaded));
        }
    }

    private void write(final StoredRecord record, final int hash, final long target) {
        final ByteBuffer memory = frames.buffer(target);
        final int at = frames.index(target);
        final int keyBytes = record.keyBytes();
        final int valueBytes = record.valueBytes();
        Record.start(memory, at, hash, keyBytes, valueBytes);
        Record.mark(memory, at, record.group(), here, record.flags() | Record.HAS_OLDER);
        final ByteBuffer source = record.source();
        final int from = record.keyAt();
        final int keyAt = Record.keyAt(at);
        for (int word = 0; word < keyBytes; word += Long.BYTES) {
            memory.putLong(keyAt + word, Probe.wordOf(source, from + word, keyBytes - word));
        }
        copy(source, record.valueAt(), memory, keyAt + Record.room(keyBytes), valueBytes);
        if (written != memory) {
            written = memory; // not for each record: a store of a reference costs a barrier
        }
        writtenAt = at;
    }

    private static void copy(
            final ByteBuffer from,
            final int begin,
            final ByteBuffer to,
            final int toBegin,
            final int bytes) {
        if (bytes > SHORT_BYTES_MAX) {
            to.put(toBegin, from, begin, bytes);
            return;
        }
        int done = 0;
        for (; done <= bytes - Long.BYTES; done += Long.BYTES) {
            to.putLong(toBegin + done, from.getLong(begin + done));
        }
        for (; done < bytes; done++) {
            to.put(toBegin + done, from.get(begin + done));
        }
    }

    private boolean hasWrittenKey(final long place) {
        final long address = log.load(place);
        final ByteBuffer memory = frames.buffer(address);
        final int at = frames.index(address);
        final int keyBytes = Record.keyBytes(written, writtenAt);
        if (Record.keyBytes(memory, at) != keyBytes
                || Record.state(memory, at) != Record.state(written, writtenAt)) {
            return false;
        }
        final int keyAt = Record.keyAt(at);
        final int writtenKeyAt = Record.keyAt(writtenAt);
        for (int word = 0; word < keyBytes; word += Long.BYTES) {
            if (memory.getLong(keyAt + word) != written.getLong(writtenKeyAt + word)) {
                return false;
            }
        }
        return true;
    }

    /** The longer way: looks for the key first. */
    private void seek(
            final StoredRecord record,
            final int epoch,
            final Map<Integer, Integer> numbersOfStates) {
        key.take(record, numbersOfStates);
        long slot = table.slotOf(key);
        final int flags = record.flags();
        if (slot < 0 && (flags & Record.TOMBSTONE) != 0) {
            return; // nothing to hide
        }
        final int valueBytes = (flags & Record.TOMBSTONE) != 0 ? 0 : record.valueBytes();
        final int sizeBytes = Record.sizeBytes(key.bytes(), valueBytes);
        room.requireFits(sizeBytes);
        int left = room.attempts();
        while (slot < 0 && !index.reserve(key.hash())) {
            room.makeByForce(0, left--);
        }
        long address = room.restored(epoch, sizeBytes);
        while (address < 0) {
            room.makeByForce(0, left--);
            slot = table.slotOf(key); // what it points to has been moved
            address = room.restored(epoch, sizeBytes);
        }
        final long target = log.load(address);
        final ByteBuffer memory = frames.buffer(target);
        key.writeTo(memory, frames.index(target), valueBytes, flags | Record.HAS_OLDER);
        memory.put(table.valueAt(target), record.source(), record.valueAt(), valueBytes);
        room.addTombstone((flags & Record.TOMBSTONE) == 0 ? 0 : sizeBytes);
        if (slot < 0) {
            index.add(key.hash(), address);
        } else {
            final long old = index.get(slot);
            index.set(slot, key.hash(), address);
            final long loaded = log.load(old);
            table.retire(old, frames.buffer(loaded), frames.index(loaded));
        }
    }
}
