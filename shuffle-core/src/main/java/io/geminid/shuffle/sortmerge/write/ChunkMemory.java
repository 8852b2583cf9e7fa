package io.geminid.shuffle.sortmerge.write;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.shuffle.sortmerge.format.BlockHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory of a partition that is being written: segments, cut into chunks. A chunk is a whole
 * segment if there are enough, and smaller if every subpartition could not have a few otherwise; so
 * a thousand subpartitions can be sorted in a few megabytes.
 *
 * <p>What is known of a chunk lies in arrays, by its number: nothing is allocated while records
 * flow. A chunk that is taken belongs to the task's thread, from its region's sealing on to the
 * writing thread, which gives it back.
 */
final class ChunkMemory {

    /** Segments in which a partition is sorted. */
    static final SegmentOwner OWNER = SegmentOwner.named("sort");

    /** The chunk goes on where the one before it ends. */
    static final byte CONTINUES = 0;

    /** A block begins in the chunk. */
    static final byte DATA = 1;

    /** The chunk is a block, and holds an event. */
    static final byte EVENT = 2;

    /** A header and the largest event fit many times. */
    private static final int CHUNK_BYTES_MIN = 512;

    /** So many chunks for each subpartition on average, or chunks are made smaller. */
    private static final int CHUNKS_PER_SUBPARTITION = 4;

    private final LocalSegmentPool pool;
    private final int segmentBytes;
    private final int chunkBytes;
    private final int chunksPerSegment;

    // By number of the segment. Written by the task's thread, handed over with regions.
    private final Segment[] segments;
    private final ByteBuffer[] memory;
    private int segmentCount;

    // By number of the chunk; whoever has the chunk has its entries.
    private final int[] next;
    private final int[] used;
    private final byte[] kinds;
    private final ByteBuffer[] views;

    // Task's thread only.
    private final int[] free;
    private int freeCount;
    private boolean poolGaveAll;

    // Guarded by this.
    private final int[] returned;
    private int returnedCount;

    /**
     * Decides on the size of chunks by what the pool has at this moment.
     *
     * @param pool stays the caller's to close
     * @param segmentBytes of the pool
     * @param subpartitionCount how many chains there will be
     */
    ChunkMemory(final LocalSegmentPool pool, final int segmentBytes, final int subpartitionCount) {
        this.pool = pool;
        this.segmentBytes = segmentBytes;
        final long available = (long) Math.max(1, pool.availableNow()) * segmentBytes;
        int bytes = segmentBytes;
        while (bytes > CHUNK_BYTES_MIN
                && (long) bytes * subpartitionCount * CHUNKS_PER_SUBPARTITION > available) {
            bytes /= 2;
        }
        this.chunkBytes = bytes;
        this.chunksPerSegment = segmentBytes / bytes;
        final int segmentsMax = pool.context().max();
        this.segments = new Segment[segmentsMax];
        this.memory = new ByteBuffer[segmentsMax];
        final int chunks = Math.multiplyExact(segmentsMax, chunksPerSegment);
        this.next = new int[chunks];
        this.used = new int[chunks];
        this.kinds = new byte[chunks];
        this.views = new ByteBuffer[chunks];
        this.free = new int[chunks];
        this.returned = new int[chunks];
    }

    /** Takes a chunk if there is one; else -1. Task's thread. */
    int poll() {
        if (freeCount == 0) {
            takeReturned();
        }
        if (freeCount == 0 && !takeSegment()) {
            return -1;
        }
        return free[--freeCount];
    }

    /** Whether {@link #poll} would give one. Task's thread. */
    boolean isAvailable() {
        if (freeCount == 0) {
            takeReturned();
        }
        return freeCount > 0 || takeSegment();
    }

    private synchronized void takeReturned() {
        System.arraycopy(returned, 0, free, freeCount, returnedCount);
        freeCount += returnedCount;
        returnedCount = 0;
    }

    private boolean takeSegment() {
        if (segmentCount == segments.length) {
            poolGaveAll = true;
            return false;
        }
        final Segment segment = pool.poll(OWNER);
        if (segment == null) {
            poolGaveAll = true;
            return false;
        }
        final int index = segmentCount++;
        segments[index] = segment;
        memory[index] = segment.buffer();
        for (int i = chunksPerSegment - 1; i >= 0; i--) {
            final int chunk = index * chunksPerSegment + i;
            free[freeCount++] = chunk;
            views[chunk] = segment.slice(0, segmentBytes);
        }
        return true;
    }

    /**
     * Whether so little is left that what is filled should be written now: then the task has room
     * while the disk works. Task's thread.
     */
    boolean isLow() {
        return poolGaveAll && freeAndReturned() <= chunkCount() / 4;
    }

    /** Whether the task has filled something. Task's thread, while nothing is being written. */
    boolean isAnyFilled() {
        return freeAndReturned() < chunkCount();
    }

    private int freeAndReturned() {
        synchronized (this) {
            return freeCount + returnedCount;
        }
    }

    private int chunkCount() {
        return segmentCount * chunksPerSegment;
    }

    /** Whether the writing thread has given anything back that was not taken yet. Any thread. */
    synchronized boolean isAnyReturned() {
        return returnedCount > 0;
    }

    /** Gives chunks back. Writing thread. */
    synchronized void giveBack(final int[] chunks, final int count) {
        System.arraycopy(chunks, 0, returned, returnedCount, count);
        returnedCount += count;
    }

    /**
     * Gives all segments back to the pool. Nobody uses them any more, and nobody asks again.
     * Idempotent under the caller's lock.
     */
    void release() {
        for (int i = 0; i < segmentCount; i++) {
            if (segments[i] != null) {
                segments[i].close();
                segments[i] = null;
            }
        }
    }

    // Of one chunk.

    int base(final int chunk) {
        return chunk % chunksPerSegment * chunkBytes;
    }

    ByteBuffer memory(final int chunk) {
        return memory[chunk / chunksPerSegment];
    }

    int chunkBytes() {
        return chunkBytes;
    }

    int chunksPerBlock() {
        return chunksPerSegment;
    }

    int next(final int chunk) {
        return next[chunk];
    }

    void next(final int chunk, final int following) {
        next[chunk] = following;
    }

    /** Bytes of the chunk in use, from its base, the header's place included. */
    int used(final int chunk) {
        return used[chunk];
    }

    void used(final int chunk, final int bytes) {
        used[chunk] = bytes;
    }

    byte kind(final int chunk) {
        return kinds[chunk];
    }

    void kind(final int chunk, final byte kind) {
        kinds[chunk] = kind;
    }

    /** The bytes in use, from an offset on; with a position of its own. Writing thread. */
    ByteBuffer view(final int chunk, final int from) {
        final int base = base(chunk);
        final ByteBuffer view = views[chunk];
        assert view.order() == ByteOrder.LITTLE_ENDIAN && from <= used[chunk];
        return view.limit(base + used[chunk]).position(base + from);
    }

    /** Room for data in a block. */
    int payloadBytesMax() {
        return segmentBytes - BlockHeader.BYTES;
    }

    @Override
    public String toString() {
        return "segments=" + segmentCount + " chunkBytes=" + chunkBytes;
    }
}
