package io.geminid.state.checkpoint.blob;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A blob being written. One thread at a time. */
public interface BlobOutput extends Closeable {

    /**
     * Appends bytes.
     *
     * @param source its remaining bytes are consumed
     * @throws IOException when the store is full or gone
     */
    void write(ByteBuffer source) throws IOException;

    /**
     * Makes the blob visible under its name, durably: when this returns, it is still there after a
     * power cut.
     *
     * @throws java.nio.file.FileAlreadyExistsException when somebody else was faster
     * @throws IOException when it is unknown whether the blob is there
     */
    void commit() throws IOException;

    /** Gives the blob up, unless committed. */
    @Override
    void close() throws IOException;
}
