package io.geminid.state.checkpoint.blob;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A blob being read. One thread at a time. */
public interface BlobInput extends Closeable {

    /**
     * Length of the blob.
     *
     * @return bytes
     */
    long length();

    /**
     * Fills a buffer.
     *
     * @param position first byte wanted
     * @param target its remaining bytes are filled
     * @throws EOFException when the blob ends before
     * @throws IOException when the store cannot be read
     */
    void read(long position, ByteBuffer target) throws IOException;

    @Override
    void close() throws IOException;
}
