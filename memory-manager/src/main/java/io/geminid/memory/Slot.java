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
        memory.put(offset, poisonBytes(capacity));
    }

    /**
     * Finds a write into free memory.
     *
     * @throws IllegalStateException names slab, offset and the last owner
     */
    void requirePoison() {
        final int at =
                memory.slice(offset, capacity).mismatch(ByteBuffer.wrap(poisonBytes(capacity)));
        if (at >= 0) {
            throw new IllegalStateException(
                    "written after close: " + slab + " slabOffset=" + offset + " at=" + at,
                    closedAt);
        }
    }

    private static byte[] poisonBytes(final int length) {
        final byte[] bytes = new byte[length];
        Arrays.fill(bytes, DebugLevel.POISON_BYTE);
        return bytes;
    }
}
