package io.geminid.shuffle.network;

/**
 * The consumer's handle of a channel whose producer is in another process. Any thread; calls are
 * queued and never block. All of them are ignored once the channel is closed or broken.
 *
 * <p>Two calls of {@link #grant} may overlap, but not one with {@link #resume}: then nobody could
 * say which total was meant to be the last.
 */
public interface RemoteChannel {

    /**
     * Grants credits. Grants that have not been sent yet are overwritten, since totals are what
     * travels.
     *
     * @param grantedTotal credits granted since the channel was opened, the initial ones included;
     *     never less than before
     */
    void grant(long grantedTotal);

    /**
     * Lets the producer go on after an event that blocked the channel.
     *
     * @param grantedTotal the new total, which may be less than before: unused credits are void
     */
    void resume(long grantedTotal);

    /** Tells the producer that all its records up to the end of data were processed. */
    void acknowledgeAllRecordsProcessed();

    /** Tells the producer that nothing more is wanted. Idempotent. */
    void close();
}
