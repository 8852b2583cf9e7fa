package io.geminid.shuffle.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The segments of a partition that are finished and not yet in its log, in the order in which they
 * were finished. The writer's hold on a segment goes over to here, so nothing is copied and nothing
 * made: there is a place for each segment that the partition can have.
 *
 * <p>Two threads: the producing one appends, the one that writes the log takes. The former stores
 * {@code appended} with release after it has filled a place, the latter {@code taken} after it has
 * emptied one.
 */
public final class LoggedSegments {

    /** Whoever writes the log is told when the part of all places that waits is one in so many. */
    private static final int TOLD_AT_ONE_IN = 4;

    private static final VarHandle APPENDED;
    private static final VarHandle TAKEN;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            APPENDED = lookup.findVarHandle(LoggedSegments.class, "appended", long.class);
            TAKEN = lookup.findVarHandle(LoggedSegments.class, "taken", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WrittenSegment[] segments;
    private final int[] subpartitions;
    private final int[] lengths;
    private final int mask;
    private final int toldAt;
    private final Runnable wake;

    /** Producing thread, release. */
    private long appended;

    /** Writer of the log, release. */
    private long taken;

    // Producing thread only.
    private final long[] positions;
    private boolean closed;

    /**
     * Makes an empty one.
     *
     * @param subpartitionCount how many subpartitions
     * @param segmentsMax most segments that the partition can have at a time
     * @param wake told, on the producing thread, that there is something worth taking
     */
    public LoggedSegments(final int subpartitionCount, final int segmentsMax, final Runnable wake) {
        final int places = Integer.highestOneBit(Math.max(1, segmentsMax - 1)) << 1;
        segments = new WrittenSegment[places];
        subpartitions = new int[places];
        lengths = new int[places];
        mask = places - 1;
        toldAt = Math.max(1, segmentsMax / TOLD_AT_ONE_IN);
        positions = new long[subpartitionCount];
        this.wake = wake;
    }

    // Producing thread.

    /**
     * Takes over the writer's hold on a segment.
     *
     * @param subpartition whose it is
     * @param segment finished
     * @param length bytes of it that are committed
     */
    public void append(final int subpartition, final WrittenSegment segment, final int length) {
        positions[subpartition] += length;
        if (closed) {
            segment.releaseByWriter();
            return;
        }
        final long at = appended;
        final long waiting = at - (long) TAKEN.getAcquire(this);
        if (waiting > mask) {
            throw new IllegalStateException("segments in the log's queue=" + waiting);
        }
        final int place = (int) at & mask;
        segments[place] = segment;
        subpartitions[place] = subpartition;
        lengths[place] = length;
        APPENDED.setRelease(this, at + 1);
        if (waiting + 1 >= toldAt) {
            wake.run();
        }
    }

    /** Whoever writes the log is told of everything: the producing thread is about to wait. */
    public void flush() {
        if (appended != (long) TAKEN.getAcquire(this)) {
            wake.run();
        }
    }

    /**
     * Bytes of a subpartition that were finished so far.
     *
     * @param subpartition which
     * @return all that was written before an event that was added just now
     */
    public long position(final int subpartition) {
        return positions[subpartition];
    }

    /**
     * Segments that were appended so far.
     *
     * @return to be reached by {@link #take}
     */
    public long appended() {
        return appended;
    }

    /** From now on nothing is kept. What waits is still to be taken. */
    public void close() {
        closed = true;
    }

    // The thread that writes the log.

    /** Gets the bytes of a segment. */
    @FunctionalInterface
    public interface Target {

        /**
         * Called for one segment.
         *
         * @param subpartition whose bytes these are
         * @param memory valid until this returns; only to be read by absolute index
         * @param length bytes, from index 0 on
         */
        void write(int subpartition, ByteBuffer memory, int length);
    }

    /**
     * Takes the segment that has waited longest, and gives it back.
     *
     * @param target gets its bytes
     * @param end number of segments, of all that were appended ever, behind which none is taken
     * @return false if none waits before that
     */
    public boolean take(final Target target, final long end) {
        final long at = taken;
        if (at >= end || at == (long) APPENDED.getAcquire(this)) {
            return false;
        }
        final int place = (int) at & mask;
        final WrittenSegment segment = segments[place];
        segments[place] = null;
        try {
            target.write(subpartitions[place], segment.memory(), lengths[place]);
        } finally {
            TAKEN.setRelease(this, at + 1);
            segment.releaseByWriter();
        }
        return true;
    }

    /**
     * Segments that were appended so far, as the writer of the log sees it.
     *
     * @return what the producing thread did before it appended them is seen too
     */
    public long appendedSoFar() {
        return (long) APPENDED.getAcquire(this);
    }

    /**
     * Whether nothing waits.
     *
     * @return false if {@link #take} would take something
     */
    public boolean isEmpty() {
        return taken == (long) APPENDED.getAcquire(this);
    }

    @Override
    public String toString() {
        return "appended="
                + (long) APPENDED.getAcquire(this)
                + " taken="
                + (long) TAKEN.getAcquire(this);
    }
}
