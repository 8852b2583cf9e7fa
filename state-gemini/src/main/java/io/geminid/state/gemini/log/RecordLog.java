package io.geminid.state.gemini.log;

import io.geminid.memory.SegmentOwner;
import io.geminid.state.gemini.spill.SpillFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Frames filled with records one after the other. Each frame belongs to an epoch; an epoch ends
 * when it is large enough to make a file. Records of open epochs may be changed where they are;
 * {@link #seal} closes all, and what was written in them never changes again. So a snapshot needs
 * nothing but a list of frames, and which of their records were dead.
 *
 * <p>A record that is replaced or removed is dead; a frame without live records is given back at
 * once, unless a snapshot that is still being written has pinned it. Frames that are partly dead
 * are evacuated by the table, which asks for the emptiest one ({@link #victim}). What is moved out
 * of a frame goes to the end of the same epoch, whose file has it already. An epoch of only a few
 * frames would never get smaller that way: its records go where new ones are written.
 *
 * <p>Records that do not fit into memory go to cold frames, on disk, of the same epoch; never of
 * the present one. {@link ColdLog} has those.
 *
 * <p>Within an epoch, and from one epoch to the next, the versions of a key are in the order in
 * which they were written.
 *
 * <p>Task thread only, but {@link PinnedFrames}. Does not own {@link Frames}.
 */
public final class RecordLog implements AutoCloseable {

    /** No frame. */
    public static final int NONE = FrameBook.NONE;

    private static final SegmentOwner OWNER = SegmentOwner.named("state-log");

    /** Frames kept in hand, so that a spent budget can be made room in. */
    private static final int SPARE_FRAMES = 2;

    /** An epoch ends with this share of what is live, or with the least number of frames. */
    private static final int EPOCHS_OF_ALL = 64;

    private static final int EPOCH_FRAMES_MIN = 32;

    private final Frames frames;
    private final FrameBook book;
    private final ColdLog cold;
    private final FramesInHand inHand;
    private final List<PinnedFrames> pinned = new ArrayList<>();
    private final Queue<PinnedFrames> unpinned = new ConcurrentLinkedQueue<>();

    private int tail = NONE;
    private int tailBytes;

    /** The one written to, which may not have a frame yet. */
    private FrameBook.Epoch current = new FrameBook.Epoch(0);

    /** Epochs up to this one are closed. */
    private int sealed = NONE;

    private long liveTotal;

    /**
     * An empty log.
     *
     * @param frames where frames come from; stays the caller's
     * @param files where records may be put that do not fit into memory, from now on the log's;
     *     null: nowhere
     */
    public RecordLog(final Frames frames, final SpillFiles files) {
        this.frames = frames;
        this.book = new FrameBook(frames);
        final int forDisk = files == null ? 0 : ColdLog.MEMORY_FRAMES_TO_BEGIN;
        this.inHand = new FramesInHand(frames, book, SPARE_FRAMES + forDisk, forDisk);
        this.cold = files == null ? null : new ColdLog(frames, book, files, this);
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
        final int frame = inHand.take(fromSpare, OWNER);
        if (frame < 0) {
            return false;
        }
        closeTail();
        if (current.used >= epochBytes()) {
            current = new FrameBook.Epoch(current.number + 1);
        }
        book.adopt(frame, current);
        tail = frame;
        tailBytes = book.used[frame];
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

    /**
     * Whether there is a frame to empty another one into.
     *
     * @return false if the budget is spent, to the last frame
     */
    public boolean hasInHand() {
        return inHand.hasForRecords();
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
        appended(current, tail, tailBytes, sizeBytes);
        return frames.address(tail) + at;
    }

    /**
     * Whether a record may be changed where it is.
     *
     * @param address of the record, or of the copy in memory of one that is on disk
     * @return true if it was written since the last seal
     */
    public boolean isMutable(final long address) {
        return frames.isMemory(address) && book.epochs[frames.frame(address)] > sealed;
    }

    /**
     * Says that a record is dead.
     *
     * @param address of the record
     * @param sizeBytes its size
     */
    public void kill(final long address, final int sizeBytes) {
        final int frame = frames.frame(address);
        liveTotal -= sizeBytes;
        book.killed(frame, sizeBytes);
        if (!frames.isMemory(address) && cold.killed(address, sizeBytes)) {
            return; // a gap now
        }
        book.dead.add(frame, address);
        if (frame != tail) {
            freeOrShare(frame);
        }
    }

    void freeOrShare(final int frame) {
        if (book.live[frame] == 0) {
            free(frame);
        } else {
            book.share(frame);
        }
    }

    private void closeTail() {
        final int closed = tail;
        tail = NONE;
        if (closed != NONE) {
            current.tail = closed;
            book.queues.addLast(FrameBook.IN_MEMORY, closed);
            freeOrShare(closed);
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
        if (number == current.number) {
            return hasRoom(sizeBytes) || openFrame(fromSpare) ? append(sizeBytes) : NONE;
        }
        final FrameBook.Epoch of = book.epoch(number);
        if (of.tail == NONE || book.used[of.tail] + sizeBytes > frames.frameBytes()) {
            freeUnpinned();
            if (!fromSpare && !refillSpare()) {
                return NONE;
            }
            final int frame = inHand.take(fromSpare, OWNER);
            if (frame < 0) {
                return NONE;
            }
            final int full = of.tail;
            book.adopt(frame, of);
            book.queues.addLast(FrameBook.IN_MEMORY, frame);
            of.tail = frame;
            if (full != NONE) {
                book.share(full);
            }
        }
        final int frame = of.tail;
        final int at = book.used[frame];
        appended(of, frame, at + sizeBytes, sizeBytes);
        book.share(frame);
        return frames.address(frame) + at;
    }

    /** A record was appended to a frame, which ends there now. */
    void appended(final FrameBook.Epoch of, final int frame, final int end, final int sizeBytes) {
        book.appended(of, frame, end, sizeBytes);
        liveTotal += sizeBytes;
    }

    /**
     * Epochs without records, to be filled with {@link #appendTo}: closed from the beginning.
     *
     * @param count how many
     * @return the number before the first of them
     */
    public int reserveEpochs(final int count) {
        final int before = seal();
        current = new FrameBook.Epoch(current.number + count);
        sealed += count;
        return before;
    }

    // On disk.

    /**
     * Records on disk.
     *
     * @return null if there is no disk for them
     */
    public ColdLog cold() {
        return cold;
    }

    /**
     * Whether records have been put on disk.
     *
     * @return true from the first one on
     */
    public boolean hasSpilled() {
        return cold != null && cold.isInUse();
    }

    /**
     * Where a record is in memory; reads it from disk if it must.
     *
     * @param address of a record
     * @return its address, or that of a copy; valid until other records are loaded
     */
    public long load(final long address) {
        return frames.isMemory(address) ? address : cold.load(address);
    }

    FramesInHand inHand() {
        return inHand;
    }

    /** Begins to put records on disk: what that takes need not be kept in hand any more. */
    void trimInHand() {
        inHand.want(SPARE_FRAMES);
    }

    /** The epoch of a frame that may be put on disk; not the present one any more. */
    FrameBook.Epoch closeEpochOf(final int frame) {
        if (book.epochs[frame] == current.number) {
            endEpoch();
        }
        return book.epochOf(frame);
    }

    /** The last epoch but the present one, and in no file. */
    int endEpoch() {
        closeTail();
        if (current.count > 0 || current.number == sealed + 1) {
            current = new FrameBook.Epoch(current.number + 1);
        }
        return current.number - 1;
    }

    int sealed() {
        return sealed;
    }

    // Snapshots.

    /**
     * Closes the epochs: nothing that was written so far changes any more.
     *
     * @return the last epoch that is closed
     */
    public int seal() {
        closeTail();
        if (cold != null) {
            cold.closeTails();
        }
        sealed = current.number;
        current = new FrameBook.Epoch(sealed + 1);
        return sealed;
    }

    /**
     * The live records of some closed epochs, in their order. They stay as they are until this is
     * closed, whether they die or not.
     *
     * @param after epochs later than this
     * @param last up to this one
     * @return closed by the caller
     */
    public PinnedFrames pin(final int after, final int last) {
        if (cold != null) {
            cold.closeTails();
        }
        final int[] where = book.frames(after, last);
        final PinnedFrames.Content[] contents = new PinnedFrames.Content[where.length];
        for (int i = 0; i < where.length; i++) {
            contents[i] = book.content(where[i]);
            book.pins[where[i]]++;
        }
        final PinnedFrames taken =
                new PinnedFrames(
                        frames,
                        cold == null ? null : cold.frameReader(),
                        where,
                        contents,
                        unpinned::add);
        pinned.add(taken);
        return taken;
    }

    /** Gives back what was kept for snapshots that have ended. */
    public void freeUnpinned() {
        for (PinnedFrames done = unpinned.poll(); done != null; done = unpinned.poll()) {
            pinned.remove(done);
            for (final int frame : done.where()) {
                book.pins[frame]--;
                if (book.pins[frame] == 0 && book.condemned[frame]) {
                    release(frame);
                }
            }
        }
    }

    /** A condemned frame has been copied to another, for those that have pinned it. */
    void moved(final int frame, final int copy) {
        book.know(copy);
        book.used[copy] = book.used[frame];
        book.pins[copy] = book.pins[frame];
        book.condemned[copy] = true;
        pinned.forEach(each -> each.moved(frame, copy));
        book.pins[frame] = 0;
        release(frame);
    }

    /**
     * How much of some closed epochs is live, in memory and on disk.
     *
     * @param after epochs later than this
     * @param last up to this one
     * @return bytes of live records; 0 if none of their frames is in use
     */
    public long liveBytes(final int after, final int last) {
        long sum = 0;
        for (final FrameBook.Epoch each : book.epochs(after, last)) {
            sum += each.live;
        }
        return sum;
    }

    /**
     * The present epoch.
     *
     * @return where {@link #append} writes
     */
    public int epoch() {
        return current.number;
    }

    /**
     * Whether a frame is not on disk.
     *
     * @param frame a frame in use
     * @return true if it is in memory
     */
    public boolean isInMemory(final int frame) {
        return book.isInMemory(frame);
    }

    /**
     * The epochs that have records.
     *
     * @param after epochs later than this
     * @param last up to this one
     * @return their numbers, ascending
     */
    public int[] epochs(final int after, final int last) {
        return book.epochs(after, last).stream().mapToInt(each -> each.number).toArray();
    }

    // Evacuation.

    /**
     * The frame in memory with the smallest share of live bytes, not the one being written.
     *
     * @return a frame; -1 if there is none
     */
    public int victim() {
        return book.emptiest(true);
    }

    /**
     * The frame in memory that was begun first, not the one being written.
     *
     * @return a frame; -1 if there is none
     */
    public int oldestInMemory() {
        return book.queues.first(FrameBook.IN_MEMORY);
    }

    /**
     * The frame with the oldest records, on disk or in memory, unless it is the one being written.
     *
     * @return a frame, not one that is on its way to the disk any more; -1 if there is none
     */
    public int oldest() {
        int oldest = book.oldest();
        while (oldest != NONE && cold != null && cold.closeTailOf(oldest)) {
            oldest = book.oldest(); // another one if that was empty
        }
        return oldest == tail ? NONE : oldest;
    }

    /**
     * Whether a snapshot that is being written needs a frame, so that emptying it gives nothing
     * back yet.
     *
     * @param frame a frame in use
     * @return true until it is unpinned
     */
    public boolean isPinned(final int frame) {
        return book.pins[frame] > 0;
    }

    /**
     * Whether a frame has the oldest records of all, so that there is nothing older to be hidden.
     *
     * @param frame a frame in use
     * @return true if no frame is older
     */
    public boolean isOldest(final int frame) {
        return book.isOldest(frame);
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
        final FrameBook.Epoch of = book.epochOf(frame);
        if (of.tail == frame) {
            of.tail = NONE;
        }
        final boolean shrinks = of.count > FrameBook.FRAMES_TO_SHRINK_MIN;
        return stay || !away && shrinks ? of.number : current.number;
    }

    /**
     * @param frame a frame in use
     * @return offset of the end of its last record
     */
    public int usedBytes(final int frame) {
        return book.used[frame];
    }

    /**
     * @param frame a frame in use
     * @return bytes of its live records
     */
    public int liveBytes(final int frame) {
        return book.live[frame];
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
     * @return bytes of the frames in memory that have live records
     */
    public long usedTotal() {
        return (long) book.memoryFrames() * frames.frameBytes();
    }

    /**
     * @return bytes of live records, on disk too
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
        return book.frames(NONE, current.number);
    }

    /**
     * Frames in memory that only snapshots need, or that are kept to make room with.
     *
     * @return 0 or more
     */
    public int framesAside() {
        return book.condemnedFrames() + inHand.count();
    }

    private void free(final int frame) {
        book.drop(frame);
        if (book.pins[frame] == 0) {
            release(frame);
        } else {
            book.condemned[frame] = true;
            if (book.isInMemory(frame)) {
                book.queues.addLast(FrameBook.CONDEMNED, frame);
            }
        }
    }

    /** Nobody needs the frame any more. */
    private void release(final int frame) {
        book.condemned[frame] = false;
        book.queues.remove(frame);
        if (book.isInMemory(frame)) {
            frames.free(frame);
        } else {
            cold.release(frame);
        }
    }

    /** Deletes what is on disk. */
    @Override
    public void close() {
        if (cold != null) {
            cold.close();
        }
    }
}
