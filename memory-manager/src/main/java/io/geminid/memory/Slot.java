package io.geminid.memory;

import io.geminid.memory.debug.DebugLevel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A permanent place in a slab, lent again and again. All fields that change are guarded by the
 * pool's lock, except the poison, which only the thread between two loans touches.
 */
final class Slot {
    private static final byte[] POISON = poison();

    final Slab slab;
    final int offset;
    final int capacity;

    /**
     * The slab's memory, little-endian; never leaves the package, so nobody can move its limit or
     * order.
     */
    final ByteBuffer memory;

    /** What is lent to holders that want a buffer; made once. */
    private final ByteBuffer view;

    /** The present loan, or null when free. */
    Segment loan;

    /** At level poison: where the last loan ended. */
    private Throwable closedAt;

    Slot(final Slab slab, final ByteBuffer memory, final int offset, final int capacity) {
        this.slab = slab;
        this.memory = memory;
        this.offset = offset;
        this.capacity = capacity;
        this.view = memory.slice(offset, capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The shared view; what an earlier holder did to its position, limit or order is undone. */
    ByteBuffer view() {
        return view.clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    void poison(final SegmentOwner owner) {
        closedAt = owner == null ? null : new Throwable("closed by owner=" + owner);
        for (int at = 0; at < capacity; at += POISON.length) {
            memory.put(offset + at, POISON);
        }
    }

    /**
     * Finds a write into free memory.
     *
     * @throws IllegalStateException names slab and offset; its cause is where the last loan ended
     */
    void requirePoison() {
        for (int at = 0; at < capacity; at += POISON.length) {
            final ByteBuffer part = memory.slice(offset + at, POISON.length);
            final int mismatch = part.mismatch(ByteBuffer.wrap(POISON));
            if (mismatch >= 0) {
                throw new IllegalStateException(
                        "written after close: "
                                + slab
                                + " slabOffset="
                                + offset
                                + " at="
                                + (at + mismatch),
                        closedAt);
            }
        }
    }

    private static byte[] poison() {
        final byte[] bytes =
                new byte[SegmentPoolContext.SEGMENT_BYTES_MIN]; // divides every segment
        Arrays.fill(bytes, DebugLevel.POISON_BYTE);
        return bytes;
    }
}
