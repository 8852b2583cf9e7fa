package io.geminid.flink.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.agrona.BufferUtil;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.runtime.io.disk.BatchShuffleReadBufferPool;
import org.apache.flink.runtime.io.network.buffer.NetworkBufferPool;

/**
 * Puts registered memory in the place of what Flink's pools allocated, before anybody has used
 * them. Flink's accounts do not change: as many buffers, of the same size, in the same pools.
 */
public final class FlinkPools {

    private FlinkPools() {}

    /**
     * Replaces the memory of all network buffers.
     *
     * @param network every buffer must be in it
     * @param memory has room for as many
     * @throws IOException if Flink does not give its buffers out
     */
    public static void replace(final NetworkBufferPool network, final RegisteredMemory memory)
            throws IOException {
        final int count = network.getTotalNumberOfMemorySegments();
        network.requestPooledMemorySegmentsBlocking(count).forEach(FlinkPools::free);
        memory.take(count).forEach(network::recyclePooledMemorySegment);
    }

    /**
     * Replaces the memory of all buffers into which spilled partitions are read.
     *
     * @param batchRead every buffer must be in it
     * @param memory has room for as many
     * @throws IOException if Flink does not give its buffers out
     */
    public static void replace(
            final BatchShuffleReadBufferPool batchRead, final RegisteredMemory memory)
            throws IOException {
        batchRead.initialize();
        final List<MemorySegment> theirs = takeFullRequests(batchRead);
        theirs.forEach(FlinkPools::free);
        fill(batchRead, theirs.size(), memory.take(batchRead.getNumTotalBuffers()));
    }

    /**
     * A pool gives out only full requests. What was left after the last of them is first in its
     * queue now, so it comes with the next ones.
     */
    private static void fill(
            final BatchShuffleReadBufferPool pool, final int taken, final Deque<MemorySegment> ours)
            throws IOException {
        final Set<MemorySegment> known = Collections.newSetFromMap(new IdentityHashMap<>());
        known.addAll(ours);
        final List<MemorySegment> first = new ArrayList<>();
        for (int i = 0; i < taken; i++) {
            first.add(ours.poll());
        }
        pool.recycle(first);
        if (ours.isEmpty()) {
            return;
        }
        final List<MemorySegment> second = takeFullRequests(pool);
        for (int i = 0; i < second.size(); i++) {
            if (!known.contains(second.get(i))) {
                free(second.get(i));
                second.set(i, ours.poll());
            }
        }
        pool.recycle(second);
    }

    private static List<MemorySegment> takeFullRequests(final BatchShuffleReadBufferPool pool)
            throws IOException {
        final List<MemorySegment> taken = new ArrayList<>();
        try {
            for (int i = 0; i < pool.getMaxConcurrentRequests(); i++) {
                taken.addAll(pool.requestBuffers());
            }
        } catch (final Exception e) {
            throw new IOException("buffers for reading spilled partitions cannot be had", e);
        }
        return taken;
    }

    /**
     * At once and not when the collector comes by: there must be room for the memory that follows.
     */
    private static void free(final MemorySegment segment) {
        final ByteBuffer allocated = segment.getOffHeapBuffer();
        segment.free();
        BufferUtil.free(allocated);
    }
}
