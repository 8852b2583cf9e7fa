package io.geminid.state.gemini.log;

import io.geminid.memory.SegmentOwner;
import io.geminid.state.gemini.spill.SpillFiles;

/**
 * The part of a log that is on disk. Records come into it from frames that are emptied: those of
 * one epoch at a time fill a frame in memory, which is written when it is full, or when a snapshot
 * is taken.
 *
 * <p>Task thread only. Owns its files.
 */
public final class ColdLog implements AutoCloseable {

    /**
     * Memory that is needed to begin with: frames that are filled, copies, and one to read into.
     */
    static final int MEMORY_FRAMES = 5;

    /** One more, as that with address 0 cannot be used for copies. */
    static final int MEMORY_FRAMES_TO_BEGIN = MEMORY_FRAMES + 1;

    private static final SegmentOwner OWNER = SegmentOwner.named("state-spill");
    private static final int CACHE_FRAMES_MIN = 2;

    /** This part of the memory that is held goes to copies of what is on disk. */
    private static final int CACHE_SHARE = 16;

    private static final int NONE = RecordLog.NONE;

    private final Frames frames;
    private final FrameBook book;
    private final RecordLog log;
    private final ColdFrames cold;
    private long liveBytes;

    // Once something is on disk: where records go that keep their epoch, and where all others.
    private ColdTail keeping;
    private ColdTail renewing;
    private int scratch = NONE;

    ColdLog(
            final Frames frames,
            final FrameBook book,
            final SpillFiles files,
            final RecordLog log) {
        this.frames = frames;
        this.book = book;
        this.log = log;
        this.cold = new ColdFrames(frames, files);
    }

    boolean isInUse() {
        return keeping != null;
    }

    /**
     * Whether there is the memory to put anything on disk.
     *
     * @return false if the budget is too small, or was spent by others
     */
    public boolean isReady() {
        return isInUse() || log.inHand().has(MEMORY_FRAMES_TO_BEGIN);
    }

    /** Gets the memory that is needed. Out of the frames kept in hand. */
    private void begin() {
        if (keeping != null) {
            return;
        }
        for (int i = 0; i < CACHE_FRAMES_MIN; i++) {
            cold.addToCache(take());
        }
        scratch = take();
        renewing = new ColdTail(frames, cold, take());
        keeping = new ColdTail(frames, cold, take());
        log.trimInHand();
    }

    private int take() {
        final int frame = log.inHand().takeForCopies(true, OWNER);
        if (frame < 0) {
            throw new IllegalStateException("no frames are in hand");
        }
        return frame;
    }

    /** Lets the cache grow with what there is on disk, up to its share. */
    public void growCache() {
        final int wanted = Math.min(frames.heldCount() / CACHE_SHARE, cold.usedFrames());
        if (cold.cacheFrames() < wanted) {
            final int frame = log.inHand().takeForCopies(false, OWNER);
            if (frame >= 0) {
                cold.addToCache(frame);
            }
        }
    }

    // Writing.

    /**
     * Gets ready to take records out of a frame.
     *
     * @param frame not the one being written; nothing is appended to it from now on
     * @param away whether its records shall leave their epoch
     * @return the epoch for {@link #append}
     */
    public int begin(final int frame, final boolean away) {
        begin();
        final FrameBook.Epoch of = log.closeEpochOf(frame);
        of.tail = NONE;
        if (of.coldTail == frame) {
            of.coldTail = NONE;
        }
        bringToEnd(keeping);
        bringToEnd(renewing);
        if (!away) {
            return of.number;
        }
        final int open = renewing.frame() == NONE ? NONE : book.epochs[renewing.frame()];
        return open >= of.number && open > log.sealed() ? open : log.endEpoch();
    }

    /** What is appended next comes after all else of its epoch. */
    private void bringToEnd(final ColdTail open) {
        final int frame = open.frame();
        if (frame == NONE || book.isNewest(frame)) {
            return;
        }
        if (open.isResumed()) {
            close(open);
        } else {
            book.moveToEnd(frame); // all records in it are live: they may come after any others
        }
    }

    /**
     * Appends a record of a snapshot that is being restored, which is live.
     *
     * @param epoch where it belongs
     * @param sizeBytes its size
     * @return as {@link #append}
     * @throws io.geminid.state.gemini.spill.SpillException if the disk is full or fails
     */
    public long appendRestored(final int epoch, final int sizeBytes) {
        begin();
        bringToEnd(keeping);
        return append(epoch, false, sizeBytes);
    }

    /**
     * Appends a record, which is live.
     *
     * @param epoch see {@link #begin(int, boolean)}
     * @param away as there
     * @param sizeBytes its size
     * @return its address; {@link RecordLog#load} says where to write it
     * @throws io.geminid.state.gemini.spill.SpillException if the disk is full or fails
     */
    public long append(final int epoch, final boolean away, final int sizeBytes) {
        final ColdTail into = away ? renewing : keeping;
        if (into.frame() != NONE && book.epochs[into.frame()] != epoch) {
            close(into);
        }
        final FrameBook.Epoch of = book.epoch(epoch);
        final int unfinished = into.frame() == NONE ? book.unfinished(of) : NONE;
        if (unfinished != NONE && openTail(unfinished) == null) {
            into.resume(unfinished, book.used[unfinished]);
            book.fill(unfinished);
            of.tail = NONE;
        }
        if (!into.hasRoom(sizeBytes)) {
            close(into);
            book.adopt(into.open(), of);
            of.coldTail = into.frame();
            of.tail = NONE;
        }
        final long address = into.append(sizeBytes);
        log.appended(of, into.frame(), into.end(), sizeBytes);
        liveBytes += sizeBytes;
        return address;
    }

    private void close(final ColdTail closed) {
        final int frame = closed.frame();
        if (frame != NONE) {
            if (book.live[frame] > 0) {
                closed.write();
            }
            closed.forget();
            log.freeOrShare(frame);
        }
    }

    /** Ends the filling of a frame; says whether it was being filled. */
    boolean closeTailOf(final int frame) {
        final ColdTail open = isInUse() ? openTail(frame) : null;
        if (open == null) {
            return false;
        }
        close(open);
        return true;
    }

    void closeTails() {
        if (isInUse()) {
            close(keeping);
            close(renewing);
        }
    }

    /** A record on disk is dead; says whether its frame is still being filled. */
    boolean killed(final long address, final int sizeBytes) {
        liveBytes -= sizeBytes;
        final ColdTail open = openTail(frames.frame(address));
        if (open == null) {
            return false;
        }
        open.remove(address, sizeBytes);
        return true;
    }

    private ColdTail openTail(final int frame) {
        if (keeping.frame() == frame) {
            return keeping;
        }
        return renewing.frame() == frame ? renewing : null;
    }

    /**
     * Puts a frame on disk that has no live records, but is pinned.
     *
     * @return false if there is none in memory
     */
    public boolean spillCondemned() {
        log.freeUnpinned();
        final int frame = book.queues.first(FrameBook.CONDEMNED);
        if (frame == NONE) {
            return false;
        }
        begin();
        final int copy = cold.take();
        cold.write(copy, frame, book.used[frame]);
        log.moved(frame, copy);
        return true;
    }

    void release(final int frame) {
        cold.free(frame);
    }

    // Reading.

    long load(final long address) {
        return cold.load(address);
    }

    /**
     * Makes all of a frame accessible.
     *
     * @param frame a frame in use
     * @return the address in memory of its begin, until the next call
     */
    public long loadFrame(final int frame) {
        if (book.isInMemory(frame)) {
            return frames.address(frame);
        }
        if (openTail(frame) != null) {
            return cold.load(frames.address(frame));
        }
        cold.read(frame, book.used[frame], scratch);
        return frames.address(scratch);
    }

    ColdFrames.FrameReader frameReader() {
        return cold.frameReader();
    }

    // What to empty.

    /**
     * The frame on disk with the smallest share of live bytes, not one being filled.
     *
     * @return a frame; -1 if there is none
     */
    public int victim() {
        return book.emptiest(false);
    }

    /**
     * @return bytes of the frames on disk that have live records
     */
    public long usedTotal() {
        return (long) book.coldFrames() * frames.frameBytes();
    }

    /**
     * @return bytes of live records on disk
     */
    public long liveTotal() {
        return liveBytes;
    }

    /**
     * What the files take, with what only snapshots need.
     *
     * @return frames
     */
    public int usedFrames() {
        return cold.usedFrames();
    }

    /**
     * What is filled on the way to the disk or from it.
     *
     * @return frames of memory
     */
    public int fillingFrames() {
        return isInUse() ? MEMORY_FRAMES - CACHE_FRAMES_MIN : 0;
    }

    /**
     * What the cache takes.
     *
     * @return frames of memory
     */
    public int cacheFrames() {
        return cold.cacheFrames();
    }

    /** Deletes the files. */
    @Override
    public void close() {
        cold.close();
    }
}
