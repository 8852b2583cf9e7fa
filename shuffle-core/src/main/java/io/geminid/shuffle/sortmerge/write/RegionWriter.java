package io.geminid.shuffle.sortmerge.write;

import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.BlockHeader;
import io.geminid.shuffle.sortmerge.format.BlockKind;
import io.geminid.shuffle.sortmerge.format.IndexCodec;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Appends sealed regions to the data file. Without compression nothing is copied: headers are
 * written into the place kept for them, and many chunks leave by one gathering write.
 *
 * <p>One thread at a time.
 */
final class RegionWriter {

    /** Enough for the disk, little enough that the task soon gets chunks back. */
    private static final int WRITE_BYTES = 1 << 20;

    /** The disk works while records are sorted, instead of all at the end; seldom enough for it. */
    private static final long FORCE_BYTES = 32 << 20;

    /** What the system takes at once. */
    private static final int CHUNKS_PER_WRITE = 1024;

    /** Told when chunks are free again. */
    @FunctionalInterface
    interface Freed {

        /**
         * Some are.
         *
         * @return whether to go on
         */
        boolean onFreed();
    }

    private final PartitionFiles files;
    private final PartitionIndex index;
    private final ChunkMemory memory;
    private final WriteOptions options;
    private final CRC32C crc = new CRC32C();
    private final BlockHeader header = new BlockHeader();

    private final ByteBuffer[] batch = new ByteBuffer[CHUNKS_PER_WRITE];
    private final int[] chunks = new int[CHUNKS_PER_WRITE];
    private int buffersInBatch;
    private int chunksInBatch;
    private long batchBytes;

    /** Compressed blocks of the batch; null without compression. */
    private final ByteBuffer packed;

    private final ByteBuffer raw;
    private final ByteBuffer compressed;

    private FileChannel channel;
    private long regionBytes;

    /** Since the file was last forced. */
    private long unforcedBytes;

    RegionWriter(
            final PartitionFiles files,
            final PartitionIndex index,
            final ChunkMemory memory,
            final WriteOptions options) {
        this.files = files;
        this.index = index;
        this.memory = memory;
        this.options = options;
        final boolean compresses = options.codec() != BlockCodec.NONE;
        final int payloadMax = memory.payloadBytesMax();
        this.packed = compresses ? direct(WRITE_BYTES + payloadMax + BlockHeader.BYTES) : null;
        this.raw = compresses ? direct(payloadMax) : null;
        this.compressed = compresses ? direct(BlockCodec.compressedBytesMax(payloadMax)) : null;
    }

    private static ByteBuffer direct(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes a region.
     *
     * @param heads first chunk of every chain, the last of them that of all subpartitions
     * @param broadcast whether that chain is the region, or else the others
     * @param freed told after every write
     * @return false if it was told to stop
     */
    boolean write(final int[] heads, final boolean broadcast, final Freed freed)
            throws IOException {
        requireRoom();
        final int subpartitions = index.subpartitionCount();
        final int[] ends = new int[broadcast ? 1 : subpartitions];
        regionBytes = 0;
        header.region = index.regions().size();
        header.tag = index.tag();
        for (int run = 0; run < ends.length; run++) {
            header.subpartition = broadcast ? BlockHeader.ALL_SUBPARTITIONS : run;
            header.number = 0;
            int chunk = heads[broadcast ? subpartitions : run];
            while (chunk >= 0) {
                chunk = addBlock(chunk);
                if (isBatchFull() && !(flush() && freed.onFreed())) {
                    return false;
                }
            }
            ends[run] = Math.toIntExact(regionBytes);
        }
        flush();
        freed.onFreed();
        index.addRegion(broadcast, ends);
        unforcedBytes += regionBytes;
        if (options.sync() && unforcedBytes >= FORCE_BYTES) {
            unforcedBytes = 0;
            channel.force(false);
        }
        return true;
    }

    private void requireRoom() throws IOException {
        final long max = options.jobBytesMax();
        final long used = max == WriteOptions.UNLIMITED ? 0 : files.jobBytes();
        if (used >= max) {
            throw new JobQuotaException(files, used, max);
        }
    }

    private boolean isBatchFull() {
        return batchBytes >= WRITE_BYTES
                || chunksInBatch + memory.chunksPerBlock() > CHUNKS_PER_WRITE;
    }

    /** Adds the block that begins in a chunk to the batch; returns the chunk behind it. */
    private int addBlock(final int first) throws IOException {
        int payload = memory.used(first) - BlockHeader.BYTES;
        int behind = memory.next(first);
        while (behind >= 0 && memory.kind(behind) == ChunkMemory.CONTINUES) {
            payload += memory.used(behind);
            behind = memory.next(behind);
        }
        if (payload > 0) {
            header.kind =
                    (memory.kind(first) == ChunkMemory.EVENT ? BlockKind.EVENT : BlockKind.DATA)
                            .code();
            header.rawBytes = payload;
            if (packed == null) {
                addInPlace(first, behind, payload);
            } else {
                addPacked(first, behind, payload);
            }
            header.number++;
            final int blockBytes = BlockHeader.BYTES + header.storedBytes;
            batchBytes += blockBytes;
            regionBytes += blockBytes;
        }
        for (int chunk = first; chunk != behind; chunk = memory.next(chunk)) {
            chunks[chunksInBatch++] = chunk;
        }
        return behind;
    }

    private void addInPlace(final int first, final int behind, final int payload) {
        header.storedBytes = payload;
        header.codec = BlockCodec.NONE.code();
        header.encode(memory.memory(first), memory.base(first));
        crc.reset();
        crc.update(memory.view(first, BlockHeader.CHECKED_FROM));
        for (int chunk = memory.next(first); chunk != behind; chunk = memory.next(chunk)) {
            crc.update(memory.view(chunk, 0));
        }
        BlockHeader.putChecksum(memory.memory(first), memory.base(first), crc.getValue());
        for (int chunk = first; chunk != behind; chunk = memory.next(chunk)) {
            batch[buffersInBatch++] = memory.view(chunk, 0);
        }
    }

    private void addPacked(final int first, final int behind, final int payload) {
        final ByteBuffer from = gathered(first, behind);
        final int bytes = options.codec().compress(from, payload, compressed);
        final boolean gains = bytes < payload;
        header.storedBytes = gains ? bytes : payload;
        header.codec = (gains ? options.codec() : BlockCodec.NONE).code();
        final int at = packed.position();
        header.encode(packed, at);
        packed.put(at + BlockHeader.BYTES, gains ? compressed : from, 0, header.storedBytes);
        final int end = at + BlockHeader.BYTES + header.storedBytes;
        crc.reset();
        crc.update(packed.limit(end).position(at + BlockHeader.CHECKED_FROM));
        BlockHeader.putChecksum(packed, at, crc.getValue());
        packed.clear().position(end);
    }

    /** The payload of a block, from index 0 on; copied only if it is not in one place. */
    private ByteBuffer gathered(final int first, final int behind) {
        if (memory.next(first) == behind) {
            return memory.view(first, BlockHeader.BYTES).slice();
        }
        raw.clear().put(memory.view(first, BlockHeader.BYTES));
        for (int chunk = memory.next(first); chunk != behind; chunk = memory.next(chunk)) {
            raw.put(memory.view(chunk, 0));
        }
        return raw;
    }

    private boolean flush() throws IOException {
        if (batchBytes > 0) {
            if (packed != null) {
                batch[0] = packed.flip();
                buffersInBatch = 1;
            }
            final FileChannel to = open();
            long left = batchBytes;
            while (left > 0) {
                left -= to.write(batch, 0, buffersInBatch);
            }
        }
        memory.giveBack(chunks, chunksInBatch);
        if (packed != null) {
            packed.clear();
        }
        buffersInBatch = 0;
        chunksInBatch = 0;
        batchBytes = 0;
        return true;
    }

    private FileChannel open() throws IOException {
        if (channel == null) {
            channel = options.opener().open(files);
            final ByteBuffer first = IndexCodec.dataHeader(index);
            while (first.hasRemaining()) {
                channel.write(first);
            }
        }
        return channel;
    }

    /** Makes the partition visible. All regions are written. */
    void publish() throws IOException {
        final FileChannel to = open();
        if (options.sync()) {
            to.force(true);
        }
        to.close();
        files.publish(index, options.sync());
    }

    /** Removes what was written, unless it was never this writer's: then it is another's. */
    void abandon() throws IOException {
        if (channel != null) {
            channel.close();
            files.deletePart();
        }
    }
}
