package io.geminid.state.checkpoint.format;

import io.geminid.state.checkpoint.CheckpointId;
import io.geminid.state.checkpoint.CorruptStateException;
import io.geminid.state.checkpoint.blob.BlobInput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Reads one file. Header and footer are checked when it is opened, each block before any of its
 * bytes are handed out. One thread at a time.
 */
public final class StateFileReader implements Closeable {
    private final String name;
    private final BlobInput blob;
    private final FileIdentity identity;
    private final int blockBytes;
    private final long payloadBytes;
    private final StateFileLayout.BlockChecksum checksum;

    /** The block read last, and its checksum. */
    private final ByteBuffer buffer;

    private long bufferedBlock = -1;

    /**
     * Opens a file.
     *
     * @param name for messages
     * @param blob the file; owned by this reader once it is constructed
     * @param kind what it must hold
     * @throws CorruptStateException when it is not a whole file of that kind
     * @throws IOException as the blob does
     */
    public StateFileReader(final String name, final BlobInput blob, final FileKind kind)
            throws IOException {
        this.name = name;
        this.blob = blob;
        if (blob.length() < StateFileLayout.HEADER_BYTES + StateFileLayout.FOOTER_BYTES) {
            throw new CorruptStateException(
                    name, blob.length(), "truncated lengthBytes=" + blob.length());
        }
        final ByteBuffer header = read(0, StateFileLayout.HEADER_BYTES);
        checkHeader(header, kind);
        this.identity =
                new FileIdentity(
                        kind,
                        uuid(header, StateFileLayout.FILE_OFFSET),
                        new CheckpointId(
                                uuid(header, StateFileLayout.JOB_OFFSET),
                                header.getLong(StateFileLayout.CHECKPOINT_OFFSET),
                                header.getInt(StateFileLayout.ATTEMPT_OFFSET)));
        this.blockBytes = header.getInt(StateFileLayout.BLOCK_BYTES_OFFSET);
        this.payloadBytes = readFooter();
        this.checksum = new StateFileLayout.BlockChecksum(identity.file());
        this.buffer =
                StateFileLayout.buffer(
                        (int) Math.min(blockBytes, payloadBytes)
                                + StateFileLayout.BLOCK_CHECKSUM_BYTES);
    }

    private void checkHeader(final ByteBuffer header, final FileKind kind)
            throws CorruptStateException {
        final int magic = header.getInt(0);
        if (magic != StateFileLayout.HEADER_MAGIC) {
            throw new CorruptStateException(name, 0, "magic=0x" + Integer.toHexString(magic));
        }
        final int crc = StateFileLayout.crc(header, 0, StateFileLayout.HEADER_CRC_OFFSET);
        if (crc != header.getInt(StateFileLayout.HEADER_CRC_OFFSET)) {
            throw new CorruptStateException(name, 0, "header checksum differs");
        }
        // Beyond this point the bytes are what some writer meant.
        final int version = header.getShort(StateFileLayout.VERSION_OFFSET);
        if (version != StateFileLayout.VERSION) {
            throw new CorruptStateException(
                    name,
                    StateFileLayout.VERSION_OFFSET,
                    "version=" + version + " readable=" + StateFileLayout.VERSION);
        }
        final int code = header.getShort(StateFileLayout.KIND_OFFSET);
        if (code != kind.code()) {
            throw new CorruptStateException(
                    name, StateFileLayout.KIND_OFFSET, "kind=" + code + " expected=" + kind.code());
        }
        final int bytes = header.getInt(StateFileLayout.BLOCK_BYTES_OFFSET);
        if (!StateFileLayout.validBlockBytes(bytes)
                || header.getLong(StateFileLayout.CHECKPOINT_OFFSET) < 1
                || header.getInt(StateFileLayout.ATTEMPT_OFFSET) < 0) {
            throw new CorruptStateException(name, 0, "header out of range blockBytes=" + bytes);
        }
    }

    private long readFooter() throws IOException {
        final long at = blob.length() - StateFileLayout.FOOTER_BYTES;
        final ByteBuffer footer = read(at, StateFileLayout.FOOTER_BYTES);
        if (footer.getInt(0) != StateFileLayout.FOOTER_MAGIC
                || StateFileLayout.crc(footer, 0, StateFileLayout.FOOTER_CRC_OFFSET)
                        != footer.getInt(StateFileLayout.FOOTER_CRC_OFFSET)
                || footer.getLong(StateFileLayout.FOOTER_FILE_OFFSET)
                        != identity.file().getLeastSignificantBits()) {
            throw new CorruptStateException(
                    name, at, "no footer of this file: truncated lengthBytes=" + blob.length());
        }
        final long bytes = footer.getLong(StateFileLayout.PAYLOAD_BYTES_OFFSET);
        if (bytes < 0
                || bytes > blob.length()
                || StateFileLayout.fileBytes(bytes, blockBytes) != blob.length()) {
            throw new CorruptStateException(
                    name, at, "payloadBytes=" + bytes + " lengthBytes=" + blob.length());
        }
        return bytes;
    }

    /**
     * Whose file it is.
     *
     * @return what its header says
     */
    public FileIdentity identity() {
        return identity;
    }

    /**
     * Length of the payload.
     *
     * @return bytes, without checksums
     */
    public long payloadBytes() {
        return payloadBytes;
    }

    /**
     * Payload of a full block.
     *
     * @return a power of two
     */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Fills a buffer from checked blocks.
     *
     * @param position first payload byte wanted
     * @param target its remaining bytes are filled
     * @throws CorruptStateException when a block is damaged
     * @throws IOException as the blob does
     */
    public void read(final long position, final ByteBuffer target) throws IOException {
        if (position < 0 || position > payloadBytes - target.remaining()) {
            throw new IndexOutOfBoundsException(
                    "position="
                            + position
                            + " wantedBytes="
                            + target.remaining()
                            + " payloadBytes="
                            + payloadBytes
                            + " file="
                            + name);
        }
        long at = position;
        while (target.hasRemaining()) {
            load(at / blockBytes);
            final int from = (int) (at % blockBytes);
            final int to = Math.min(buffer.limit(), from + target.remaining());
            target.put(buffer.duplicate().limit(to).position(from));
            at += to - from;
        }
    }

    /**
     * Reads everything and goes on behind what is damaged.
     *
     * @param damaged takes each damaged block
     * @throws IOException as the blob does
     */
    public void checkAll(final Consumer<CorruptStateException> damaged) throws IOException {
        final long blocks = StateFileLayout.blockCount(payloadBytes, blockBytes);
        for (long block = 0; block < blocks; block++) {
            try {
                load(block);
            } catch (final CorruptStateException e) {
                damaged.accept(e);
            }
        }
    }

    private void load(final long block) throws IOException {
        if (block == bufferedBlock) {
            return;
        }
        bufferedBlock = -1;
        final int bytes = (int) Math.min(blockBytes, payloadBytes - block * blockBytes);
        final long offset = StateFileLayout.blockOffset(block, blockBytes);
        buffer.clear().limit(bytes + StateFileLayout.BLOCK_CHECKSUM_BYTES);
        blob.read(offset, buffer);
        buffer.position(0).limit(bytes);
        final int computed = checksum.of(block, buffer);
        buffer.limit(bytes + StateFileLayout.BLOCK_CHECKSUM_BYTES);
        final int stored = buffer.getInt(bytes);
        if (computed != stored) {
            throw new CorruptStateException(
                    name,
                    offset,
                    "block="
                            + block
                            + " crc=0x"
                            + Integer.toHexString(computed)
                            + " stored=0x"
                            + Integer.toHexString(stored));
        }
        buffer.position(0).limit(bytes);
        bufferedBlock = block;
    }

    private ByteBuffer read(final long position, final int bytes) throws IOException {
        final ByteBuffer target = StateFileLayout.buffer(bytes);
        blob.read(position, target);
        return target.flip();
    }

    private static UUID uuid(final ByteBuffer bytes, final int offset) {
        return new UUID(bytes.getLong(offset), bytes.getLong(offset + Long.BYTES));
    }

    @Override
    public void close() throws IOException {
        blob.close();
    }
}
