package io.geminid.state.gemini.table;

import io.geminid.memory.SegmentOwner;
import io.geminid.state.gemini.log.Frames;
import io.geminid.state.gemini.log.Record;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds records by the hash of their key. Extendible hashing: the highest bits of a hash choose a
 * page, the lowest the slot in it; a page that is full is split in two, so that growing never costs
 * more than one page at a time. Within a page probing is linear.
 *
 * <pre>
 *  63            32 31             0
 *  +---------------+---------------+
 *  |     hash      | address / 16  |     0: empty, and so is all behind it for this hash
 *  +---------------+---------------+
 * </pre>
 *
 * The whole hash is in the slot: a record is only looked at if it is nearly sure to be the one, and
 * a page is split without looking at records at all.
 *
 * <p>Task thread only. Pages are frames; {@link Frames} stays the caller's.
 */
final class HashIndex {

    private static final SegmentOwner OWNER = SegmentOwner.named("state-index");
    private static final int ADDRESS_SHIFT = Integer.numberOfTrailingZeros(Record.ALIGNMENT);
    private static final long ADDRESS_MASK = 0xFFFFFFFFL;
    private static final long EMPTY = 0;

    /** Was in use; a probe goes on behind it. Address 0 is no record's. */
    private static final long DELETED = 1L << Integer.SIZE;

    private static final long ABSENT = -1;
    private static final int NONE = -1;

    /** Pages that may yet be needed take at most one frame in so many that are left. */
    private static final int LEFT_FOR_OTHERS = 8;

    private final Frames frames;
    private final int slots;
    private final int slotMask;
    private final int filledMax;
    private final long[] scratch;

    /** Page by the highest bits of the hash. */
    private int[] directory = new int[1];

    private int directoryBits;

    // By page.
    private int[] pageFrames = new int[4];
    private int[] depths = new int[4];
    private int[] inUse = new int[4];
    private int[] deleted = new int[4];
    private int pageCount;

    private long size;

    HashIndex(final Frames frames) {
        this.frames = frames;
        this.slots = frames.frameBytes() / Long.BYTES;
        this.slotMask = slots - 1;
        this.filledMax = slots / 4 * 3;
        this.scratch = new long[slots];
    }

    /** Says whether a record has the key that is looked for. */
    interface Match {
        boolean matches(long address);
    }

    private int page(final int hash) {
        return directory[directoryBits == 0 ? 0 : hash >>> Integer.SIZE - directoryBits];
    }

    /**
     * Where the record is pointed to from.
     *
     * @return address of the slot; -1 if there is none
     */
    long find(final int hash, final Match match) {
        if (pageCount == 0) {
            return ABSENT;
        }
        final long pageAddress = frames.address(pageFrames[page(hash)]);
        final ByteBuffer memory = frames.buffer(pageAddress);
        final int base = frames.index(pageAddress);
        for (int slot = hash & slotMask; ; slot = slot + 1 & slotMask) {
            final long entry = memory.getLong(base + slot * Long.BYTES);
            if (entry == EMPTY) {
                return ABSENT;
            }
            if ((int) (entry >>> Integer.SIZE) == hash
                    && entry != DELETED
                    && match.matches(addressOf(entry))) {
                return pageAddress + (long) slot * Long.BYTES;
            }
        }
    }

    /**
     * The record that has a key.
     *
     * @return its address; 0 if there is none
     */
    long record(final int hash, final Match match) {
        if (pageCount == 0) {
            return 0;
        }
        final long pageAddress = frames.address(pageFrames[page(hash)]);
        final ByteBuffer memory = frames.buffer(pageAddress);
        final int base = frames.index(pageAddress);
        for (int slot = hash & slotMask; ; slot = slot + 1 & slotMask) {
            final long entry = memory.getLong(base + slot * Long.BYTES);
            if ((int) (entry >>> Integer.SIZE) == hash && entry != EMPTY && entry != DELETED) {
                final long address = addressOf(entry);
                if (match.matches(address)) {
                    return address;
                }
            } else if (entry == EMPTY) {
                return 0;
            }
        }
    }

    /**
     * Where a record is pointed to from, if it is live.
     *
     * @return address of the slot; -1 if nothing points to it
     */
    long slotOf(final int hash, final long address) {
        if (pageCount == 0) {
            return ABSENT;
        }
        final long wanted = entry(hash, address);
        final long pageAddress = frames.address(pageFrames[page(hash)]);
        final ByteBuffer memory = frames.buffer(pageAddress);
        final int base = frames.index(pageAddress);
        for (int slot = hash & slotMask; ; slot = slot + 1 & slotMask) {
            final long entry = memory.getLong(base + slot * Long.BYTES);
            if (entry == wanted) {
                return pageAddress + (long) slot * Long.BYTES;
            }
            if (entry == EMPTY) {
                return ABSENT;
            }
        }
    }

    private static long addressOf(final long entry) {
        return (entry & ADDRESS_MASK) << ADDRESS_SHIFT;
    }

    private static long entry(final int hash, final long address) {
        return (long) hash << Integer.SIZE | address >>> ADDRESS_SHIFT;
    }

    /** The record that a slot points to. */
    long get(final long slot) {
        return addressOf(frames.buffer(slot).getLong(frames.index(slot)));
    }

    /** Points a slot to another record of the same key. */
    void set(final long slot, final int hash, final long address) {
        frames.buffer(slot).putLong(frames.index(slot), entry(hash, address));
    }

    /** Forgets a record. */
    void remove(final long slot, final int hash) {
        frames.buffer(slot).putLong(frames.index(slot), DELETED);
        final int page = page(hash);
        inUse[page]--;
        deleted[page]++;
        size--;
    }

    /**
     * Makes sure that {@link #add} succeeds.
     *
     * @return false if the budget is spent
     */
    boolean reserve(final int hash) {
        if (pageCount == 0) {
            return addPage(0) >= 0;
        }
        while (true) {
            final int page = page(hash);
            if (inUse[page] + deleted[page] < filledMax) {
                return true;
            }
            if (deleted[page] > slots / 8) {
                spread(page, page, 0);
            } else if (!split(page, hash)) {
                return false;
            }
        }
    }

    /** Adds a record of a key that is not there. {@link #reserve} has been called. */
    void add(final int hash, final long address) {
        final int page = page(hash);
        insert(page, entry(hash, address));
        size++;
    }

    /**
     * Points to a record, instead of any other one of the same key. {@link #reserve} has been
     * called.
     *
     * @param match whether another record has the same key
     * @return the address of the one that was pointed to before; 0 if there was none
     */
    long put(final int hash, final long address, final Match match) {
        final int page = page(hash);
        final long pageAddress = frames.address(pageFrames[page]);
        final ByteBuffer memory = frames.buffer(pageAddress);
        final int base = frames.index(pageAddress);
        int free = NONE;
        for (int slot = hash & slotMask; ; slot = slot + 1 & slotMask) {
            final int at = base + slot * Long.BYTES;
            final long there = memory.getLong(at);
            if (there == EMPTY) {
                deleted[page] -= free == NONE ? 0 : 1;
                memory.putLong(free == NONE ? at : free, entry(hash, address));
                inUse[page]++;
                size++;
                return 0;
            }
            if (there == DELETED) {
                free = free == NONE ? at : free;
            } else if ((int) (there >>> Integer.SIZE) == hash && match.matches(addressOf(there))) {
                memory.putLong(at, entry(hash, address));
                return addressOf(there);
            }
        }
    }

    /**
     * Makes room for records that are going to be added, so that pages need not be split when they
     * are full; unless that would take a good part of what memory is left.
     *
     * @param first lowest hash of those records
     * @param bits how many of its highest bits they have in common
     * @param count how many records, more or less
     */
    void expect(final int first, final int bits, final long count) {
        int depth = bits;
        while (depth < Integer.SIZE / 2 && count >> depth - bits > filledMax / 4 * 3) {
            depth++;
        }
        final int pages = 1 << depth - bits;
        if (pages == 1 || pageCount == 0 || pages > frames.availableNow() / LEFT_FOR_OTHERS) {
            return;
        }
        for (int i = 0; i < pages; i++) {
            final int hash = first | i << Integer.SIZE - depth;
            while (depths[page(hash)] < depth) {
                if (!split(page(hash), hash)) {
                    return;
                }
            }
        }
    }

    private void insert(final int page, final long entry) {
        final long pageAddress = frames.address(pageFrames[page]);
        final ByteBuffer memory = frames.buffer(pageAddress);
        final int base = frames.index(pageAddress);
        int slot = (int) (entry >>> Integer.SIZE) & slotMask;
        while (true) {
            final long there = memory.getLong(base + slot * Long.BYTES);
            if (there == EMPTY || there == DELETED) {
                deleted[page] -= there == DELETED ? 1 : 0;
                break;
            }
            slot = slot + 1 & slotMask;
        }
        memory.putLong(base + slot * Long.BYTES, entry);
        inUse[page]++;
    }

    private boolean split(final int page, final int hash) {
        final int depth = depths[page];
        if (depth == Integer.SIZE - 1) {
            throw new IllegalStateException("more than " + filledMax + " keys with hash=" + hash);
        }
        final int added = addPage(depth + 1);
        if (added < 0) {
            return false;
        }
        if (depth == directoryBits) {
            doubleDirectory();
        }
        depths[page] = depth + 1;
        // Of the directory's entries for this page, the upper half now leads to the new one.
        final int run = 1 << directoryBits - depth;
        final int first = (depth == 0 ? 0 : hash >>> Integer.SIZE - depth) * run;
        Arrays.fill(directory, first + run / 2, first + run, added);
        spread(page, added, 1 << Integer.SIZE - 1 - depth);
        return true;
    }

    private void doubleDirectory() {
        final int[] doubled = new int[directory.length * 2];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = directory[i / 2];
        }
        directory = doubled;
        directoryBits++;
    }

    /** Distributes the entries of a page anew between it and another, by one bit of their hash. */
    private void spread(final int page, final int other, final int bit) {
        final long pageAddress = frames.address(pageFrames[page]);
        final ByteBuffer memory = frames.buffer(pageAddress);
        final int base = frames.index(pageAddress);
        int count = 0;
        for (int at = base; at < base + slots * Long.BYTES; at += Long.BYTES) {
            final long entry = memory.getLong(at);
            if (entry != EMPTY && entry != DELETED) {
                scratch[count] = entry;
                count++;
            }
            memory.putLong(at, EMPTY);
        }
        inUse[page] = 0;
        deleted[page] = 0;
        for (int i = 0; i < count; i++) {
            final int hash = (int) (scratch[i] >>> Integer.SIZE);
            insert((hash & bit) == 0 ? page : other, scratch[i]);
        }
    }

    private int addPage(final int depth) {
        final int frame = frames.take(OWNER);
        if (frame < 0) {
            return -1;
        }
        if (pageCount == pageFrames.length) {
            pageFrames = Arrays.copyOf(pageFrames, 2 * pageCount);
            depths = Arrays.copyOf(depths, 2 * pageCount);
            inUse = Arrays.copyOf(inUse, 2 * pageCount);
            deleted = Arrays.copyOf(deleted, 2 * pageCount);
        }
        final long address = frames.address(frame);
        final ByteBuffer memory = frames.buffer(address);
        final int base = frames.index(address);
        for (int at = base; at < base + slots * Long.BYTES; at += Long.BYTES) {
            memory.putLong(at, EMPTY);
        }
        pageFrames[pageCount] = frame;
        depths[pageCount] = depth;
        pageCount++;
        return pageCount - 1;
    }

    /** Frames that are pages. */
    int pageCount() {
        return pageCount;
    }

    /** Records that are pointed to. */
    long size() {
        return size;
    }
}
