package io.geminid.state.gemini.log;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPoolContext;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The segments that one store holds, by number, so that tables of integers can point at memory.
 *
 * <p>A frame's number is its slab's number and its place in the slab; an address is a frame's
 * number and an offset in it. Bytes are read and written through the buffer of the whole slab: a
 * few large buffers stay in the processor's cache, one for each segment would not.
 *
 * <p>Task thread only, but {@link #buffer} and {@link #index} of frames that are held, by any
 * thread that got the address through something that orders memory. Owns every segment that {@link
 * #take} got until {@link #free}.
 */
public final class Frames implements AutoCloseable {

    /** What 32 bits can address in steps of {@link Record#ALIGNMENT}. */
    static final long ADDRESS_LIMIT = (1L << Integer.SIZE) * Record.ALIGNMENT;

    private final LocalSegmentPool pool;
    private final IntPredicate mayTake;
    private final int frameBits;
    private final int placeBits;
    private final long slabMask;
    private final long memoryEnd;

    /** Replaced as a whole when it grows, for readers on other threads. */
    private volatile ByteBuffer[] slabs = new ByteBuffer[4];

    private Segment[] held = new Segment[64];
    private int heldCount;

    /**
     * Holds nothing yet.
     *
     * @param pool where segments come from; closed with this
     * @param sizes of the pool that it is part of
     */
    public Frames(final LocalSegmentPool pool, final SegmentPoolContext sizes) {
        this(pool, sizes, held -> true);
    }

    /**
     * Holds nothing yet.
     *
     * @param pool where segments come from; closed with this
     * @param sizes of the pool that it is part of
     * @param mayTake whether one more may be taken, by the number of those held
     */
    public Frames(
            final LocalSegmentPool pool,
            final SegmentPoolContext sizes,
            final IntPredicate mayTake) {
        this.pool = pool;
        this.mayTake = mayTake;
        this.frameBits = Integer.numberOfTrailingZeros(sizes.segmentBytes());
        this.placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(sizes.segmentsPerSlab() - 1);
        this.slabMask = (1L << placeBits + frameBits) - 1;
        this.memoryEnd = (long) sizes.slabCount() << placeBits + frameBits;
    }

    /**
     * What is read from a disk at once.
     *
     * @param frameBytes size of a frame
     * @return bytes, a part of it
     */
    public static int blockBytes(final int frameBytes) {
        return frameBytes / ColdFrames.BLOCKS;
    }

    /**
     * Whether an address is one of memory; those above stand for what is elsewhere.
     *
     * @param address an address
     * @return true if it lies, or may come to lie, in a frame
     */
    public boolean isMemory(final long address) {
        return address < memoryEnd;
    }

    /**
     * Where the addresses of memory end.
     *
     * @return multiple of {@link #frameBytes}
     */
    public long memoryEnd() {
        return memoryEnd;
    }

    /**
     * Takes a segment from the pool.
     *
     * @param owner what it is for
     * @return its frame, content undefined; -1 when the budget is spent
     * @throws IllegalStateException if the pool is larger than can be addressed
     */
    public int take(final SegmentOwner owner) {
        final Segment segment = mayTake.test(heldCount) ? pool.poll(owner) : null;
        if (segment == null) {
            return -1;
        }
        final int slab = segment.slab().id();
        if ((slab + 1L) << placeBits + frameBits > ADDRESS_LIMIT) {
            segment.close();
            throw new IllegalStateException(
                    "slab="
                            + slab
                            + " lies beyond addressBytes="
                            + ADDRESS_LIMIT
                            + ": lower geminid.memory.max-bytes and raise the number of workers");
        }
        final int frame = slab << placeBits | segment.slabOffset() >>> frameBits;
        ByteBuffer[] known = slabs;
        if (slab >= known.length) {
            known = Arrays.copyOf(known, Math.max(slab + 1, 2 * known.length));
        }
        if (known[slab] == null) {
            known[slab] = segment.slab().memory();
            slabs = known;
        }
        if (frame >= held.length) {
            held = Arrays.copyOf(held, Math.max(frame + 1, 2 * held.length));
        }
        held[frame] = segment;
        heldCount++;
        return frame;
    }

    /**
     * Gives a segment back.
     *
     * @param frame what {@link #take} returned
     */
    public void free(final int frame) {
        final Segment segment = held[frame];
        held[frame] = null;
        heldCount--;
        segment.close();
    }

    /**
     * Says what a segment is used for from now on.
     *
     * @param frame what {@link #take} returned
     * @param owner what it is for
     */
    void owner(final int frame, final SegmentOwner owner) {
        held[frame].owner(owner);
    }

    /**
     * Bytes of a frame, for reading and writing files.
     *
     * @param address of the first one
     * @param bytes how many
     * @return from its position to its limit; the caller's
     */
    ByteBuffer view(final long address, final int bytes) {
        final int at = index(address);
        return buffer(address).duplicate().limit(at + bytes).position(at);
    }

    /**
     * The memory that an address lies in.
     *
     * @param address of a frame that is held
     * @return little-endian, for absolute access at {@link #index}
     */
    public ByteBuffer buffer(final long address) {
        return slabs[slab(address)];
    }

    /**
     * Which of the buffers {@link #buffer} returns.
     *
     * @param address of a frame that is held
     * @return small, and the same for addresses in the same buffer
     */
    public int slab(final long address) {
        return (int) (address >>> placeBits + frameBits);
    }

    /**
     * Where an address is in its buffer.
     *
     * @param address of a frame that is held
     * @return index into {@link #buffer}
     */
    public int index(final long address) {
        return (int) (address & slabMask);
    }

    /**
     * @param frame a frame
     * @return the address of its first byte
     */
    public long address(final int frame) {
        return (long) frame << frameBits;
    }

    /**
     * @param address an address
     * @return the frame it lies in
     */
    public int frame(final long address) {
        return (int) (address >>> frameBits);
    }

    /**
     * Size of each frame.
     *
     * @return bytes, a power of two
     */
    public int frameBytes() {
        return 1 << frameBits;
    }

    /**
     * What is held now.
     *
     * @return frames
     */
    public int heldCount() {
        return heldCount;
    }

    /**
     * What could be taken now, if nobody else took any.
     *
     * @return frames
     */
    public int availableNow() {
        return pool.availableNow();
    }

    /** Gives every segment back, and the share of the pool. */
    @Override
    public void close() {
        for (int frame = 0; frame < held.length; frame++) {
            if (held[frame] != null) {
                free(frame);
            }
        }
        pool.close();
    }
}
