package io.geminid.state.checkpoint.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of a file, version 1. Little-endian.
 *
 * <pre>
 *  header, 64 bytes
 *  +---------------+-------+-------+-------------------------------+
 *  |  Magic GSTF   |Version| Kind  |  File identity (16 bytes)     |
 *  +---------------+-------+-------+- - - - - - - - - - - - - - - -+
 *  |                               |  Job (16 bytes)               |
 *  +- - - - - - - - - - - - - - - -+- - - - - - - - - - - - - - - -+
 *  |                               |  Checkpoint                   |
 *  +---------------+---------------+---------------+---------------+
 *  |    Attempt    |  Block bytes  |   Reserved    | CRC32C of the |
 *  |               |               |               | 60 before it  |
 *  +---------------+---------------+---------------+---------------+
 *  block 0 .. n-1: each full but the last, which may be shorter; none when there is no payload
 *  +---------------------------------------------------------------+
 *  |  Payload ("block bytes" of it)                                |
 *  +---------------+-----------------------------------------------+
 *  | CRC32C of file identity, block number and payload             |
 *  +---------------+
 *  footer, 32 bytes
 *  +---------------+---------------+-------------------------------+
 *  |  Magic GSTE   |   Reserved    |  Payload bytes of all blocks  |
 *  +---------------+---------------+-------------------------------+
 *  |  Low half of file identity    |    Zero       | CRC32C of the |
 *  |                               |               | 28 before it  |
 *  +-------------------------------+---------------+---------------+
 * </pre>
 *
 * File identity and block number in the checksum make a block that was copied to another place, or
 * left there by another file, a wrong block. The footer makes a file that was cut at any length a
 * damaged file: its payload length determines the length of the file exactly.
 */
public final class StateFileLayout {

    /** The one version that is written. */
    public static final int VERSION = 1;

    /** Bytes before the first block. */
    public static final int HEADER_BYTES = 64;

    /** Bytes after the last block. */
    public static final int FOOTER_BYTES = 32;

    /** Bytes of the checksum after each block's payload. */
    public static final int BLOCK_CHECKSUM_BYTES = Integer.BYTES;

    /** Smallest block: below it the checksums would be a noticeable part of the file. */
    public static final int BLOCK_BYTES_MIN = 512;

    /** Largest block: a point read has to read one. */
    public static final int BLOCK_BYTES_MAX = 1 << 20;

    static final int HEADER_MAGIC = 0x46545347;
    static final int FOOTER_MAGIC = 0x45545347;

    static final int VERSION_OFFSET = 4;
    static final int KIND_OFFSET = 6;
    static final int FILE_OFFSET = 8;
    static final int JOB_OFFSET = 24;
    static final int CHECKPOINT_OFFSET = 40;
    static final int ATTEMPT_OFFSET = 48;
    static final int BLOCK_BYTES_OFFSET = 52;
    static final int HEADER_CRC_OFFSET = 60;

    static final int PAYLOAD_BYTES_OFFSET = 8;
    static final int FOOTER_FILE_OFFSET = 16;
    static final int FOOTER_CRC_OFFSET = 28;

    static {
        assert HEADER_CRC_OFFSET + Integer.BYTES == HEADER_BYTES;
        assert FOOTER_CRC_OFFSET + Integer.BYTES == FOOTER_BYTES;
    }

    private StateFileLayout() {}

    /**
     * Where a block begins in the file.
     *
     * @param block its number
     * @param blockBytes payload of a full block
     * @return offset of its first payload byte
     */
    public static long blockOffset(final long block, final int blockBytes) {
        return HEADER_BYTES + block * (blockBytes + BLOCK_CHECKSUM_BYTES);
    }

    /**
     * Length of a whole file.
     *
     * @param payloadBytes bytes of all blocks, without checksums
     * @param blockBytes payload of a full block
     * @return header, blocks, checksums and footer
     */
    public static long fileBytes(final long payloadBytes, final int blockBytes) {
        final long blocks = blockCount(payloadBytes, blockBytes);
        return HEADER_BYTES + payloadBytes + blocks * BLOCK_CHECKSUM_BYTES + FOOTER_BYTES;
    }

    static long blockCount(final long payloadBytes, final int blockBytes) {
        return payloadBytes / blockBytes + (payloadBytes % blockBytes == 0 ? 0 : 1);
    }

    static int checkBlockBytes(final int blockBytes) {
        if (!validBlockBytes(blockBytes)) {
            throw new IllegalArgumentException(
                    "blockBytes="
                            + blockBytes
                            + " must be a power of two, "
                            + BLOCK_BYTES_MIN
                            + ".."
                            + BLOCK_BYTES_MAX);
        }
        return blockBytes;
    }

    static boolean validBlockBytes(final int blockBytes) {
        return Integer.bitCount(blockBytes) == 1
                && blockBytes >= BLOCK_BYTES_MIN
                && blockBytes <= BLOCK_BYTES_MAX;
    }

    static ByteBuffer buffer(final int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Computes the checksums of one file's blocks. */
    static final class BlockChecksum {
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer salt = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);

        BlockChecksum(final UUID file) {
            salt.putLong(0, file.getMostSignificantBits());
            salt.putLong(8, file.getLeastSignificantBits());
        }

        /** Consumes the payload's remaining bytes. */
        int of(final long block, final ByteBuffer payload) {
            salt.putLong(16, block).clear();
            crc.reset();
            crc.update(salt);
            crc.update(payload);
            return (int) crc.getValue();
        }
    }

    static int crc(final ByteBuffer bytes, final int from, final int to) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }
}
