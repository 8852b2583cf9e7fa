package io.geminid.state.checkpoint.storage;

import io.geminid.state.checkpoint.StateFile;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.format.StateFileWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A physical file being written, that nobody has been told of. One thread at a time. */
public final class SnapshotFile {
    private final BlobStore blobs;
    private final StateFile file;
    private final StateFileWriter writer;
    private boolean committing;

    SnapshotFile(final BlobStore blobs, final StateFile file, final StateFileWriter writer) {
        this.blobs = blobs;
        this.file = file;
        this.writer = writer;
    }

    /**
     * What it will be called.
     *
     * @return to be put into handles
     */
    public StateFile file() {
        return file;
    }

    /**
     * Payload written so far.
     *
     * @return bytes
     */
    public long payloadBytes() {
        return writer.payloadBytes();
    }

    /**
     * Appends payload.
     *
     * @param source its remaining bytes are consumed
     * @throws IOException when the storage is full or gone
     */
    public void write(final ByteBuffer source) throws IOException {
        writer.write(source);
    }

    /**
     * Appends payload, and leaves position and limit of its memory alone.
     *
     * @param source where the payload is
     * @param offset absolute index of its first byte
     * @param length how many bytes
     * @throws IOException when the storage is full or gone
     */
    public void write(final ByteBuffer source, final int offset, final int length)
            throws IOException {
        writer.write(source, offset, length);
    }

    /**
     * Makes the file durable under its name.
     *
     * @throws IOException when it is unknown whether it is; the file is then to be discarded
     */
    public void commit() throws IOException {
        committing = true;
        writer.commit();
    }

    /**
     * Deletes what there is of the file, committed or not. Only for a file that no acknowledgement
     * has named: everything else is the coordinator's to delete.
     *
     * @throws IOException when it cannot be deleted; the coordinator's sweep will
     */
    public void discard() throws IOException {
        writer.close();
        if (committing) {
            blobs.delete(file.name());
        }
    }
}
