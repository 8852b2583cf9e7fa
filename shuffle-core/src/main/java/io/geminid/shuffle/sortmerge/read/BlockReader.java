package io.geminid.shuffle.sortmerge.read;

import io.geminid.memory.Segment;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.DataBuffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.buffer.SegmentReferences;
import io.geminid.shuffle.event.EventCodec;
import io.geminid.shuffle.sortmerge.format.BlockCodec;
import io.geminid.shuffle.sortmerge.format.BlockHeader;
import io.geminid.shuffle.sortmerge.format.BlockKind;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads and checks the blocks at a cursor. Blocks that are not compressed are read straight into
 * segments, several segments by one call of the system, and stay where they are; a segment may hold
 * several small ones. Compressed ones go through a buffer of this reader.
 *
 * <p>Disk thread only.
 */
final class BlockReader {

    /** For compressed blocks: enough that the disk is asked seldom. */
    private static final int STAGING_BYTES = 256 << 10;

    /** A block that was read, and where it was. */
    record Block(Buffer buffer, Cursor at) {}

    private final BlockHeader header = new BlockHeader();
    private final RecordInput eventBytes = new RecordInput();
    private final ByteBuffer[] targets = new ByteBuffer[DiskReader.READ_AHEAD_MAX];
    private ByteBuffer staging;
    private long reads;
    private long bytes;

    long reads() {
        return reads;
    }

    long bytes() {
        return bytes;
    }

    /**
     * Reads blocks, at least one.
     *
     * @param cursor not at its end; is moved behind them
     * @param segments where to; those used are taken off the list's end
     * @param blocks gets them
     * @throws PartitionDamagedException if they are not what was written; nothing is then added,
     *     and segments are still on the list or closed
     */
    void read(
            final StoredPartition from,
            final Cursor cursor,
            final BlockCodec codec,
            final List<Segment> segments,
            final List<Block> blocks)
            throws PartitionDamagedException {
        try {
            if (codec == BlockCodec.NONE) {
                readInPlace(from, cursor, segments, blocks);
            } else {
                readPacked(from, cursor, segments, blocks);
            }
        } catch (final PartitionDamagedException e) {
            blocks.forEach(block -> block.buffer().release());
            blocks.clear();
            throw e;
        }
    }

    private void readInPlace(
            final StoredPartition from,
            final Cursor cursor,
            final List<Segment> segments,
            final List<Block> blocks)
            throws PartitionDamagedException {
        final int segmentBytes = segments.get(0).capacity();
        int left = cursor.bytesInRegion();
        int count = 0;
        while (left > 0 && count < segments.size() && count < targets.length) {
            final int length = Math.min(left, segmentBytes);
            targets[count] = segments.get(segments.size() - 1 - count).slice(0, length);
            left -= length;
            count++;
        }
        count(from, cursor.offset(), count);
        boolean whole = true;
        for (int i = 0; i < count && whole && !cursor.isAtEnd(); i++) {
            final Segment segment = segments.remove(segments.size() - 1);
            whole = blocksIn(from, segment, targets[i], cursor, blocks);
        }
    }

    private void count(final StoredPartition from, final long offset, final int buffers)
            throws PartitionDamagedException {
        for (int i = 0; i < buffers; i++) {
            bytes += targets[i].remaining();
        }
        reads += from.read(offset, targets, buffers);
    }

    /** Finds the blocks in a segment; returns whether it ends with a block. */
    private boolean blocksIn(
            final StoredPartition from,
            final Segment segment,
            final ByteBuffer read,
            final Cursor cursor,
            final List<Block> blocks)
            throws PartitionDamagedException {
        final int end = read.limit();
        final SegmentReferences references = new SegmentReferences(segment, 1, Segment::close);
        try {
            int at = 0;
            while (at < end) {
                if (!isWhole(from, read, at, end, cursor)) {
                    return false;
                }
                final Cursor mark = new Cursor(cursor);
                final Buffer buffer;
                if (header.kind == BlockKind.EVENT.code()) {
                    buffer = event(from, read, at + BlockHeader.BYTES, header.storedBytes);
                } else {
                    references.retain();
                    buffer =
                            new DataBuffer(
                                    references, at + BlockHeader.BYTES, header.storedBytes, true);
                }
                blocks.add(new Block(buffer, mark));
                at += BlockHeader.BYTES + header.storedBytes;
                cursor.advance(BlockHeader.BYTES + header.storedBytes);
            }
            return true;
        } finally {
            references.release();
        }
    }

    /** Checks the block at a place; false if the rest of it was not read. */
    private boolean isWhole(
            final StoredPartition from,
            final ByteBuffer read,
            final int at,
            final int end,
            final Cursor cursor)
            throws PartitionDamagedException {
        if (end - at < BlockHeader.BYTES) {
            if (at == 0) {
                throw from.damaged("no room for a header: " + cursor, null);
            }
            return false;
        }
        header.decode(read, at);
        final String fault = cursor.fault(header);
        if (fault != null) {
            throw from.damaged(fault + " at " + cursor, null);
        }
        if (at + BlockHeader.BYTES + header.storedBytes > end) {
            if (at == 0) {
                throw from.damaged("block is longer than a segment: " + cursor, null);
            }
            return false;
        }
        if (!header.checksumAgrees(read, at)) {
            throw from.damaged("checksum of the block at " + cursor, null);
        }
        read.limit(end);
        return true;
    }

    private Buffer event(
            final StoredPartition from, final ByteBuffer memory, final int at, final int length)
            throws PartitionDamagedException {
        eventBytes.wrap(memory, at, at + length);
        try {
            return new EventBuffer(EventCodec.read(eventBytes), false);
        } catch (final RecordFormatException e) {
            throw from.damaged("event: " + e.getMessage(), e);
        }
    }

    private void readPacked(
            final StoredPartition from,
            final Cursor cursor,
            final List<Segment> segments,
            final List<Block> blocks)
            throws PartitionDamagedException {
        final int segmentBytes = segments.get(0).capacity();
        if (staging == null || staging.capacity() < segmentBytes) {
            staging =
                    ByteBuffer.allocateDirect(Math.max(STAGING_BYTES, segmentBytes))
                            .order(ByteOrder.LITTLE_ENDIAN);
        }
        final int end = Math.min(cursor.bytesInRegion(), staging.capacity());
        targets[0] = staging.clear().limit(end);
        count(from, cursor.offset(), 1);
        int at = 0;
        while (at < end && !segments.isEmpty() && isWhole(from, staging, at, end, cursor)) {
            final Cursor mark = new Cursor(cursor);
            blocks.add(new Block(unpack(from, at, segments), mark));
            at += BlockHeader.BYTES + header.storedBytes;
            cursor.advance(BlockHeader.BYTES + header.storedBytes);
        }
    }

    private Buffer unpack(final StoredPartition from, final int at, final List<Segment> segments)
            throws PartitionDamagedException {
        final int payload = at + BlockHeader.BYTES;
        final ByteBuffer stored =
                staging.duplicate().limit(payload + header.storedBytes).position(payload);
        final Segment segment = segments.get(segments.size() - 1);
        final ByteBuffer raw = segment.slice(0, header.rawBytes);
        try {
            BlockCodec.of(header.codec).decompress(stored, raw, header.rawBytes);
        } catch (final IOException | RuntimeException e) {
            throw from.damaged(header + " " + e.getMessage(), e);
        }
        if (header.kind == BlockKind.EVENT.code()) {
            return event(from, raw, 0, header.rawBytes);
        }
        segments.remove(segments.size() - 1);
        return new DataBuffer(
                new SegmentReferences(segment, 1, Segment::close), 0, header.rawBytes, true);
    }
}
