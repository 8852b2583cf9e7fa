package io.geminid.state.gemini.log;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Frames filled with records one after the other. Each frame belongs to an epoch; an epoch ends
 * when it is large enough to make a file. Records of open epochs may be changed where they are;
 * {@link #seal} closes all, and what was written in them never changes again. So a snapshot needs
 * nothing but a list of frames.
 *
 * <p>A record that is replaced or removed is dead; a frame without live records is given back at
 * once, unless a snapshot that is still being written has pinned it. Frames that are partly dead
 * are evacuated by the table, which asks for the emptiest one ({@link #victim}). What is moved out
 * of a frame goes to the end of the same epoch, whose file has it already. An epoch of only a few
 * frames would never get smaller that way: its records go where new ones are written.
 *
 * <p>Within an epoch, and from one epoch to the next, the versions of a key are in the order in
 * which they were written.
 *
 * <p>Task thread only, but {@link #unpin}. Does not own {@link Frames}.
 */
public final class RecordLog {

    /** Frames by share of live bytes: emptiest first. */
    private static final int SHARES = 16;

    private static final int NONE = -1;

    /** Evacuated within its epoch only if that has more frames than this. */
    private static final int FRAMES_TO_SHRINK_MIN = 4;

    /** An epoch ends with this share of what is live, or with the least number of frames. */
    private static final int EPOCHS_OF_ALL = 64;

    private static final int EPOCH_FRAMES_MIN = 32;

    /** The frames of an epoch, in the order of its records. */
    private static final class Epoch {
        private int oldest = NONE;
        private int newest = NONE;

        /** Where more can be appended; the newest, if any. */
        private int tail = NONE;

        private int count;
        private long used;
        private long live;
    }

    private final Frames frames;
    private final DeadRecords dead;
    private final FramesInHand inHand;
    private final int[] firstOfShare = new int[SHARES];

    /** Those that have frames. */
    private final TreeMap<Integer, Epoch> inUse = new TreeMap<>();

    private final ConcurrentLinkedQueue<int[]> unpinned = new ConcurrentLinkedQueue<>();

    // By frame.
    private int[] used = new int[64];
    private int[] live = new int[64];
    private int[] epochs = new int[64];
    private Epoch[] epochOf = new Epoch[64];
    private int[] pins = new int[64];
    private boolean[] condemned = new boolean[64];
    private int[] share = new int[64];
    private int[] nextOfShare = new int[64];
    private int[] previousOfShare = new int[64];
    private int[] newer = new int[64];
    private int[] older = new int[64];

    private int tail = NONE;
    private int tailBytes;

    /** The one written to, which may not have a frame yet. */
    private Epoch current = new Epoch();

    private int epoch;

    /** Epochs up to this one are closed. */
    private int sealed = NONE;

    private long usedTotal;
    private long liveTotal;

    /**
     * An empty log.
     *
     * @param frames where frames come from; stays the caller's
     */
    public RecordLog(final Frames frames) {
        this.frames = frames;
        this.inHand = new FramesInHand(frames);
        this.dead = new DeadRecords(frames.frameBytes());
        Arrays.fill(firstOfShare, NONE);
    }

    // Writing.

    /**
     * Whether a record can be appended without a new frame.
     *
     * @param sizeBytes of the record
     * @return true if {@link #append} will succeed
     */
    public boolean hasRoom(final int sizeBytes) {
        return tail != NONE && tailBytes + sizeBytes <= frames.frameBytes();
    }

    /**
     * Goes on in a new frame.
     *
     * @param fromSpare whether the frames kept in hand may be used
     * @return false if there is none: the budget is spent
     */
    public boolean openFrame(final boolean fromSpare) {
        freeUnpinned();
        if (!fromSpare && !refillSpare()) {
            return false;
        }
        final int frame = inHand.take(fromSpare);
        if (frame < 0) {
            return false;
        }
        closeTail();
        if (current.used >= epochBytes()) {
            epoch++;
            current = new Epoch();
        }
        adopt(frame, epoch, current);
        tail = frame;
        tailBytes = used[frame];
        return true;
    }

    private long epochBytes() {
        return Math.max(liveTotal / EPOCHS_OF_ALL, (long) EPOCH_FRAMES_MIN * frames.frameBytes());
    }

    /**
     * Takes the frames that are kept in hand.
     *
     * @return false if the budget is spent
     */
    public boolean refillSpare() {
        return inHand.refill();
    }

    private void adopt(final int frame, final int number, final Epoch of) {
        if (frame >= used.length) {
            grow(Math.max(frame + 1, 2 * used.length));
        }
        used[frame] = firstOffset(frame);
        live[frame] = 0;
        epochs[frame] = number;
        epochOf[frame] = of;
        condemned[frame] = false;
        dead.forget(frame);
        share[frame] = NONE;
        older[frame] = of.newest;
        newer[frame] = NONE;
        if (of.newest == NONE) {
            of.oldest = frame;
            inUse.put(number, of);
        } else {
            newer[of.newest] = frame;
        }
        of.newest = frame;
        of.count++;
    }

    private void grow(final int length) {
        used = Arrays.copyOf(used, length);
        live = Arrays.copyOf(live, length);
        epochs = Arrays.copyOf(epochs, length);
        epochOf = Arrays.copyOf(epochOf, length);
        pins = Arrays.copyOf(pins, length);
        condemned = Arrays.copyOf(condemned, length);
        share = Arrays.copyOf(share, length);
        nextOfShare = Arrays.copyOf(nextOfShare, length);
        previousOfShare = Arrays.copyOf(previousOfShare, length);
        newer = Arrays.copyOf(newer, length);
        older = Arrays.copyOf(older, length);
    }

    /**
     * Appends a record, which is live.
     *
     * @param sizeBytes its size, for which there is room
     * @return its address; the content is undefined
     */
    public long append(final int sizeBytes) {
        final int at = tailBytes;
        tailBytes = at + sizeBytes;
        used[tail] = tailBytes;
        live[tail] += sizeBytes;
        current.used += sizeBytes;
        current.live += sizeBytes;
        usedTotal += sizeBytes;
        liveTotal += sizeBytes;
        return frames.address(tail) + at;
    }

    /**
     * Whether a record may be changed where it is.
     *
     * @param address of the record
     * @return true if it was written since the last seal
     */
    public boolean isMutable(final long address) {
        return epochs[frames.frame(address)] > sealed;
    }

    /**
     * Says that a record is dead.
     *
     * @param address of the record
     * @param sizeBytes its size
     */
    public void kill(final long address, final int sizeBytes) {
        final int frame = frames.frame(address);
        live[frame] -= sizeBytes;
        epochOf[frame].live -= sizeBytes;
        liveTotal -= sizeBytes;
        dead.add(frame, address);
        if (frame != tail) {
            if (live[frame] == 0) {
                free(frame);
            } else {
                reshare(frame);
            }
        }
    }

    private void closeTail() {
        final int closed = tail;
        tail = NONE;
        if (closed != NONE) {
            current.tail = closed;
            if (live[closed] == 0) {
                free(closed);
            } else {
                reshare(closed);
            }
        }
    }

    // Older epochs.

    /**
     * Appends a record to an epoch that need not be the present one. Goes on in a new frame of it
     * if there is no room.
     *
     * @param number of the epoch
     * @param sizeBytes its size
     * @param fromSpare whether the frames kept in hand may be used
     * @return its address, the content is undefined; -1 if the budget is spent
     */
    public long appendTo(final int number, final int sizeBytes, final boolean fromSpare) {
        if (number == epoch) {
            return hasRoom(sizeBytes) || openFrame(fromSpare) ? append(sizeBytes) : NONE;
        }
        final Epoch known = inUse.get(number);
        final Epoch of = known == null ? new Epoch() : known;
        if (of.tail == NONE || used[of.tail] + sizeBytes > frames.frameBytes()) {
            freeUnpinned();
            if (!fromSpare && !refillSpare()) {
                return NONE;
            }
            final int frame = inHand.take(fromSpare);
            if (frame < 0) {
                return NONE;
            }
            adopt(frame, number, of);
            of.tail = frame;
        }
        final int frame = of.tail;
        final int at = used[frame];
        used[frame] = at + sizeBytes;
        live[frame] += sizeBytes;
        of.used += sizeBytes;
        of.live += sizeBytes;
        usedTotal += sizeBytes;
        liveTotal += sizeBytes;
        reshare(frame);
        return frames.address(frame) + at;
    }

    /**
     * Epochs without records, to be filled with {@link #appendTo}: closed from the beginning.
     *
     * @param count how many
     * @return the number before the first of them
     */
    public int reserveEpochs(final int count) {
        final int before = seal();
        epoch += count;
        sealed += count;
        return before;
    }

    // Snapshots.

    /**
     * Closes the epochs: nothing that was written so far changes any more.
     *
     * @return the last epoch that is closed
     */
    public int seal() {
        closeTail();
        sealed = epoch;
        epoch++;
        current = new Epoch();
        return sealed;
    }

    /**
     * The frames of some closed epochs, in the order of their records. What is in them now stays as
     * it is until {@link #unpin}; more may be written behind it.
     *
     * @param after epochs later than this
     * @param last up to this one
     * @return frames, pinned
     */
    public int[] pin(final int after, final int last) {
        final int[] pinned = framesOf(inUse.subMap(after, false, last, true).values());
        for (final int frame : pinned) {
            pins[frame]++;
        }
        return pinned;
    }

    /**
     * The records of a frame that are dead now.
     *
     * @param frame a frame in use
     * @return for {@link DeadRecords#contains}, on any thread; stays as it is
     */
    public long[] dead(final int frame) {
        return dead.freeze(frame);
    }

    /**
     * Ends a pin. Any thread.
     *
     * @param pinned what {@link #pin} returned
     */
    public void unpin(final int[] pinned) {
        unpinned.add(pinned);
    }

    /** Gives back what was kept for snapshots that have ended. */
    public void freeUnpinned() {
        for (int[] done = unpinned.poll(); done != null; done = unpinned.poll()) {
            for (final int frame : done) {
                pins[frame]--;
                if (pins[frame] == 0 && condemned[frame]) {
                    condemned[frame] = false;
                    frames.free(frame);
                }
            }
        }
    }

    /**
     * How much of some closed epochs is live.
     *
     * @param after epochs later than this
     * @param last up to this one
     * @return bytes of live records; 0 if none of their frames is in use
     */
    public long liveBytes(final int after, final int last) {
        long sum = 0;
        for (final Epoch each : inUse.subMap(after, false, last, true).values()) {
            sum += each.live;
        }
        return sum;
    }

    /**
     * The epochs that have records.
     *
     * @param after epochs later than this
     * @param last up to this one
     * @return their numbers, ascending
     */
    public int[] epochs(final int after, final int last) {
        return inUse.subMap(after, false, last, true).keySet().stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    // Evacuation.

    /**
     * The frame with the smallest share of live bytes, not the one being written.
     *
     * @return a frame; -1 if there is none
     */
    public int victim() {
        for (final int first : firstOfShare) {
            if (first != NONE) {
                return first;
            }
        }
        return NONE;
    }

    /**
     * The frame with the oldest records, unless it is the one being written.
     *
     * @return a frame; -1 if there is none
     */
    public int oldest() {
        final int oldest = inUse.isEmpty() ? NONE : inUse.firstEntry().getValue().oldest;
        return oldest == tail ? NONE : oldest;
    }

    /**
     * Whether a snapshot that is being written needs a frame, so that evacuating it gives nothing
     * back yet.
     *
     * @param frame a frame in use
     * @return true until {@link #unpin}
     */
    public boolean isPinned(final int frame) {
        return pins[frame] > 0;
    }

    /**
     * Whether a frame has the oldest records of all, so that there is nothing older to be hidden.
     *
     * @param frame a frame in use
     * @return true if no frame is older
     */
    public boolean isOldest(final int frame) {
        return inUse.firstEntry().getValue().oldest == frame;
    }

    /**
     * Where the live records of a frame are to go. Nothing is appended to the frame from now on.
     *
     * @param frame a frame in use, not the one being written
     * @param away whether they shall leave their epoch, so that it gets smaller for sure
     * @param stay whether they must not
     * @return an epoch for {@link #appendTo}: its own, or the present one
     */
    public int destinationOf(final int frame, final boolean away, final boolean stay) {
        final Epoch of = inUse.get(epochs[frame]);
        if (of.tail == frame) {
            of.tail = NONE;
        }
        return stay || !away && of.count > FRAMES_TO_SHRINK_MIN ? epochs[frame] : epoch;
    }

    /**
     * @param frame a frame in use
     * @return offset of the end of its last record
     */
    public int usedBytes(final int frame) {
        return used[frame];
    }

    /**
     * @param frame a frame in use
     * @return bytes of its live records
     */
    public int liveBytes(final int frame) {
        return live[frame];
    }

    /**
     * Where the first record of a frame is.
     *
     * @param frame a frame in use
     * @return offset
     */
    public static int firstOffset(final int frame) {
        return frame == 0 ? Record.ALIGNMENT : 0;
    }

    /**
     * @return bytes of all records, dead ones too
     */
    public long usedTotal() {
        return usedTotal;
    }

    /**
     * @return bytes of live records
     */
    public long liveTotal() {
        return liveTotal;
    }

    /**
     * The frames in use, oldest first.
     *
     * @return a new array
     */
    public int[] frames() {
        return framesOf(inUse.values());
    }

    private int[] framesOf(final Collection<Epoch> some) {
        int count = 0;
        for (final Epoch each : some) {
            count += each.count;
        }
        final int[] inOrder = new int[count];
        int i = 0;
        for (final Epoch each : some) {
            for (int frame = each.oldest; frame != NONE; frame = newer[frame]) {
                inOrder[i] = frame;
                i++;
            }
        }
        return inOrder;
    }

    private void free(final int frame) {
        unshare(frame);
        final int recordBytes = used[frame] - firstOffset(frame);
        usedTotal -= recordBytes;
        final Epoch of = epochOf[frame];
        epochOf[frame] = null;
        of.used -= recordBytes;
        of.count--;
        if (of.count == 0) {
            inUse.remove(epochs[frame]);
        }
        if (of.tail == frame) {
            of.tail = NONE;
        }
        final int before = older[frame];
        final int after = newer[frame];
        if (before == NONE) {
            of.oldest = after;
        } else {
            newer[before] = after;
        }
        if (after == NONE) {
            of.newest = before;
        } else {
            older[after] = before;
        }
        if (pins[frame] > 0) {
            condemned[frame] = true;
        } else {
            frames.free(frame);
        }
    }

    private void reshare(final int frame) {
        final int now = Math.min(SHARES - 1, (int) ((long) live[frame] * SHARES / used[frame]));
        if (now == share[frame]) {
            return;
        }
        unshare(frame);
        share[frame] = now;
        final int first = firstOfShare[now];
        previousOfShare[frame] = NONE;
        nextOfShare[frame] = first;
        if (first != NONE) {
            previousOfShare[first] = frame;
        }
        firstOfShare[now] = frame;
    }

    private void unshare(final int frame) {
        final int before = share[frame];
        if (before == NONE) {
            return;
        }
        final int previous = previousOfShare[frame];
        final int next = nextOfShare[frame];
        if (previous == NONE) {
            firstOfShare[before] = next;
        } else {
            nextOfShare[previous] = next;
        }
        if (next != NONE) {
            previousOfShare[next] = previous;
        }
        share[frame] = NONE;
    }
}
