package io.geminid.flink.state;

import io.geminid.flink.FlinkStateOptions;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.debug.DebugLevel;
import io.geminid.state.gemini.GeminiStateStoreFactory;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.memory.ManagedMemoryUseCase;
import org.apache.flink.runtime.memory.MemoryManager;
import org.apache.flink.runtime.memory.OpaqueMemoryResource;

/**
 * The memory of all stores of one slot: whoever grows first takes first, up to all of it. Comes in
 * slabs, as state grows, and goes with the last store. Any thread.
 */
public final class StateMemory implements AutoCloseable {

    private static final String RESOURCE = "geminid-state";
    private static final int SLAB_BYTES_MAX = 4 << 20;

    /** Below that a store has no room to move records in. */
    private static final int SEGMENTS_MIN = 16;

    private final SegmentPool pool;

    /**
     * Memory of a size.
     *
     * @param bytes cap; rounded down to whole slabs
     * @param segmentBytes size of the pieces handed out
     * @throws IllegalConfigurationException if that is too little
     */
    public StateMemory(final long bytes, final int segmentBytes) {
        checkEnough(bytes, segmentBytes);
        final long slabBytes = Math.min(SLAB_BYTES_MAX, bytes / segmentBytes * segmentBytes);
        this.pool =
                new SegmentPool(
                        new SegmentPoolContext(
                                segmentBytes,
                                (int) Math.max(slabBytes, segmentBytes),
                                bytes,
                                DebugLevel.OFF,
                                new ManagedSlabAllocator()));
    }

    /**
     * The memory that the stores of a slot share.
     *
     * @param manager of the slot
     * @param fraction of its managed memory that is for state
     * @param options how much, if it is not managed memory
     * @return to be closed when the store is
     * @throws Exception if there is none
     */
    static OpaqueMemoryResource<StateMemory> ofSlot(
            final MemoryManager manager, final double fraction, final FlinkStateOptions options)
            throws Exception {
        if (options.memoryBytes() > 0) {
            return manager.getExternalSharedMemoryResource(
                    RESOURCE,
                    bytes -> new StateMemory(bytes, options.segmentBytes()),
                    options.memoryBytes());
        }
        checkEnough(
                fraction <= 0 ? 0 : manager.computeMemorySize(fraction), options.segmentBytes());
        return manager.getSharedMemoryResourceForManagedMemory(
                RESOURCE, bytes -> new StateMemory(bytes, options.segmentBytes()), fraction);
    }

    private static void checkEnough(final long bytes, final int segmentBytes) {
        final long needed = (long) SEGMENTS_MIN * segmentBytes;
        if (bytes < needed) {
            throw new IllegalConfigurationException(
                    "memory for Gemini's state: bytes="
                            + bytes
                            + " needed="
                            + needed
                            + ": raise "
                            + TaskManagerOptions.MANAGED_MEMORY_SIZE.key()
                            + " (or "
                            + TaskManagerOptions.MANAGED_MEMORY_FRACTION.key()
                            + "; "
                            + TaskManagerOptions.MANAGED_MEMORY_CONSUMER_WEIGHTS.key()
                            + " says how much of it "
                            + ManagedMemoryUseCase.STATE_BACKEND
                            + " gets), or set "
                            + FlinkStateOptions.MEMORY_BYTES);
        }
    }

    /**
     * Makes stores in this memory.
     *
     * @return nothing to be closed
     */
    public GeminiStateStoreFactory stores() {
        return new GeminiStateStoreFactory(pool, pool.context().capacity());
    }

    /**
     * How much there is.
     *
     * @return bytes
     */
    long capacityBytes() {
        return (long) pool.context().capacity() * pool.context().segmentBytes();
    }

    /** What stores hold now. */
    long usedBytes() {
        return (long) (pool.capacity() - pool.free()) * pool.context().segmentBytes();
    }

    /**
     * @return size of the pieces handed out
     */
    int segmentBytes() {
        return pool.context().segmentBytes();
    }

    @Override
    public void close() {
        pool.close();
    }
}
