package io.geminid.state.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a logical range of a snapshot, from any position. Each block that is touched is checked
 * before any of its bytes are handed out.
 *
 * <p>One thread at a time; several inputs of one handle may be open at once, and opening one reads
 * no more than the file's header and footer. The last block read is kept, so small reads in order
 * are cheap.
 */
public interface StateInput extends Closeable {

    /**
     * Length of the range.
     *
     * @return {@link StateHandle#length}
     */
    long length();

    /**
     * Bytes covered by one checksum: a read that begins and ends at multiples of it in the file's
     * payload touches nothing twice. {@link StateHandle#offset} says where the range begins in the
     * payload.
     *
     * @return a power of two
     */
    int blockBytes();

    /**
     * Fills a buffer.
     *
     * @param position first byte wanted, counted from the beginning of the range
     * @param target its remaining bytes are filled
     * @throws CorruptStateException when a checksum differs; the target then holds nothing to rely
     *     on
     * @throws IndexOutOfBoundsException when the range does not have that many bytes
     * @throws IOException when the storage cannot be read
     */
    void read(long position, ByteBuffer target) throws IOException;

    @Override
    void close() throws IOException;
}
