package io.geminid.perf.shuffle.endpoint;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * One end of a stream under measurement, alone in its JVM. {@link #run()} has a thread of its own;
 * the counters may be read by another at any time.
 */
public interface Endpoint extends AutoCloseable {

    /**
     * Gets ready to be connected to, or connects.
     *
     * @return where the other end connects to; {@code null} at the end that connects
     * @throws Exception if it cannot
     */
    InetSocketAddress start() throws Exception;

    /**
     * Sends or receives until the thread is interrupted or the other end is gone.
     *
     * @throws Exception if the stream breaks
     */
    void run() throws Exception;

    /**
     * @return bytes of records (of the stream, for a peer without records) so far
     */
    long bytes();

    /**
     * @return records so far; 0 for a peer without records
     */
    long records();

    /**
     * Tells the end that is connected to where the other one is.
     *
     * @param address as {@link #start} of the other one said
     */
    default void peer(final InetSocketAddress address) {}

    /**
     * @return the median of the round trips since the last call, in nanoseconds; 0 if there were
     *     none
     */
    default long takeMedianTripNs() {
        return 0;
    }

    @Override
    void close() throws IOException;
}
