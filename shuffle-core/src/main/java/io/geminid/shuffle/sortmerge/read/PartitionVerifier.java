package io.geminid.shuffle.sortmerge.read;

import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.BlockHeader;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.format.PartitionIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads every byte of a stored partition and compares all checksums. Stateless; any thread. */
public final class PartitionVerifier {

    private PartitionVerifier() {}

    /**
     * What was found right.
     *
     * @param index of the partition
     * @param blocks how many
     */
    public record Verified(PartitionIndex index, long blocks) {}

    /**
     * Checks a partition.
     *
     * @param files of a published partition
     * @return what it consists of
     * @throws PartitionDamagedException if a file is missing, too short or too long, or any bit is
     *     not as it was written; names the file
     */
    public static Verified verify(final PartitionFiles files) throws PartitionDamagedException {
        final StoredPartition partition = new StoredPartition(files);
        try {
            final PartitionIndex index = partition.index(PartitionFiles.BLOCK_BYTES_MAX);
            final Cursor cursor = new Cursor(index, 0, index.subpartitionCount() - 1);
            final ByteBuffer[] block = {direct(index.blockBytesMax())};
            final ByteBuffer raw = direct(index.blockBytesMax());
            final BlockHeader header = new BlockHeader();
            long blocks = 0;
            while (!cursor.isAtEnd()) {
                readBlock(partition, cursor, block, header);
                unpack(partition, block[0], raw, header);
                cursor.advance(BlockHeader.BYTES + header.storedBytes);
                blocks++;
            }
            return new Verified(index, blocks);
        } finally {
            partition.close();
        }
    }

    /**
     * Checks that a partition is there: the whole index, and that the data file is the one that it
     * tells of. Reads no block.
     *
     * @param files of a published partition
     * @param segmentBytes into which it must be possible to read a block
     * @return its index
     * @throws PartitionDamagedException as {@link #verify}
     */
    public static PartitionIndex verifyIndex(final PartitionFiles files, final int segmentBytes)
            throws PartitionDamagedException {
        final StoredPartition partition = new StoredPartition(files);
        try {
            return partition.index(segmentBytes);
        } finally {
            partition.close();
        }
    }

    private static ByteBuffer direct(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void readBlock(
            final StoredPartition partition,
            final Cursor cursor,
            final ByteBuffer[] block,
            final BlockHeader header)
            throws PartitionDamagedException {
        if (cursor.bytesInRun() < BlockHeader.BYTES) {
            throw partition.damaged("no room for a header: " + cursor, null);
        }
        block[0].clear().limit(Math.min(block[0].capacity(), cursor.bytesInRun()));
        partition.read(cursor.offset(), block, 1);
        header.decode(block[0], 0);
        final String fault = cursor.fault(header);
        if (fault != null) {
            throw partition.damaged(fault + " at " + cursor, null);
        }
        if (!header.checksumAgrees(block[0], 0)) {
            throw partition.damaged("checksum of the block at " + cursor, null);
        }
    }

    private static void unpack(
            final StoredPartition partition,
            final ByteBuffer block,
            final ByteBuffer raw,
            final BlockHeader header)
            throws PartitionDamagedException {
        block.limit(BlockHeader.BYTES + header.storedBytes).position(BlockHeader.BYTES);
        try {
            BlockCodec.of(header.codec)
                    .decompress(block, raw.clear().limit(header.rawBytes), header.rawBytes);
        } catch (final IOException | RuntimeException e) {
            throw partition.damaged(header + " " + e.getMessage(), e);
        }
    }
}
