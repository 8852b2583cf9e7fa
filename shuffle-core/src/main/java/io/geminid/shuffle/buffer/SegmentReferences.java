package io.geminid.shuffle.buffer;

import io.geminid.memory.Segment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * Counts who uses a segment. The last one to go hands it to whoever wants it back, once: its pool,
 * or the channel that received into it.
 *
 * <p>Any thread. All accesses to the count are read-modify-writes of volatile strength: what one
 * holder did with the memory is done before another gets the segment from the pool.
 */
public final class SegmentReferences {

    private static final VarHandle COUNT;

    static {
        try {
            COUNT =
                    MethodHandles.lookup()
                            .findVarHandle(SegmentReferences.class, "count", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Segment segment;
    private final Consumer<? super Segment> whenFree;

    /** Any holder; read-modify-writes only. */
    private int count;

    /**
     * Counts from a number of holders on.
     *
     * @param segment from now on held by them together
     * @param holders how many, 1 or more
     * @param whenFree gets the segment on the thread of the last release, outside locks of this
     *     class; {@code Segment::close} gives it back to its pool
     */
    public SegmentReferences(
            final Segment segment, final int holders, final Consumer<? super Segment> whenFree) {
        if (holders < 1) {
            throw new IllegalArgumentException("holders=" + holders);
        }
        this.segment = segment;
        this.whenFree = whenFree;
        this.count = holders;
    }

    /**
     * The segment, for as long as the caller is one of its holders.
     *
     * @return the segment; not the caller's to close
     */
    public Segment segment() {
        return segment;
    }

    /**
     * Adds a holder. Only a holder may call.
     *
     * @throws IllegalStateException if there is no holder any more
     */
    public void retain() {
        if ((int) COUNT.getAndAdd(this, 1) < 1) {
            COUNT.getAndAdd(this, -1);
            throw new IllegalStateException("retained after the last release: " + segment);
        }
    }

    /**
     * Takes a holder away; the last one gives the segment back.
     *
     * @throws IllegalStateException if there is no holder any more
     */
    public void release() {
        final int before = (int) COUNT.getAndAdd(this, -1);
        if (before < 1) {
            COUNT.getAndAdd(this, 1);
            throw new IllegalStateException("released once too often: " + segment);
        }
        if (before == 1) {
            whenFree.accept(segment);
        }
    }

    @Override
    public String toString() {
        return "references=" + (int) COUNT.getVolatile(this) + " of " + segment;
    }
}
