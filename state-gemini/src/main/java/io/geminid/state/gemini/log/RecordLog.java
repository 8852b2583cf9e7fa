package io.geminid.state.gemini.log;

import io.geminid.memory.SegmentOwner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Frames filled with records one after the other. Records of the present epoch may be changed where
 * they are; {@link #seal} ends an epoch, and what was written in it never changes again. So a
 * snapshot needs nothing but a list of frames.
 *
 * <p>A record that is replaced or removed is dead; a frame without live records is given back at
 * once, unless a snapshot that is still being written has pinned it. Frames that are partly dead
 * are evacuated by the table, which asks for the emptiest one ({@link #victim}).
 *
 * <p>Task thread only, but {@link #unpin}. Does not own {@link Frames}.
 */
public final class RecordLog {

    private static final SegmentOwner OWNER = SegmentOwner.named("state-log");

    /** Frames kept in hand, so that a spent budget can be made room in. */
    private static final int SPARE_FRAMES = 2;

    /** Frames by share of live bytes: emptiest first. */
    private static final int SHARES = 16;

    private static final int NONE = -1;

    private final Frames frames;
    private final int[] spare = new int[SPARE_FRAMES];
    private final int[] firstOfShare = new int[SHARES];
    private final TreeMap<Integer, Integer> framesOfEpoch = new TreeMap<>();
    private final ConcurrentLinkedQueue<int[]> unpinned = new ConcurrentLinkedQueue<>();

    // By frame.
    private int[] used = new int[64];
    private int[] live = new int[64];
    private int[] epochs = new int[64];
    private int[] pins = new int[64];
    private boolean[] condemned = new boolean[64];
    private int[] share = new int[64];
    private int[] nextOfShare = new int[64];
    private int[] previousOfShare = new int[64];
    private int[] newer = new int[64];
    private int[] older = new int[64];

    private int spareCount;
    private int oldest = NONE;
    private int newest = NONE;
    private int tail = NONE;
    private int tailBytes;
    private int epoch;
    private long usedTotal;
    private long liveTotal;

    /**
     * An empty log.
     *
     * @param frames where frames come from; stays the caller's
     */
    public RecordLog(final Frames frames) {
        this.frames = frames;
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
        int frame = frames.take(OWNER);
        if (frame < 0 && fromSpare && spareCount > 0) {
            spareCount--;
            frame = spare[spareCount];
        }
        if (frame < 0) {
            return false;
        }
        closeTail();
        adopt(frame);
        return true;
    }

    private boolean refillSpare() {
        while (spareCount < SPARE_FRAMES) {
            final int frame = frames.take(OWNER);
            if (frame < 0) {
                return false;
            }
            spare[spareCount] = frame;
            spareCount++;
        }
        return true;
    }

    private void adopt(final int frame) {
        if (frame >= used.length) {
            grow(Math.max(frame + 1, 2 * used.length));
        }
        // Address 0 stands for "no record".
        tailBytes = frame == 0 ? Record.ALIGNMENT : 0;
        tail = frame;
        used[frame] = 0;
        live[frame] = 0;
        epochs[frame] = epoch;
        condemned[frame] = false;
        share[frame] = NONE;
        framesOfEpoch.merge(epoch, 1, Integer::sum);
        older[frame] = newest;
        newer[frame] = NONE;
        if (newest == NONE) {
            oldest = frame;
        } else {
            newer[newest] = frame;
        }
        newest = frame;
    }

    private void grow(final int length) {
        used = Arrays.copyOf(used, length);
        live = Arrays.copyOf(live, length);
        epochs = Arrays.copyOf(epochs, length);
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
        usedTotal += sizeBytes;
        liveTotal += sizeBytes;
        return frames.address(tail) + at;
    }

    /**
     * Whether a record may be changed where it is.
     *
     * @param address of the record
     * @return true if it was written in the present epoch
     */
    public boolean isMutable(final long address) {
        return epochs[frames.frame(address)] == epoch;
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
        liveTotal -= sizeBytes;
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
            if (live[closed] == 0) {
                free(closed);
            } else {
                reshare(closed);
            }
        }
    }

    // Epochs and snapshots.

    /**
     * Ends the epoch: nothing that was written so far changes any more.
     *
     * @return the epoch that has ended
     */
    public int seal() {
        closeTail();
        final int sealed = epoch;
        epoch++;
        return sealed;
    }

    /**
     * The frames of some epochs, in the order in which they were written. They stay as they are
     * until {@link #unpin}.
     *
     * @param afterEpoch only of later epochs than this
     * @return frames, pinned, all of sealed epochs
     */
    public int[] pin(final int afterEpoch) {
        final List<Integer> pinned = new ArrayList<>();
        for (int frame = newest; frame != NONE && epochs[frame] > afterEpoch; ) {
            pinned.add(frame);
            pins[frame]++;
            frame = older[frame];
        }
        final int[] inOrder = new int[pinned.size()];
        for (int i = 0; i < inOrder.length; i++) {
            inOrder[i] = pinned.get(inOrder.length - 1 - i);
        }
        return inOrder;
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
     * Whether any record of some epochs is still in the log.
     *
     * @param after epochs later than this
     * @param last up to this one
     * @return true if a frame of them is in use
     */
    public boolean hasFrames(final int after, final int last) {
        return !framesOfEpoch.subMap(after, false, last, true).isEmpty();
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
     * Whether a frame has the oldest records of all, so that there is nothing older to be hidden.
     *
     * @param frame a frame in use
     * @return true if no frame is older
     */
    public boolean isOldest(final int frame) {
        return oldest == frame;
    }

    /**
     * @param frame a frame in use
     * @return bytes written to it
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
        int count = 0;
        for (int frame = oldest; frame != NONE; frame = newer[frame]) {
            count++;
        }
        final int[] inOrder = new int[count];
        int i = 0;
        for (int frame = oldest; frame != NONE; frame = newer[frame]) {
            inOrder[i] = frame;
            i++;
        }
        return inOrder;
    }

    private void free(final int frame) {
        unshare(frame);
        usedTotal -= used[frame];
        final int left = framesOfEpoch.get(epochs[frame]) - 1;
        if (left == 0) {
            framesOfEpoch.remove(epochs[frame]);
        } else {
            framesOfEpoch.put(epochs[frame], left);
        }
        final int before = older[frame];
        final int after = newer[frame];
        if (before == NONE) {
            oldest = after;
        } else {
            newer[before] = after;
        }
        if (after == NONE) {
            newest = before;
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
