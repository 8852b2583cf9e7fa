package io.geminid.state.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes the bytes of one logical range of a snapshot, in order. Checksums, blocks and the file
 * around them are added behind this.
 *
 * <p>One thread at a time. Blocks on the disk or the network: never on a task thread.
 */
public interface StateOutput extends Closeable {

    /**
     * Appends bytes; they are copied or written before this returns.
     *
     * @param source its remaining bytes are consumed
     * @throws IOException when the storage is full or gone; the output can then only be closed
     */
    void write(ByteBuffer source) throws IOException;

    /**
     * Bytes written so far: what to remember as the position of what is written next. {@link
     * StateInput#read} takes the same positions.
     *
     * @return 0 or more
     */
    long position();

    /**
     * Ends the range.
     *
     * @return where the bytes are; readable once {@link SnapshotWriter#commit} has completed
     * @throws IOException when the storage is full or gone
     */
    StateHandle finish() throws IOException;

    /** Gives up what was written, unless finished. */
    @Override
    void close() throws IOException;
}
