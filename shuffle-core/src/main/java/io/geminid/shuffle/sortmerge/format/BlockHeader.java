package io.geminid.shuffle.sortmerge.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What stands in front of every block of a data file. 32 bytes, little-endian.
 *
 * <pre>
 *   0  CRC32C of all that follows: the rest of the header and the stored bytes
 *   4  stored bytes
 *   8  raw bytes, after decompression
 *  12  kind (1 byte), codec (1 byte), 0 (2 bytes)
 *  16  number of the region in the file
 *  20  subpartition; -1 in a region that is the same for all
 *  24  number of the block in its run
 *  28  tag of the partition, from its identity
 * </pre>
 *
 * <p>Region, subpartition, number and tag are known to the reader: a right block in a wrong place,
 * or of another attempt, is found as surely as a flipped bit (INV B1, B2).
 *
 * <p>Mutable, for one thread; filled by {@link #decode}.
 */
public final class BlockHeader {

    /** Size of a header. */
    public static final int BYTES = 32;

    /** Subpartition of the blocks that all subpartitions share. */
    public static final int ALL_SUBPARTITIONS = -1;

    private static final int CRC = 0;
    private static final int STORED = CRC + Integer.BYTES;
    private static final int RAW = STORED + Integer.BYTES;
    private static final int KIND = RAW + Integer.BYTES;
    private static final int REGION = KIND + Integer.BYTES;
    private static final int SUBPARTITION = REGION + Integer.BYTES;
    private static final int NUMBER = SUBPARTITION + Integer.BYTES;
    private static final int TAG = NUMBER + Integer.BYTES;

    static {
        assert TAG + Integer.BYTES == BYTES;
    }

    private final CRC32C crc = new CRC32C();

    /** CRC32C of what follows it. */
    public int checksum;

    /** Bytes behind the header. */
    public int storedBytes;

    /** Bytes after decompression. */
    public int rawBytes;

    /** Code of a {@link BlockKind}. */
    public int kind;

    /** Code of a {@link BlockCodec}. */
    public int codec;

    /** Number of the region in the file. */
    public int region;

    /** Subpartition, or {@link #ALL_SUBPARTITIONS}. */
    public int subpartition;

    /** Number of the block in its run. */
    public int number;

    /** {@link PartitionIndex#tag} of the partition. */
    public int tag;

    /** Makes an empty one. */
    public BlockHeader() {}

    /**
     * Writes all fields but the checksum.
     *
     * @param memory little-endian
     * @param at where to
     */
    public void encode(final ByteBuffer memory, final int at) {
        memory.putInt(at + STORED, storedBytes);
        memory.putInt(at + RAW, rawBytes);
        memory.putInt(at + KIND, kind | codec << Byte.SIZE);
        memory.putInt(at + REGION, region);
        memory.putInt(at + SUBPARTITION, subpartition);
        memory.putInt(at + NUMBER, number);
        memory.putInt(at + TAG, tag);
    }

    /**
     * Writes the checksum.
     *
     * @param memory little-endian
     * @param at where the header begins
     * @param value CRC32C of all that follows it
     */
    public static void putChecksum(final ByteBuffer memory, final int at, final long value) {
        memory.putInt(at + CRC, (int) value);
    }

    /** First byte that the checksum covers, from the header's begin. */
    public static final int CHECKED_FROM = STORED;

    /**
     * Reads all fields, whatever they are.
     *
     * @param memory little-endian
     * @param at where the header begins; there are {@link #BYTES} bytes
     */
    public void decode(final ByteBuffer memory, final int at) {
        checksum = memory.getInt(at + CRC);
        storedBytes = memory.getInt(at + STORED);
        rawBytes = memory.getInt(at + RAW);
        final int kinds = memory.getInt(at + KIND);
        kind = kinds & 0xFF;
        codec = kinds >>> Byte.SIZE; // two bytes more than it needs: they must be 0
        region = memory.getInt(at + REGION);
        subpartition = memory.getInt(at + SUBPARTITION);
        number = memory.getInt(at + NUMBER);
        tag = memory.getInt(at + TAG);
    }

    /**
     * Checks lengths and codes.
     *
     * @param index of the file it was read from
     * @return what is wrong; null if nothing
     */
    public String fault(final PartitionIndex index) {
        final int payloadMax = index.blockBytesMax() - BYTES;
        if (storedBytes < 0 || storedBytes > payloadMax) {
            return "storedBytes=" + storedBytes + " max=" + payloadMax;
        }
        if (rawBytes < 0 || rawBytes > payloadMax) {
            return "rawBytes=" + rawBytes + " max=" + payloadMax;
        }
        if (kind != BlockKind.DATA.code() && kind != BlockKind.EVENT.code()) {
            return "kind=" + kind;
        }
        if (codec != BlockCodec.NONE.code() && codec != index.codec().code()) {
            return "codec=" + codec + " expected=" + index.codec();
        }
        if (codec == BlockCodec.NONE.code() && storedBytes != rawBytes) {
            return "storedBytes=" + storedBytes + " rawBytes=" + rawBytes;
        }
        if (tag != index.tag()) {
            return "tag=" + tag + " expected=" + index.tag();
        }
        return null;
    }

    /**
     * Compares the checksum with the bytes.
     *
     * @param view of the memory the header was decoded from; position and limit are changed
     * @param at where the header begins; all stored bytes are there
     * @return true if they agree
     */
    public boolean checksumAgrees(final ByteBuffer view, final int at) {
        crc.reset();
        crc.update(view.limit(at + BYTES + storedBytes).position(at + CHECKED_FROM));
        return (int) crc.getValue() == checksum;
    }

    @Override
    public String toString() {
        return "region="
                + region
                + " subpartition="
                + subpartition
                + " block="
                + number
                + " storedBytes="
                + storedBytes;
    }
}
