package io.geminid.state.checkpoint.format;

import io.geminid.state.checkpoint.blob.BlobOutput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes one file: header, blocks with checksums as the payload comes in, footer. One thread at a
 * time.
 */
public final class StateFileWriter implements Closeable {

    /** Payload of a block unless somebody needs another: what a point read costs at most. */
    public static final int BLOCK_BYTES_DEFAULT = 32 * 1024;

    /** Blocks collected before the blob is called: a system call for every quarter of a MiB. */
    private static final int BUFFER_BYTES_MIN = 256 * 1024;

    private final FileIdentity identity;
    private final BlobOutput blob;
    private final int blockBytes;
    private final StateFileLayout.BlockChecksum checksum;
    private final ByteBuffer buffer;
    private int blockStart;
    private long block;
    private long payloadBytes;

    /**
     * Begins a file.
     *
     * @param blob receives it; owned by this writer from now on
     * @param identity stands in the header
     * @param blockBytes payload of a block, a power of two
     */
    public StateFileWriter(
            final BlobOutput blob, final FileIdentity identity, final int blockBytes) {
        this.blob = blob;
        this.identity = identity;
        this.blockBytes = StateFileLayout.checkBlockBytes(blockBytes);
        this.checksum = new StateFileLayout.BlockChecksum(identity.file());
        this.buffer =
                StateFileLayout.buffer(
                        Math.max(BUFFER_BYTES_MIN, 2 * blockBytes) + StateFileLayout.HEADER_BYTES);
        putHeader();
    }

    private void putHeader() {
        buffer.putInt(StateFileLayout.HEADER_MAGIC);
        buffer.putShort((short) StateFileLayout.VERSION);
        buffer.putShort((short) identity.kind().code());
        buffer.putLong(identity.file().getMostSignificantBits());
        buffer.putLong(identity.file().getLeastSignificantBits());
        buffer.putLong(identity.writtenFor().job().getMostSignificantBits());
        buffer.putLong(identity.writtenFor().job().getLeastSignificantBits());
        buffer.putLong(identity.writtenFor().checkpoint());
        buffer.putInt(identity.writtenFor().attempt());
        buffer.putInt(blockBytes);
        buffer.putInt(0);
        buffer.putInt(StateFileLayout.crc(buffer, 0, StateFileLayout.HEADER_CRC_OFFSET));
        assert buffer.position() == StateFileLayout.HEADER_BYTES;
        blockStart = buffer.position();
    }

    /**
     * Payload written so far.
     *
     * @return bytes, without checksums
     */
    public long payloadBytes() {
        return payloadBytes;
    }

    /**
     * Appends payload.
     *
     * @param source its remaining bytes are consumed
     * @throws IOException as the blob does
     */
    public void write(final ByteBuffer source) throws IOException {
        payloadBytes += source.remaining();
        while (source.hasRemaining()) {
            final int room = blockBytes - (buffer.position() - blockStart);
            final int count = Math.min(room, source.remaining());
            final int limit = source.limit();
            source.limit(source.position() + count);
            buffer.put(source);
            source.limit(limit);
            if (count == room) {
                endBlock();
            }
        }
    }

    /**
     * Appends payload, and leaves position and limit of its memory alone.
     *
     * @param source where the payload is
     * @param offset absolute index of its first byte
     * @param length how many bytes
     * @throws IOException as the blob does
     */
    public void write(final ByteBuffer source, final int offset, final int length)
            throws IOException {
        payloadBytes += length;
        int done = 0;
        while (done < length) {
            final int room = blockBytes - (buffer.position() - blockStart);
            final int count = Math.min(room, length - done);
            buffer.put(buffer.position(), source, offset + done, count);
            buffer.position(buffer.position() + count);
            done += count;
            if (count == room) {
                endBlock();
            }
        }
    }

    private void endBlock() throws IOException {
        final ByteBuffer payload = buffer.duplicate().flip().position(blockStart);
        buffer.putInt(checksum.of(block, payload));
        block++;
        blockStart = buffer.position();
        if (buffer.remaining() < blockBytes + StateFileLayout.BLOCK_CHECKSUM_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        blob.write(buffer);
        buffer.clear();
        blockStart = 0;
    }

    /**
     * Writes the footer and commits the blob.
     *
     * @throws IOException as the blob does
     */
    public void commit() throws IOException {
        if (buffer.position() > blockStart) {
            endBlock();
        }
        if (buffer.remaining() < StateFileLayout.FOOTER_BYTES) {
            flush();
        }
        final int from = buffer.position();
        buffer.putInt(StateFileLayout.FOOTER_MAGIC);
        buffer.putInt(0);
        buffer.putLong(payloadBytes);
        buffer.putLong(identity.file().getLeastSignificantBits());
        buffer.putInt(0);
        buffer.putInt(StateFileLayout.crc(buffer, from, buffer.position()));
        flush();
        blob.commit();
    }

    /** Gives the file up, unless committed. */
    @Override
    public void close() throws IOException {
        blob.close();
    }
}
