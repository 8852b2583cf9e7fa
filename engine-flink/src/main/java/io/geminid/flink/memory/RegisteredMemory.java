package io.geminid.flink.memory;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.memory.Slab;
import io.geminid.memory.SlabListener;
import io.geminid.memory.debug.DebugLevel;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;

/**
 * All memory of Flink's network buffers, as segments of one pool of ours.
 *
 * <p>A place in a slab has a {@link Segment}, which a transport may hold, and a {@code
 * MemorySegment}, which Flink may hold. While Flink has it, the segment rests here. {@link #lend}
 * takes it out for a transport to receive into; {@link #accept} puts it back, or another one: what
 * a NIC filled need not be what it was given, and Flink does not mind which memory a buffer has.
 *
 * <p>Whoever holds the memory of a place may call about it, any thread; Flink's queues order the
 * threads that hold one after the other.
 */
public final class RegisteredMemory implements SlabListener, AutoCloseable {

    /** Segments into which buffers of very many pieces are gathered, for all connections. */
    static final int GATHER_SEGMENTS = 16;

    /** Few regions for a NIC, and little left over in the last one. */
    private static final int SLAB_BYTES_WANTED = 8 << 20;

    /** More slabs than this are too many: then they are larger. */
    private static final int SLABS_MAX = 64;

    private static final SegmentOwner BUFFER = SegmentOwner.named("flink-buffer");
    private static final SegmentOwner GATHER = SegmentOwner.named("flink-gather");

    private final int segmentBytes;
    private final SegmentPool pool;
    private final LocalSegmentPool buffers;
    private final LocalSegmentPool gathers;

    /** Sorted by address; replaced as a whole when a slab comes or goes. */
    private volatile Range[] ranges = new Range[0];

    /** The places of one slab. */
    private static final class Range {
        final Slab slab;
        final long address;
        final ByteBuffer memory;
        final Segment[] resting;
        final MemorySegment[] segments;

        Range(final Slab slab, final int segmentBytes) {
            this.slab = slab;
            this.address = slab.address();
            this.memory = slab.memory();
            this.resting = new Segment[slab.sizeBytes() / segmentBytes];
            this.segments = new MemorySegment[resting.length];
        }
    }

    /**
     * Prepares the memory; it is got when it is taken.
     *
     * @param segmentBytes size of a network buffer, a power of two
     * @param bufferCount network buffers that may be taken, at most
     * @param beside segments that a transport may take for itself, at most
     */
    public RegisteredMemory(final int segmentBytes, final int bufferCount, final int beside) {
        this.segmentBytes = segmentBytes;
        final long bytes = (long) segmentBytes * (bufferCount + GATHER_SEGMENTS);
        final long slabCount = Math.min((bytes - 1) / SLAB_BYTES_WANTED + 1, SLABS_MAX);
        final long perSlab = (bytes - 1) / slabCount + 1;
        final int slabBytes = Math.toIntExact((perSlab - 1) / segmentBytes + 1) * segmentBytes;
        // A transport's slabs come when it asks for segments that nobody has left over.
        final long more = ((long) segmentBytes * beside + slabBytes - 1) / slabBytes;
        this.pool =
                new SegmentPool(
                        new SegmentPoolContext(
                                segmentBytes,
                                slabBytes,
                                slabBytes * (slabCount + more),
                                DebugLevel.OFF,
                                new CollectedSlabAllocator()));
        pool.addSlabListener(this);
        this.buffers =
                pool.createLocalPool(
                        new LocalPoolContext("flink network buffers", 0, bufferCount, 0));
        this.gathers =
                pool.createLocalPool(LocalPoolContext.fixed("flink gathering", GATHER_SEGMENTS));
    }

    /**
     * Where the memory comes from, for a transport that registers it.
     *
     * @return stays this object's
     */
    public SegmentPool pool() {
        return pool;
    }

    /**
     * Takes network buffers out.
     *
     * @param count how many
     * @return Flink's from now on
     * @throws io.geminid.memory.alloc.SlabAllocationException if there is not enough direct memory
     */
    Deque<MemorySegment> take(final int count) {
        final Deque<MemorySegment> taken = new ArrayDeque<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(accept(buffers.poll(BUFFER)));
        }
        return taken;
    }

    /**
     * Gives a transport memory to receive into.
     *
     * @param segment of this memory; nobody may touch it until {@link #accept} returns it
     * @return the transport's, until {@link #accept}
     * @throws IllegalStateException if the memory is not of here, or a transport has it already
     */
    public Segment lend(final MemorySegment segment) {
        final long address = segment.getAddress();
        final Range range = range(address);
        if (range != null) {
            final int place = (int) (address - range.address) / segmentBytes;
            final Segment resting = range.resting[place];
            if (resting != null) {
                range.resting[place] = null;
                return resting;
            }
        }
        throw new IllegalStateException(
                "address=0x" + Long.toHexString(address) + " known=" + (range != null));
    }

    /**
     * Takes memory back from a transport.
     *
     * @param segment lent before, or another one of the pool in its place
     * @return the same memory, Flink's from now on
     */
    public MemorySegment accept(final Segment segment) {
        final Range range = range(segment.address());
        final int place = segment.slabOffset() / segmentBytes;
        assert range.resting[place] == null : segment;
        range.resting[place] = segment;
        MemorySegment wrapped = range.segments[place];
        if (wrapped == null) {
            wrapped = MemorySegmentFactory.wrapOffHeapMemory(segment.slice(0, segmentBytes));
            range.segments[place] = wrapped;
        }
        return wrapped;
    }

    /**
     * Replaces a segment that was lent and that a transport has closed, since its connection broke.
     *
     * @return memory for Flink in its place
     */
    public MemorySegment replace() {
        return accept(buffers.poll(BUFFER));
    }

    /**
     * Memory to gather a buffer of many pieces in.
     *
     * @return the caller's, to be closed; {@code null} if all is in use
     */
    public Segment pollGather() {
        return gathers.poll(GATHER);
    }

    /**
     * The slab that an address lies in.
     *
     * @param address of a network buffer
     * @return the slab's memory for absolute access, or {@code null} if it is not of here
     */
    public ByteBuffer slabMemory(final long address) {
        final Range range = range(address);
        return range == null ? null : range.memory;
    }

    /**
     * Where an address lies in its slab.
     *
     * @param address for which {@link #slabMemory} found a slab
     * @return offset in bytes
     */
    public int slabOffset(final long address) {
        return (int) (address - range(address).address);
    }

    /**
     * Buffers that Flink has not freed: after its shuffle is closed, those that tasks still hold.
     *
     * @return 0 or more
     */
    public int unfreed() {
        int count = 0;
        for (final Range range : ranges) {
            for (int i = 0; i < range.segments.length; i++) {
                if (range.resting[i] != null && !range.segments[i].isFreed()) {
                    count++;
                }
            }
        }
        return count;
    }

    private Range range(final long address) {
        final Range[] sorted = ranges;
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final Range range = sorted[middle];
            if (address < range.address) {
                high = middle - 1;
            } else if (address >= range.address + range.slab.sizeBytes()) {
                low = middle + 1;
            } else {
                return range;
            }
        }
        return null;
    }

    @Override
    public void slabAdded(final Slab slab) {
        final Range[] more = Arrays.copyOf(ranges, ranges.length + 1);
        more[ranges.length] = new Range(slab, segmentBytes);
        Arrays.sort(more, (a, b) -> Long.compareUnsigned(a.address, b.address));
        ranges = more;
    }

    @Override
    public void slabRemoved(final Slab slab) {
        ranges = Arrays.stream(ranges).filter(range -> range.slab != slab).toArray(Range[]::new);
    }

    /**
     * Ends the book. Memory that tasks still hold stays theirs until they let it go.
     *
     * @throws io.geminid.memory.debug.SegmentLeakException if a transport holds segments
     */
    @Override
    public void close() {
        for (final Range range : ranges) {
            for (int i = 0; i < range.resting.length; i++) {
                final Segment resting = range.resting[i];
                if (resting != null) {
                    range.resting[i] = null;
                    resting.close();
                }
            }
        }
        pool.close();
    }
}
