package io.geminid.memory;

import io.geminid.memory.alloc.SlabAllocationException;
import io.geminid.memory.alloc.SlabAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.BufferUtil;

/**
 * The slabs of a pool and who is told of them. Growth is slow (memory is touched, a NIC pins it),
 * so it has a lock of its own: loans go on meanwhile. That lock is never taken by a thread that
 * holds the pool's.
 */
final class SlabStore {
    private final SegmentPool pool;
    private final SegmentPoolContext context;
    private final ReentrantLock growLock = new ReentrantLock();

    // Guarded by growLock.
    private final List<SlabListener> listeners = new ArrayList<>();

    /** Every slab whose memory is not freed, in order, and who was told of it and lives with it. */
    private final Map<Slab, List<SlabListener>> told = new LinkedHashMap<>();

    private int nextId;
    private boolean closed;

    SlabStore(final SegmentPool pool, final SegmentPoolContext context) {
        this.pool = pool;
        this.context = context;
    }

    /**
     * Gets slabs until this many segments exist.
     *
     * @param segmentCount at most the pool's capacity
     */
    void growTo(final int segmentCount) {
        lockOutsideCallbacks();
        try {
            while (pool.allocated() < segmentCount) {
                if (closed) {
                    throw new IllegalStateException("pool is closed");
                }
                pool.addSlots(slotsOf(addSlab()));
            }
        } finally {
            growLock.unlock();
        }
    }

    void addListener(final SlabListener listener) {
        Objects.requireNonNull(listener, "listener");
        lockOutsideCallbacks();
        try {
            if (closed) {
                throw new IllegalStateException("pool is closed");
            }
            if (listeners.contains(listener)) {
                throw new IllegalArgumentException("listener=" + listener + " was added before");
            }
            for (final Map.Entry<Slab, List<SlabListener>> each : told.entrySet()) {
                try {
                    listener.slabAdded(each.getKey());
                } catch (final RuntimeException | Error e) {
                    throw refused(each.getKey(), listener, e, forget(listener));
                }
                each.getValue().add(listener);
            }
            listeners.add(listener);
        } finally {
            growLock.unlock();
        }
    }

    void removeListener(final SlabListener listener) {
        lockOutsideCallbacks();
        try {
            if (!listeners.remove(listener)) {
                throw new IllegalArgumentException(
                        "listener=" + listener + " is not a listener of this pool");
            }
            rethrow(forget(listener));
        } finally {
            growLock.unlock();
        }
    }

    /**
     * Frees all memory. A slab that a listener does not let go stays mapped, and a later close
     * tries again.
     */
    void close() {
        lockOutsideCallbacks();
        try {
            Throwable failure = closed ? null : written(pool.removeSlots());
            closed = true;
            for (final Slab slab : lastFirst(told.keySet())) {
                failure = and(failure, release(slab));
            }
            rethrow(failure);
        } finally {
            growLock.unlock();
        }
    }

    private Slab addSlab() {
        final SlabAllocator allocator = context.allocator();
        final int slabsLeft = context.slabCount() - pool.allocated() / context.segmentsPerSlab();
        final ByteBuffer memory = allocator.allocate(context.slabBytes(), slabsLeft);
        requireUsable(memory);
        final Slab slab = new Slab(nextId++, memory);
        final List<SlabListener> toldOfThis = new ArrayList<>();
        told.put(slab, toldOfThis);
        for (final SlabListener listener : listeners) {
            try {
                listener.slabAdded(slab);
            } catch (final RuntimeException | Error e) {
                throw refused(slab, listener, e, release(slab));
            }
            toldOfThis.add(listener);
        }
        return slab;
    }

    /** Frees a slab once all who were told of it let it go; null when they did. */
    private Throwable release(final Slab slab) {
        Throwable failure = null;
        for (final SlabListener listener : lastFirst(told.get(slab))) {
            failure = and(failure, remove(slab, listener));
        }
        if (failure == null) {
            told.remove(slab);
            context.allocator().free(slab.allocated());
        }
        return failure;
    }

    /** Has a listener let go of all slabs it was told of; null when it did. */
    private Throwable forget(final SlabListener listener) {
        Throwable failure = null;
        for (final Slab slab : lastFirst(told.keySet())) {
            if (told.get(slab).contains(listener)) {
                failure = and(failure, remove(slab, listener));
            }
        }
        return failure;
    }

    private Throwable remove(final Slab slab, final SlabListener listener) {
        try {
            listener.slabRemoved(slab);
            told.get(slab).remove(listener);
            return null;
        } catch (final RuntimeException | Error e) {
            return e;
        }
    }

    private static <T> List<T> lastFirst(final Collection<T> values) {
        final List<T> reversed = new ArrayList<>(values);
        Collections.reverse(reversed);
        return reversed;
    }

    private void requireUsable(final ByteBuffer memory) {
        final int alignment = SlabAllocator.alignment(context.slabBytes());
        if (!memory.isDirect()
                || memory.capacity() != context.slabBytes()
                || BufferUtil.address(memory) % alignment != 0) {
            throw new IllegalStateException(
                    "allocator="
                            + context.allocator().description()
                            + " gave "
                            + memory
                            + " for slabBytes="
                            + context.slabBytes()
                            + " alignment="
                            + alignment);
        }
    }

    private List<Slot> slotsOf(final Slab slab) {
        final ByteBuffer memory = slab.memory();
        final List<Slot> slots = new ArrayList<>(context.segmentsPerSlab());
        for (int i = 0; i < context.segmentsPerSlab(); i++) {
            final int offset = i * context.segmentBytes();
            final Slot slot = new Slot(slab, memory, offset, context.segmentBytes());
            if (context.debug().poison()) {
                slot.poison(null);
            }
            slots.add(slot);
        }
        return slots;
    }

    /** At level poison, the first write into free memory; else null. */
    private Throwable written(final List<Slot> slots) {
        if (context.debug().poison()) {
            for (final Slot slot : slots) {
                try {
                    slot.requirePoison();
                } catch (final IllegalStateException e) {
                    return e;
                }
            }
        }
        return null;
    }

    private void lockOutsideCallbacks() {
        if (growLock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a SlabListener must not make its pool grow, or add or remove listeners");
        }
        growLock.lock();
    }

    private static SlabAllocationException refused(
            final Slab slab,
            final SlabListener listener,
            final Throwable cause,
            final Throwable undo) {
        final SlabAllocationException exception =
                new SlabAllocationException(slab + " refused by listener=" + listener, cause);
        if (undo != null) {
            exception.addSuppressed(undo);
        }
        return exception;
    }

    private static Throwable and(final Throwable first, final Throwable next) {
        if (first == null || next == null || first == next) {
            return first == null ? next : first;
        }
        first.addSuppressed(next);
        return first;
    }

    private static void rethrow(final Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }
}
