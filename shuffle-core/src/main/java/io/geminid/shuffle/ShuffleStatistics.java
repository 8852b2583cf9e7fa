package io.geminid.shuffle;

/**
 * Counters since the start of an environment, and gauges of this moment. Read without a lock, so
 * the numbers are each right but not all of one instant.
 *
 * @param bytesSent payload of data frames handed to the link
 * @param bytesReceived payload of data frames that passed all checks
 * @param framesSent data frames
 * @param framesReceived data frames
 * @param checksumFailures frames whose header or payload checksum was wrong
 * @param connectionsRefused connections closed because of what a peer sent, for any reason
 * @param creditsAvailable gauge: segments that this process has granted and that are not filled yet
 * @param connections gauge: open connections
 * @param segmentsKept gauge: segments that open connections keep for as long as they are open
 */
public record ShuffleStatistics(
        long bytesSent,
        long bytesReceived,
        long framesSent,
        long framesReceived,
        long checksumFailures,
        long connectionsRefused,
        long creditsAvailable,
        int connections,
        int segmentsKept) {

    /**
     * The same with another number of credits.
     *
     * @param credits see {@link #creditsAvailable}
     * @return a changed copy
     */
    public ShuffleStatistics withCreditsAvailable(final long credits) {
        return new ShuffleStatistics(
                bytesSent,
                bytesReceived,
                framesSent,
                framesReceived,
                checksumFailures,
                connectionsRefused,
                credits,
                connections,
                segmentsKept);
    }
}
