package io.geminid.state.gemini.log;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeMap;

/**
 * What a log knows of its frames, in memory and on disk: how full they are, which epochs they make
 * up, in the order of the records, and which is the emptiest. Task thread only.
 */
final class FrameBook {

    static final int NONE = FrameLinks.NONE;

    /** Frames by share of live bytes: emptiest first. Those on disk come after all others. */
    private static final int SHARES = 16;

    /** An epoch is evacuated within itself only if it has more frames than this. */
    static final int FRAMES_TO_SHRINK_MIN = 4;

    // Queues of frames in memory: with live records, oldest first; without, but pinned.
    static final int IN_MEMORY = 0;
    static final int CONDEMNED = 1;

    final FrameLinks queues = new FrameLinks(2);
    final DeadRecords dead;

    // By frame.
    int[] used = new int[0];
    int[] live = new int[0];
    int[] epochs = new int[0];
    int[] pins = new int[0];
    boolean[] condemned = new boolean[0];
    private Epoch[] owners = new Epoch[0];
    private int[] newer = new int[0];
    private int[] older = new int[0];

    private final Frames frames;
    private final FrameLinks shares = new FrameLinks(2 * SHARES);

    /** Those that have frames. */
    private final TreeMap<Integer, Epoch> inUse = new TreeMap<>();

    /** What {@link #epoch} returned last: most often the same one is wanted again. */
    private Epoch asked = new Epoch(NONE);

    private int memoryFrames;
    private int coldFrames;

    /** The frames of an epoch, in the order of its records. */
    static final class Epoch {
        final int number;
        private int oldest = NONE;
        private int newest = NONE;

        /** Where more can be appended in memory; the newest, if any. */
        int tail = NONE;

        /** A frame on disk that was not full when it was written. */
        int coldTail = NONE;

        int count;

        /** Bytes of records, dead ones too. */
        long used;

        /** Of those that are not. */
        long live;

        Epoch(final int number) {
            this.number = number;
        }
    }

    FrameBook(final Frames frames) {
        this.frames = frames;
        this.dead = new DeadRecords(frames.frameBytes());
    }

    boolean isInMemory(final int frame) {
        return frames.isMemory(frames.address(frame));
    }

    /** Makes room for what is known of a frame. */
    void know(final int frame) {
        if (frame < used.length) {
            return;
        }
        final int length = Math.max(frame + 1, 2 * used.length);
        used = Arrays.copyOf(used, length);
        live = Arrays.copyOf(live, length);
        epochs = Arrays.copyOf(epochs, length);
        pins = Arrays.copyOf(pins, length);
        condemned = Arrays.copyOf(condemned, length);
        owners = Arrays.copyOf(owners, length);
        newer = Arrays.copyOf(newer, length);
        older = Arrays.copyOf(older, length);
        shares.grow(length);
        queues.grow(length);
        dead.grow(length);
    }

    /** Adds an empty frame to the end of an epoch. */
    void adopt(final int frame, final Epoch of) {
        know(frame);
        used[frame] = RecordLog.firstOffset(frame);
        if (used[frame] > 0) {
            final long address = frames.address(frame);
            Record.gap(frames.buffer(address), frames.index(address), used[frame]);
        }
        live[frame] = 0;
        epochs[frame] = of.number;
        owners[frame] = of;
        condemned[frame] = false;
        link(frame, of);
        if (isInMemory(frame)) {
            memoryFrames++;
        } else {
            coldFrames++;
        }
    }

    private void link(final int frame, final Epoch of) {
        older[frame] = of.newest;
        newer[frame] = NONE;
        if (of.newest == NONE) {
            of.oldest = frame;
            inUse.put(of.number, of);
        } else {
            newer[of.newest] = frame;
        }
        of.newest = frame;
        of.count++;
    }

    private void unlink(final int frame, final Epoch of) {
        of.count--;
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
        if (of.tail == frame) {
            of.tail = NONE;
        }
    }

    /** Puts a frame behind all others of its epoch; what is appended then comes behind it. */
    void moveToEnd(final int frame) {
        final Epoch of = owners[frame];
        unlink(frame, of);
        link(frame, of);
        of.tail = NONE;
    }

    /** A record was appended to a frame, which ends there now. */
    void appended(final Epoch of, final int frame, final int end, final int sizeBytes) {
        of.used += end - used[frame];
        of.live += sizeBytes;
        used[frame] = end;
        live[frame] += sizeBytes;
    }

    /** A record is not live any more. */
    void killed(final int frame, final int sizeBytes) {
        live[frame] -= sizeBytes;
        owners[frame].live -= sizeBytes;
    }

    /** What is in a frame now. */
    PinnedFrames.Content content(final int frame) {
        return new PinnedFrames.Content(used[frame], live[frame], dead.freeze(frame));
    }

    /** Takes a frame out that has no live records. */
    void drop(final int frame) {
        shares.remove(frame);
        queues.remove(frame);
        dead.forget(frame);
        final Epoch of = owners[frame];
        of.used -= used[frame] - RecordLog.firstOffset(frame);
        unlink(frame, of);
        if (of.coldTail == frame) {
            of.coldTail = NONE;
        }
        if (of.count == 0) {
            inUse.remove(of.number);
        }
        if (isInMemory(frame)) {
            memoryFrames--;
        } else {
            coldFrames--;
        }
    }

    /**
     * Notes how much is live in a frame that is not the one being written. Where more is going to
     * be appended to, what is empty yet is not wasted.
     */
    void share(final int frame) {
        final Epoch of = owners[frame];
        final boolean grows = of.tail == frame && of.count > FRAMES_TO_SHRINK_MIN;
        final int whole = grows ? used[frame] : frames.frameBytes();
        final int share =
                live[frame] == whole
                        ? SHARES - 1
                        : Math.min(SHARES - 1, (int) ((long) live[frame] * SHARES / whole));
        final int now = isInMemory(frame) ? share : SHARES + share;
        if (now != shares.listOf(frame)) {
            shares.remove(frame);
            shares.addFirst(now, frame);
        }
    }

    /**
     * More is going to be appended to a frame: it is not to be emptied until it is shared again.
     */
    void fill(final int frame) {
        shares.remove(frame);
    }

    /** The frame in memory, or on disk, with the smallest share; -1 if there is none. */
    int emptiest(final boolean inMemory) {
        final int from = inMemory ? 0 : SHARES;
        for (int share = from; share < from + SHARES; share++) {
            if (shares.first(share) != NONE) {
                return shares.first(share);
            }
        }
        return NONE;
    }

    /** The epoch of a frame in use. */
    Epoch epochOf(final int frame) {
        return owners[frame];
    }

    /** The frame with the oldest records; -1 if there is none. */
    int oldest() {
        return inUse.isEmpty() ? NONE : inUse.firstEntry().getValue().oldest;
    }

    boolean isOldest(final int frame) {
        return oldest() == frame;
    }

    /** Whether a frame is the last one of its epoch. */
    boolean isNewest(final int frame) {
        return owners[frame].newest == frame;
    }

    /**
     * The frame on disk that an epoch can go on in: the last one, and no snapshot reads it.
     *
     * @return -1 if there is none
     */
    int unfinished(final Epoch of) {
        final int frame = of.coldTail;
        return frame != NONE && of.newest == frame && pins[frame] == 0 ? frame : NONE;
    }

    /** An epoch that has frames, or a new one. */
    Epoch epoch(final int number) {
        if (asked.number != number || asked.count == 0) {
            final Epoch known = inUse.get(number);
            asked = known == null ? new Epoch(number) : known;
        }
        return asked;
    }

    /** The epochs that have frames, of some numbers. */
    Collection<Epoch> epochs(final int after, final int last) {
        return inUse.subMap(after, false, last, true).values();
    }

    /** The frames of some epochs, in the order of their records. */
    int[] frames(final int after, final int last) {
        int count = 0;
        for (final Epoch each : epochs(after, last)) {
            count += each.count;
        }
        final int[] inOrder = new int[count];
        int i = 0;
        for (final Epoch each : epochs(after, last)) {
            for (int frame = each.oldest; frame != NONE; frame = newer[frame]) {
                inOrder[i] = frame;
                i++;
            }
        }
        return inOrder;
    }

    int memoryFrames() {
        return memoryFrames;
    }

    int coldFrames() {
        return coldFrames;
    }

    /** Frames in memory that only snapshots need. */
    int condemnedFrames() {
        int count = 0;
        for (int frame = queues.first(CONDEMNED); frame != NONE; frame = queues.next(frame)) {
            count++;
        }
        return count;
    }
}
