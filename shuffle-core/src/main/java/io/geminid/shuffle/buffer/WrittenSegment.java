package io.geminid.shuffle.buffer;

import io.geminid.memory.Segment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * A segment that a writer fills while a reader takes the parts that are committed. The bytes are
 * never copied: what the reader takes lies where the writer put it.
 *
 * <p>Two parties hold it from the start, each with a reference of its own: the writer until {@link
 * #releaseByWriter}, and the queue of the subpartition until its last part was taken or it was
 * dropped. Every part taken holds another one, so memory stays valid until the last of all is gone;
 * then the segment is closed, by whichever thread that is.
 *
 * <p>Memory order: the writer fills bytes, then stores {@code committed} with release; the reader
 * loads it with acquire and only looks at bytes below. {@code taken} and {@code finished} belong to
 * the lock of the subpartition; {@code taken} is stored with release, because the writer also looks
 * at it without the lock.
 */
public final class WrittenSegment implements QueuedElement {

    private static final VarHandle COMMITTED;
    private static final VarHandle TAKEN;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            COMMITTED = lookup.findVarHandle(WrittenSegment.class, "committed", int.class);
            TAKEN = lookup.findVarHandle(WrittenSegment.class, "taken", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SegmentReferences references;

    /** Writer, release; reader, acquire. */
    private int committed;

    /** Under the lock, release; the writer also reads it without the lock, acquire. */
    private int taken;

    /** Under the lock. */
    private boolean finished;

    /**
     * Starts a segment.
     *
     * @param segment empty; from now on held by writer and queue
     */
    public WrittenSegment(final Segment segment) {
        this.references = new SegmentReferences(segment, 2, Segment::close);
    }

    /**
     * Where the writer puts bytes.
     *
     * @return little-endian, all of it the segment's
     */
    public ByteBuffer memory() {
        return references.segment().buffer();
    }

    /**
     * Makes bytes visible to the reader. Writer only.
     *
     * @param end one behind the last byte that may be read; never less than before
     */
    public void soCommitted(final int end) {
        COMMITTED.setRelease(this, end);
    }

    /**
     * Bytes that may be read. Any thread.
     *
     * @return one behind the last one
     */
    public int laCommitted() {
        return (int) COMMITTED.getAcquire(this);
    }

    /**
     * Bytes that were read. Any thread.
     *
     * @return one behind the last one
     */
    public int laTaken() {
        return (int) TAKEN.getAcquire(this);
    }

    /** Says that the writer commits nothing more. Under the lock, by the writer. */
    public void finish() {
        finished = true;
    }

    /**
     * Whether the writer commits nothing more. Under the lock.
     *
     * @return true after {@link #finish}
     */
    public boolean isFinished() {
        return finished;
    }

    /**
     * Takes all that is committed and not yet taken. Under the lock, by the reader.
     *
     * @return a part with a reference of its own; of a finished segment the queue's own reference
     *     goes with it, and the queue must drop the segment
     */
    public DataBuffer take() {
        final int from = taken;
        final int to = laCommitted();
        assert from < to : "from=" + from + " to=" + to;
        if (!finished) {
            references.retain();
        }
        final DataBuffer part = new DataBuffer(references, from, to - from, finished);
        TAKEN.setRelease(this, to);
        return part;
    }

    /**
     * What is committed and not yet taken, without taking it. Under the lock.
     *
     * @return a part with a reference of its own; null if there is nothing
     */
    public DataBuffer copyOfRest() {
        final int from = taken;
        final int to = laCommitted();
        if (from == to) {
            return null;
        }
        references.retain();
        return new DataBuffer(references, from, to - from, finished);
    }

    /** The writer uses the memory no more. */
    public void releaseByWriter() {
        references.release();
    }

    /** The queue drops the segment without its rest being taken. */
    public void releaseByQueue() {
        references.release();
    }

    @Override
    public String toString() {
        return "committed=" + laCommitted() + " taken=" + laTaken() + " " + references;
    }
}
