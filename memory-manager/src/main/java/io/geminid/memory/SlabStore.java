package io.geminid.memory;

import io.geminid.memory.alloc.SlabAllocationException;
import io.geminid.memory.alloc.SlabAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
    private final List<Slab> slabs = new ArrayList<>();
    private final List<SlabListener> listeners = new ArrayList<>();
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
            final List<Slab> told = new ArrayList<>();
            for (final Slab slab : slabs) {
                try {
                    listener.slabAdded(slab);
                } catch (final RuntimeException | Error e) {
                    final Throwable undo = removed(List.of(listener), told);
                    throw refused(slab, listener, e, undo);
                }
                told.add(slab);
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
            rethrow(removed(List.of(listener), slabs));
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
            for (int i = slabs.size() - 1; i >= 0; i--) {
                final Slab slab = slabs.get(i);
                final Throwable refusal = removed(listeners, List.of(slab));
                if (refusal == null) {
                    slabs.remove(i);
                    context.allocator().free(slab.allocated());
                } else {
                    failure = and(failure, refusal);
                }
            }
            rethrow(failure);
        } finally {
            growLock.unlock();
        }
    }

    private Slab addSlab() {
        final SlabAllocator allocator = context.allocator();
        final int slabsLeft = context.slabCount() - slabs.size();
        final ByteBuffer memory = allocator.allocate(context.slabBytes(), slabsLeft);
        requireUsable(memory);
        final Slab slab = new Slab(nextId++, memory);
        final List<SlabListener> told = new ArrayList<>();
        for (final SlabListener listener : listeners) {
            try {
                listener.slabAdded(slab);
            } catch (final RuntimeException | Error e) {
                final Throwable undo = removed(told, List.of(slab));
                if (undo == null) {
                    allocator.free(memory);
                }
                throw refused(slab, listener, e, undo);
            }
            told.add(listener);
        }
        slabs.add(slab);
        return slab;
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

    /** Tells all, in reverse order, whatever each of them throws; null when none did. */
    private static Throwable removed(final List<SlabListener> listeners, final List<Slab> slabs) {
        Throwable failure = null;
        for (int i = listeners.size() - 1; i >= 0; i--) {
            for (int j = slabs.size() - 1; j >= 0; j--) {
                try {
                    listeners.get(i).slabRemoved(slabs.get(j));
                } catch (final RuntimeException | Error e) {
                    failure = and(failure, e);
                }
            }
        }
        return failure;
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
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
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
