package io.geminid.state.gemini.log;

import io.geminid.memory.SegmentOwner;
import io.geminid.state.gemini.spill.SpillFiles;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Frames that are in files. Their addresses lie above those of memory, and a record keeps its
 * address as long as it stays there. To be read, it is {@link #load loaded}: the block that it
 * begins in is copied into a cache in memory, a ring of frames in which the oldest copy makes room
 * for the next.
 *
 * <p>Records do not straddle blocks, but those larger than one, which begin a block; these are
 * loaded as a whole.
 *
 * <p>Task thread only. Owns its files; memory stays that of {@link Frames}.
 */
final class ColdFrames implements AutoCloseable {

    /** Blocks of a frame: of 32 KiB, 4 KiB each, which costs a disk no more than fewer bytes. */
    static final int BLOCKS = 8;

    private static final SegmentOwner CACHE = SegmentOwner.named("state-cache");
    private static final int NOWHERE = 0;
    private static final int NOBODY = -1;

    private final Frames frames;
    private final SpillFiles files;
    private final SpillFiles.Reader reader;
    private final int firstFrame;
    private final long begin;
    private final int blockBits;

    // By block of a cold frame.
    private int[] locations = new int[64];
    private byte[] runs = new byte[64];

    // The ring: frames, and by block in them whose copy it is.
    private int[] cacheFrames = new int[4];
    private int[] owners = new int[4 * BLOCKS];
    private int cacheCount;
    private int hand;

    ColdFrames(final Frames frames, final SpillFiles files) {
        this.frames = frames;
        this.files = files;
        this.reader = files.reader();
        this.begin = frames.memoryEnd();
        this.firstFrame = frames.frame(begin);
        this.blockBits = Integer.numberOfTrailingZeros(Frames.blockBytes(frames.frameBytes()));
    }

    int blockBytes() {
        return 1 << blockBits;
    }

    /**
     * Takes a frame that is going to be on disk.
     *
     * @return its number, above those of memory
     */
    int take() {
        final int slot = files.take();
        final int frame = firstFrame + slot;
        if (frames.address(frame) + frames.frameBytes() > Frames.ADDRESS_LIMIT) {
            files.free(slot);
            throw new IllegalStateException(
                    "memoryBytes="
                            + begin
                            + " and slot="
                            + slot
                            + " on disk lie beyond addressBytes="
                            + Frames.ADDRESS_LIMIT
                            + ": raise the parallelism");
        }
        final int blocks = (slot + 1) * BLOCKS;
        if (blocks > locations.length) {
            final int length = Math.max(blocks, 2 * locations.length);
            locations = Arrays.copyOf(locations, length);
            runs = Arrays.copyOf(runs, length);
        }
        Arrays.fill(runs, slot * BLOCKS, blocks, (byte) 1);
        return frame;
    }

    /** Says that a record which begins a block takes more than that. */
    void run(final long address, final int sizeBytes) {
        runs[block(address)] = (byte) (sizeBytes + blockBytes() - 1 >>> blockBits);
    }

    /** Says in which frame of memory a frame is that is not on disk yet. */
    void at(final int frame, final int memoryFrame) {
        final int from = (frame - firstFrame) * BLOCKS;
        final int location = location(frames.address(memoryFrame));
        for (int i = 0; i < BLOCKS; i++) {
            locations[from + i] = location + i;
        }
    }

    /**
     * Writes a frame to its place on disk.
     *
     * @param memoryFrame where it is
     * @param bytes how much there is of it
     */
    void write(final int frame, final int memoryFrame, final int bytes) {
        final int blocks = bytes + blockBytes() - 1 >>> blockBits;
        files.write(
                frame - firstFrame, frames.view(frames.address(memoryFrame), blocks << blockBits));
        forget(frame);
    }

    private void forget(final int frame) {
        final int from = (frame - firstFrame) * BLOCKS;
        for (int block = from; block < from + BLOCKS; block++) {
            locations[block] = NOWHERE;
        }
    }

    /** Gives a frame back. */
    void free(final int frame) {
        forget(frame);
        files.free(frame - firstFrame);
    }

    /** Frames that have a place on disk. */
    int usedFrames() {
        return files.usedSlots();
    }

    private int block(final long address) {
        return (int) (address - begin >>> blockBits);
    }

    /** How the place of a block in memory is noted. */
    private int location(final long memoryAddress) {
        return (int) (memoryAddress >>> blockBits) + 1;
    }

    /**
     * Copies a record into memory, if it is not there.
     *
     * @param address of a record in a cold frame
     * @return where it is in memory until something else is loaded: at least as many other blocks
     *     as a frame has may be, before it is overwritten
     */
    long load(final long address) {
        final int block = block(address);
        int location = locations[block];
        if (location == NOWHERE) {
            location = read(block);
        }
        return (long) (location - 1) << blockBits | address & blockBytes() - 1;
    }

    private int read(final int block) {
        final int run = runs[block];
        if (hand % BLOCKS + run > BLOCKS) {
            while (hand % BLOCKS != 0) {
                evict(hand);
                hand++;
            }
            hand %= cacheCount * BLOCKS;
        }
        for (int i = 0; i < run; i++) {
            evict(hand + i);
        }
        final long target =
                frames.address(cacheFrames[hand / BLOCKS]) + ((long) (hand % BLOCKS) << blockBits);
        reader.read(block / BLOCKS, block % BLOCKS, frames.view(target, run << blockBits));
        owners[hand] = block;
        hand = (hand + run) % (cacheCount * BLOCKS);
        locations[block] = location(target);
        return locations[block];
    }

    private void evict(final int place) {
        final int owner = owners[place];
        owners[place] = NOBODY;
        if (owner != NOBODY) {
            final long address =
                    frames.address(cacheFrames[place / BLOCKS])
                            + ((long) (place % BLOCKS) << blockBits);
            if (locations[owner] == location(address)) {
                locations[owner] = NOWHERE;
            }
        }
    }

    /** Frames that the cache has. */
    int cacheFrames() {
        return cacheCount;
    }

    /** Gives the cache one more frame of memory. */
    void addToCache(final int memoryFrame) {
        if (cacheCount == cacheFrames.length) {
            cacheFrames = Arrays.copyOf(cacheFrames, 2 * cacheCount);
            owners = Arrays.copyOf(owners, 2 * cacheCount * BLOCKS);
        }
        frames.owner(memoryFrame, CACHE);
        cacheFrames[cacheCount] = memoryFrame;
        Arrays.fill(owners, cacheCount * BLOCKS, (cacheCount + 1) * BLOCKS, NOBODY);
        cacheCount++;
    }

    /**
     * Reads a whole frame from disk.
     *
     * @param bytes how much there is of it
     * @param memoryFrame where to
     */
    void read(final int frame, final int bytes, final int memoryFrame) {
        final int blocks = bytes + blockBytes() - 1 >>> blockBits;
        reader.read(
                frame - firstFrame,
                0,
                frames.view(frames.address(memoryFrame), blocks << blockBits));
    }

    /** Makes a reader of whole frames for another thread. */
    FrameReader frameReader() {
        return new FrameReader(files.reader());
    }

    /** Reads frames that are on disk and pinned. One thread at a time, any. */
    final class FrameReader {
        private final SpillFiles.Reader own;

        private FrameReader(final SpillFiles.Reader own) {
            this.own = own;
        }

        /** Appends a frame to a buffer that has room for all blocks of it. */
        void read(final int frame, final int bytes, final ByteBuffer target) {
            final int from = target.position();
            final int blocks = bytes + blockBytes() - 1 >>> blockBits;
            final int limit = target.limit();
            own.read(frame - firstFrame, 0, target.limit(from + (blocks << blockBits)));
            target.limit(limit).position(from + bytes);
        }
    }

    /** Deletes the files. */
    @Override
    public void close() {
        files.close();
    }
}
