package io.geminid.shuffle.sortmerge.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/**
 * How the bytes of blocks are stored. The codes are in files and never change. Stateless; any
 * thread. Buffers are direct; positions and limits of what is given are not used.
 */
public enum BlockCodec {
    /** As they are: files are read straight into segments. */
    NONE(0) {
        @Override
        public int compress(final ByteBuffer from, final int rawBytes, final ByteBuffer to) {
            return rawBytes;
        }

        @Override
        int decompressTo(final ByteBuffer from, final ByteBuffer to) {
            final int length = from.remaining();
            to.put(from);
            return length;
        }
    },
    /** LZ4 block format, fast. */
    LZ4(1) {
        @Override
        public int compress(final ByteBuffer from, final int rawBytes, final ByteBuffer to) {
            return LZ4Factory.fastestInstance()
                    .fastCompressor()
                    .compress(from, 0, rawBytes, to, 0, to.capacity());
        }

        @Override
        int decompressTo(final ByteBuffer from, final ByteBuffer to) throws IOException {
            try {
                return LZ4Factory.fastestInstance()
                        .safeDecompressor()
                        .decompress(
                                from,
                                from.position(),
                                from.remaining(),
                                to,
                                to.position(),
                                to.remaining());
            } catch (final LZ4Exception e) {
                throw new IOException("lz4: " + e.getMessage(), e);
            }
        }
    },
    /** Zstandard, level 1. */
    ZSTD(2) {
        @Override
        public int compress(final ByteBuffer from, final int rawBytes, final ByteBuffer to) {
            final long bytes =
                    Zstd.compressDirectByteBuffer(
                            to, 0, to.capacity(), from, 0, rawBytes, ZSTD_LEVEL);
            if (Zstd.isError(bytes)) {
                throw new IllegalStateException("zstd: " + Zstd.getErrorName(bytes));
            }
            return (int) bytes;
        }

        @Override
        int decompressTo(final ByteBuffer from, final ByteBuffer to) throws IOException {
            try {
                final long bytes =
                        Zstd.decompressDirectByteBuffer(
                                to,
                                to.position(),
                                to.remaining(),
                                from,
                                from.position(),
                                from.remaining());
                if (Zstd.isError(bytes)) {
                    throw new IOException("zstd: " + Zstd.getErrorName(bytes));
                }
                return (int) bytes;
            } catch (final ZstdException e) {
                throw new IOException("zstd: " + e.getMessage(), e);
            }
        }
    };

    /** The fastest of the ordinary levels: the disk is rarely slower than the others. */
    private static final int ZSTD_LEVEL = 1;

    private final int code;

    BlockCodec(final int code) {
        this.code = code;
    }

    /**
     * @return what stands in files
     */
    public int code() {
        return code;
    }

    /**
     * The codec of a code.
     *
     * @param code from a file
     * @return the codec; null if there is none
     */
    public static BlockCodec of(final int code) {
        for (final BlockCodec codec : values()) {
            if (codec.code == code) {
                return codec;
            }
        }
        return null;
    }

    /**
     * Room that a compressed block may need.
     *
     * @param rawBytes before compression
     * @return an upper bound for all codecs
     */
    public static int compressedBytesMax(final int rawBytes) {
        // LZ4: n + n/255 + 16; ZSTD: n + n/256 + 64 or so for small n.
        return rawBytes + rawBytes / 128 + 1024;
    }

    /**
     * Compresses.
     *
     * @param from raw bytes, from index 0 on
     * @param rawBytes how many
     * @param to gets the result from index 0 on; {@link #compressedBytesMax} of capacity
     * @return how many bytes it has; {@code rawBytes} or more if it was not worth it
     */
    public abstract int compress(ByteBuffer from, int rawBytes, ByteBuffer to);

    /** Decompresses what remains of one into what remains of the other; returns how many bytes. */
    abstract int decompressTo(ByteBuffer from, ByteBuffer to) throws IOException;

    /**
     * Decompresses the bytes of one block.
     *
     * @param from stored bytes, from position to limit
     * @param to has room for {@code rawBytes} between position and limit
     * @param rawBytes how many there must be
     * @throws IOException if they are not what {@link #compress} made, or of another length
     */
    public void decompress(final ByteBuffer from, final ByteBuffer to, final int rawBytes)
            throws IOException {
        final int stored = from.remaining();
        final int bytes = decompressTo(from, to);
        if (bytes != rawBytes) {
            throw new IOException(
                    "codec="
                            + this
                            + " storedBytes="
                            + stored
                            + " rawBytes="
                            + bytes
                            + " expected="
                            + rawBytes);
        }
    }
}
