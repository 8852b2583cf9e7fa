package io.geminid.flink.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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
     * Replaces all memory of both pools.
     *
     * @param network every buffer must be in it
     * @param batchRead pool of the buffers into which spilled partitions are read; {@code null} if
     *     it is to stay as it is
     * @param segmentBytes size of the buffers of both
     * @return the memory, to be closed after the pools are destroyed
     * @throws IOException if Flink does not give its buffers out
     */
    public static RegisteredMemory replace(
            final NetworkBufferPool network,
            final BatchShuffleReadBufferPool batchRead,
            final int segmentBytes)
            throws IOException {
        final int networkCount = network.getTotalNumberOfMemorySegments();
        network.requestPooledMemorySegmentsBlocking(networkCount).forEach(FlinkPools::free);
        List<MemorySegment> batch = List.of();
        if (batchRead != null) {
            batchRead.initialize();
            batch = takeFullRequests(batchRead);
            batch.forEach(FlinkPools::free);
        }
        final int batchCount = batchRead == null ? 0 : batchRead.getNumTotalBuffers();
        final RegisteredMemory memory =
                new RegisteredMemory(segmentBytes, networkCount + batchCount);
        final Deque<MemorySegment> ours = new ArrayDeque<>(Arrays.asList(memory.takeAll()));
        for (int i = 0; i < networkCount; i++) {
            network.recyclePooledMemorySegment(ours.poll());
        }
        if (batchRead != null) {
            fill(batchRead, batch.size(), ours);
        }
        return memory;
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
