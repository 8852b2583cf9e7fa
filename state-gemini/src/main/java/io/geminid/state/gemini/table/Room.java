package io.geminid.state.gemini.table;

import io.geminid.state.gemini.log.ColdLog;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import io.geminid.state.gemini.log.RecordLog;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes room for records. When dead records take more than {@link #AMPLIFICATION_MAX} allows, or
 * the budget is spent, the emptiest frames are evacuated: their live records are appended anew, but
 * those that are too old. When all frames are rather full, the oldest one goes to disk: its records
 * that were used since they came there are appended anew, the others move to a cold frame. So a
 * record that is used at least once while the memory is filled anew stays in memory.
 *
 * <p>A tombstone goes when its frame is emptied and is the oldest, so that there is nothing for it
 * to hide. When tombstones take more than {@link #TOMBSTONES_MAX} allows, the oldest frames are
 * emptied one after the other, however full, until the tombstones are the oldest: so each costs a
 * bounded share of moving what is older and alive. Task thread only. Owns nothing.
 */
final class Room {

    /** Bytes in the log for each byte that is live, before room is made. */
    private static final double AMPLIFICATION_MAX = 1.75;

    /** The same on disk. */
    private static final double COLD_AMPLIFICATION_MAX = 1.75;

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

    /** The same when memory is tight, and there is no disk. */
    private static final int TIGHT_TOMBSTONES_MAX = 16;

    /** Memory is tight when less than this part of what is held is left. */
    private static final int TIGHT = 4;

    /** So many records on disk, used for the first time, are remembered: a power of two. */
    private static final int SEEN = 1 << 16;

    /** Records used on disk whose turn has not come yet; more are forgotten. */
    private static final int USED_MAX = 64;

    private final String name;
    private final Frames frames;
    private final RecordLog log;
    private final ColdLog cold;
    private final HashIndex index;
    private final int recordBytesMax;
    private final long[] usedOnDisk = new long[USED_MAX];
    private final int[] usedHashes = new int[USED_MAX];
    private int usedCount;

    /** Hashes of records on disk that were used lately, by the low bits of the hash. */
    private int[] seen;

    private boolean olderExpected;

    /** Memory was spent by what was restored. */
    private boolean restoresToDisk;

    /** Of tombstones that are live: the last word on their key. */
    private long tombstoneBytes;

    /** Replaced as a whole, for readers on other threads. */
    private volatile Aging[] ages = new Aging[0];

    Room(final String name, final Frames frames, final RecordLog log, final HashIndex index) {
        this.name = name;
        this.frames = frames;
        this.log = log;
        this.cold = log.cold();
        this.index = index;
        this.recordBytesMax = frames.frameBytes() - Record.ALIGNMENT;
    }

    /** Longest record. */
    int recordBytesMax() {
        return recordBytesMax;
    }

    /**
     * How the records of a state age.
     *
     * @param wholeValues the older values of a key, which a snapshot may still have, are over when
     *     its last one is
     */
    private record Aging(RecordAge age, boolean wholeValues) {}

    /** The records of a state age. */
    void age(final int state, final RecordAge age, final boolean wholeValues) {
        final Aging[] known = Arrays.copyOf(ages, Math.max(ages.length, state + 1));
        known[state] = new Aging(age, wholeValues);
        ages = known;
    }

    /** Older records than those in the log may come back: their epochs must be kept. */
    void expectOlder(final boolean expected) {
        olderExpected = expected;
        restoresToDisk = false;
    }

    /**
     * Appends a record of a snapshot that is being restored: in memory while there is any, then
     * straight to disk.
     *
     * @return its address; -1 if there is no disk, and room must be made
     */
    long restored(final int epoch, final int sizeBytes) {
        if (!restoresToDisk) {
            final long address = log.appendTo(epoch, sizeBytes, false);
            if (address >= 0 || cold == null) {
                return address;
            }
            if (!cold.isReady()) {
                throw outOfMemory();
            }
            restoresToDisk = true;
        }
        return cold.appendRestored(epoch, sizeBytes);
    }

    /** A record that is live has become a tombstone; negative bytes: one is not live any more. */
    void addTombstone(final int bytes) {
        tombstoneBytes += bytes;
    }

    void requireFits(final int sizeBytes) {
        if (sizeBytes > recordBytesMax) {
            throw new IllegalArgumentException(
                    "recordBytes=" + sizeBytes + " max=" + recordBytesMax);
        }
    }

    /** Makes sure that a record can be appended. */
    void make(final int sizeBytes) {
        requireFits(sizeBytes);
        if (log.hasRoom(sizeBytes)) {
            return;
        }
        clean();
        dropTombstones();
        if (!log.hasRoom(sizeBytes) && !log.openFrame(false)) {
            makeByForce(sizeBytes, attempts());
        }
    }

    private void clean() {
        final long worth = (long) FRAMES_MIN * frames.frameBytes();
        final long onDisk = cold == null ? 0 : cold.liveTotal();
        for (int i = 0;
                i < EVACUATIONS_MAX
                        && log.usedTotal() > (log.liveTotal() - onDisk) * AMPLIFICATION_MAX + worth
                        && dead(log.victim()) > frames.frameBytes() / 8
                        && log.refillSpare();
                i++) {
            evacuate(log.victim(), false);
        }
        for (int i = 0; i < EVACUATIONS_MAX && !olderExpected && isDiskWasted(worth); i++) {
            spill(cold.victim(), true);
        }
    }

    /** Goes on through the log from its oldest frame, if there are too many tombstones. */
    private void dropTombstones() {
        final boolean tight = cold == null && frames.availableNow() < frames.heldCount() / TIGHT;
        final int most = tight ? TIGHT_EVACUATIONS_MAX : EVACUATIONS_MAX;
        for (int i = 0; i < most && areTombstonesMany(tight) && log.refillSpare(); i++) {
            final int oldest = log.oldest();
            if (oldest < 0 || log.isPinned(oldest)) {
                return;
            }
            if (log.isInMemory(oldest)) {
                evacuate(oldest, true);
            } else {
                spill(oldest, true);
            }
        }
    }

    private boolean areTombstonesMany(final boolean tight) {
        final long worth = (long) (tight ? 1 : FRAMES_MIN) * frames.frameBytes();
        final long share = log.liveTotal() / (tight ? TIGHT_TOMBSTONES_MAX : TOMBSTONES_MAX);
        return !olderExpected && tombstoneBytes > Math.max(worth, share);
    }

    private boolean isDiskWasted(final long worth) {
        return cold != null
                && cold.victim() >= 0
                && cold.usedTotal() > cold.liveTotal() * COLD_AMPLIFICATION_MAX + worth;
    }

    /**
     * How often it is worth emptying a frame for something that does not fit: some frames give
     * nothing back, as what is in them is needed in memory or by snapshots.
     */
    int attempts() {
        return 4 * frames.heldCount();
    }

    /**
     * The budget is spent: gives frames back, at least one, until a record fits.
     *
     * @param attempts negative when there have been enough
     */
    void makeByForce(final int sizeBytes, final int attempts) {
        int left = attempts;
        do {
            if (left < 0 || !gainFrame(left % 2 != 0)) {
                throw outOfMemory();
            }
            left--;
        } while (!log.hasRoom(sizeBytes) && !log.openFrame(false));
    }

    private OutOfStateMemoryException outOfMemory() {
        return new OutOfStateMemoryException(name, log.usedTotal(), frames.heldCount());
    }

    /**
     * Gives a frame back, at least when called again: what is moved may fill the room that a long
     * record would have had.
     *
     * @param old rather the oldest than the emptiest; so whoever takes turns gets further, even if
     *     the emptiest one is always what the one before was emptied into
     */
    private boolean gainFrame(final boolean old) {
        final boolean spills = cold != null && cold.isReady();
        if (spills && cold.spillCondemned()) {
            return true;
        }
        final int frameBytes = frames.frameBytes();
        final int emptiest = log.victim();
        final int dead = dead(emptiest);
        final int oldest = log.oldestInMemory();
        // Where epochs must be kept, evacuating one of many gains nothing; and it takes a frame.
        if (spills && (old || dead < frameBytes / 2 || olderExpected || !log.hasInHand())) {
            if (oldest < 0) {
                return false;
            }
            // A frame that is rather empty is not worth one on disk of its epoch.
            final boolean away = !olderExpected && log.liveBytes(oldest) < frameBytes / 2;
            spill(oldest, away);
            cold.growCache();
            return true;
        }
        if (dead >= frameBytes / 8) {
            evacuate(emptiest, true);
            return true;
        }
        if (areTombstonesMany(true) && log.oldest() >= 0) {
            evacuate(log.oldest(), true);
            return true;
        }
        if (oldest < 0 || ages.length == 0) {
            return false;
        }
        evacuate(oldest, true); // what is too old is dropped
        return true;
    }

    /** What emptying a frame gains. */
    private int dead(final int frame) {
        return frame < 0 ? 0 : frames.frameBytes() - log.liveBytes(frame);
    }

    /** The address of a frame's begin in memory; reads it from disk if it must. */
    long loadFrame(final int frame) {
        return cold == null ? frames.address(frame) : cold.loadFrame(frame);
    }

    /** Moves the live records out of a frame, which is then given back. */
    private void evacuate(final int frame, final boolean toTail) {
        // A record must not get behind those that may come back.
        final int epoch = log.destinationOf(frame, toTail && !olderExpected, olderExpected);
        // The present epoch may end meanwhile: what is left then needs no second frame.
        final boolean present = epoch == log.epoch();
        empty(frame, (memory, at, sizeBytes) -> anew(present ? log.epoch() : epoch, sizeBytes));
    }

    private long anew(final int epoch, final int sizeBytes) {
        final long target = log.appendTo(epoch, sizeBytes, true);
        if (target < 0) {
            throw outOfMemory();
        }
        return target;
    }

    /** Moves the live records out of a frame to disk, but those that are in use. */
    private void spill(final int frame, final boolean away) {
        final int epoch = cold.begin(frame, away);
        final boolean keepsUsed = log.isInMemory(frame) && !olderExpected;
        final int[] leftToKeep = {frames.frameBytes() / 2};
        empty(
                frame,
                (memory, at, sizeBytes) -> {
                    if (keepsUsed && sizeBytes <= leftToKeep[0] && Record.isUsed(memory, at)) {
                        final long kept = log.appendTo(log.epoch(), sizeBytes, true);
                        if (kept >= 0) {
                            leftToKeep[0] -= sizeBytes;
                            return kept;
                        }
                    }
                    return cold.append(epoch, away, sizeBytes);
                });
    }

    /** Appends room for a record somewhere. */
    private interface Target {
        long append(ByteBuffer memory, int at, int sizeBytes);
    }

    private void empty(final int frame, final Target target) {
        final boolean oldest = !olderExpected && log.isOldest(frame);
        final long begin = frames.address(frame);
        final long copy = loadFrame(frame);
        final int end = log.usedBytes(frame);
        int at = RecordLog.firstOffset(frame);
        while (at < end && log.liveBytes(frame) > 0) {
            final ByteBuffer memory = frames.buffer(copy + at);
            final int record = frames.index(copy + at);
            final long address = begin + at;
            final int sizeBytes = Record.sizeBytes(memory, record);
            at += sizeBytes;
            final long slot =
                    Record.isGap(memory, record)
                            ? -1
                            : index.slotOf(Record.hash(memory, record), address);
            if (slot < 0) {
                continue;
            }
            final boolean tombstone = (Record.flags(memory, record) & Record.TOMBSTONE) != 0;
            final boolean over = !tombstone && isOver(memory, record);
            if (tombstone && oldest || over && !leavesTombstone(memory, record)) {
                index.remove(slot, Record.hash(memory, record));
                tombstoneBytes -= tombstone ? sizeBytes : 0;
            } else {
                // A file of a snapshot may keep what is moved here, if it was sealed.
                final int added = log.isMutable(address) ? 0 : Record.HAS_OLDER;
                final int newBytes =
                        over ? Record.sizeBytes(Record.keyBytes(memory, record), 0) : sizeBytes;
                final long moved = target.append(memory, record, newBytes);
                copy(memory, record, moved, over ? added | Record.TOMBSTONE : added);
                index.set(slot, Record.hash(memory, record), moved);
                tombstoneBytes += over ? newBytes : 0;
            }
            log.kill(address, sizeBytes);
        }
    }

    /** Copies a record to where room was appended for it, or makes a tombstone of it there. */
    private void copy(
            final ByteBuffer from, final int fromAt, final long target, final int addedFlags) {
        final long loaded = log.load(target);
        final ByteBuffer to = frames.buffer(loaded);
        final int toAt = frames.index(loaded);
        final int keyBytes = Record.keyBytes(from, fromAt);
        final boolean whole = (addedFlags & Record.TOMBSTONE) == 0;
        final int flags = whole ? Record.flags(from, fromAt) : Record.HAS_OLDER;
        final int valueBytes = whole ? Record.valueBytes(from, fromAt) : 0;
        to.put(toAt, from, fromAt, Record.sizeBytes(keyBytes, valueBytes));
        Record.start(to, toAt, Record.hash(from, fromAt), keyBytes, valueBytes);
        Record.mark(
                to,
                toAt,
                Record.group(from, fromAt),
                Record.state(from, fromAt),
                flags | addedFlags);
    }

    /** Whether nothing of a record can be seen any more. */
    boolean isOver(final ByteBuffer memory, final int at) {
        final int state = Record.state(memory, at);
        final Aging[] known = ages;
        final Aging aging = state < known.length ? known[state] : null;
        final int flags = Record.flags(memory, at);
        if (aging == null || (flags & (Record.TOMBSTONE | Record.IN_PIECES)) != 0) {
            return false;
        }
        final int from = Record.valueAt(memory, at);
        final int bytes = Record.valueBytes(memory, at);
        final int skipped =
                (flags & Record.LONG_KEY) == 0 ? 0 : Integer.BYTES + memory.getInt(from);
        return aging.age.isOver(memory, from + skipped, bytes - skipped);
    }

    /** Whether something has to hide what a snapshot may have of a record's key. */
    boolean leavesTombstone(final ByteBuffer memory, final int at) {
        return (Record.flags(memory, at) & Record.HAS_OLDER) != 0
                && !ages[Record.state(memory, at)].wholeValues;
    }

    /** Appends a copy of a record, which is going to be changed. There is room. */
    long move(final long slot, final long old) {
        final long loaded = log.load(old);
        final ByteBuffer from = frames.buffer(loaded);
        final int fromAt = frames.index(loaded);
        final int sizeBytes = Record.sizeBytes(from, fromAt);
        final int hash = Record.hash(from, fromAt);
        final long address = log.append(sizeBytes);
        copy(from, fromAt, address, Record.HAS_OLDER);
        index.set(slot, hash, address);
        log.kill(old, sizeBytes);
        return address;
    }

    // What is in use.

    /** A record was used: on disk, for the second time lately, it shall be in memory. */
    void used(final long address, final long loaded) {
        final ByteBuffer memory = frames.buffer(loaded);
        final int at = frames.index(loaded);
        if (frames.isMemory(address)) {
            if (!Record.isUsed(memory, at)) {
                Record.use(memory, at);
            }
            return;
        }
        if (seen == null) {
            seen = new int[SEEN];
        }
        final int hash = Record.hash(memory, at);
        if (seen[hash & SEEN - 1] != hash) {
            seen[hash & SEEN - 1] = hash;
        } else if (usedCount < USED_MAX) {
            usedOnDisk[usedCount] = address;
            usedHashes[usedCount] = hash;
            usedCount++;
        }
    }

    /** Gets the records into memory that are used again and again. Writes. */
    void settle() {
        while (usedCount > 0) {
            usedCount--;
            final long address = usedOnDisk[usedCount];
            final int hash = usedHashes[usedCount];
            if (index.slotOf(hash, address) >= 0) {
                final long loaded = log.load(address);
                make(Record.sizeBytes(frames.buffer(loaded), frames.index(loaded)));
                final long slot = index.slotOf(hash, address);
                if (slot >= 0) {
                    move(slot, address);
                }
            }
        }
    }

    boolean isSettled() {
        return usedCount == 0;
    }
}
