package io.geminid.shuffle.buffer;

import io.geminid.shuffle.transport.SendCompletion;
import java.nio.ByteBuffer;

/**
 * One element of a channel: record bytes in a segment, or an event. Immutable; the holder releases
 * it exactly once, by any thread, and may {@link #retain()} it before to hand a second reference to
 * somebody else (a checkpoint that persists what is in flight does).
 *
 * <p>The memory is valid until the last reference is released; then the segment goes back to its
 * pool.
 */
public interface Buffer extends SendCompletion {

    /** What an element is. */
    enum Kind {
        /** Bytes of records; a record may go on in the next data element. */
        DATA,
        /** An event in the order of the data. */
        EVENT,
        /** An event that overtakes data. */
        PRIORITY_EVENT
    }

    /**
     * @return what it is
     */
    Kind kind();

    /**
     * The memory the bytes lie in, little-endian, to be read by absolute index from {@link
     * #offset()} on.
     *
     * @return direct memory for data; for events whatever holds them
     */
    ByteBuffer memory();

    /**
     * @return absolute index of the first byte in {@link #memory()}
     */
    int offset();

    /**
     * @return how many bytes
     */
    int length();

    /**
     * @return true if no more bytes of the same segment follow; for events always true
     */
    boolean finished();

    /**
     * Adds a reference.
     *
     * @return this
     */
    Buffer retain();

    /** Drops a reference; the last one gives the segment back. */
    void release();

    /** A link that was given the reference has sent the bytes. */
    @Override
    default void onCompletion() {
        release();
    }
}
