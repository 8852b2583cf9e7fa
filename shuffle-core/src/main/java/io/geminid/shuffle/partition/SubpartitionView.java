package io.geminid.shuffle.partition;

import io.geminid.shuffle.buffer.Buffer;

/**
 * The reader's end of one subpartition. One reader at a time, one thread at a time: the
 * connection's thread for a consumer in another process, the consumer's task thread for one in this
 * process. {@link #release()} may be called by any thread.
 */
public interface SubpartitionView {

    /**
     * Takes the next element, priority events first.
     *
     * @param dataAllowed false if there is no credit: only events come
     * @param partialAllowed whether the committed part of a segment that the writer still fills may
     *     be taken; the rest of the segment then comes as another element. False while an earlier
     *     element of the channel is still on the link: better to collect
     * @return the element, now the caller's, who must {@link Buffer#release()} it exactly once; or
     *     {@code null} if there is none now. Whoever was allowed everything and got nothing is told
     *     by the listener of the next record; whoever was allowed less, only of events and of whole
     *     segments, since he knows himself when he may take more
     */
    Buffer poll(boolean dataAllowed, boolean partialAllowed);

    /**
     * Takes the next priority event and nothing else.
     *
     * @return the event; {@code null} if there is none
     */
    Buffer pollPriority();

    /**
     * Finished data segments that wait; not events, not the segment that is still being filled.
     *
     * @return 0 or more
     */
    int backlog();

    /**
     * Whether there is committed data or an event that could be polled if both arguments of {@link
     * #poll} were true.
     *
     * @return true if a poll would give something
     */
    boolean hasElements();

    /**
     * The consumer has dealt with the event that blocked the subpartition; go on. Poll afterwards:
     * the listener is not told of what came meanwhile. Priority events are not blocked.
     */
    void resumeConsumption();

    /** The consumer has processed all records up to the end of data. */
    void acknowledgeAllRecordsProcessed();

    /**
     * Why the partition cannot be read further.
     *
     * @return the failure of the producer, or {@code null}
     */
    Throwable failure();

    /** The reader is gone. Idempotent, any thread; elements it holds stay valid until released. */
    void release();

    /**
     * @return true after {@link #release()}, or after the partition was released
     */
    boolean isReleased();
}
