package io.geminid.runtime.cluster.job;

/**
 * Memory and network of one worker, of this moment or at the end of a job. Counts go on from the
 * worker's start.
 *
 * @param worker its name
 * @param pid its process; the coordinator's own for an embedded worker
 * @param segmentsTotal segments that its pool may have at most
 * @param segmentsTaken how often a segment was taken from the pool
 * @param segmentsReturned how often one was given back
 * @param bytesSent payload handed to links
 * @param bytesReceived payload that passed all checks
 * @param checksumFailures frames whose checksum was wrong
 * @param connectionsRefused connections closed because of what a peer sent
 * @param creditsAvailable segments granted to producers and not filled yet
 */
public record WorkerReport(
        String worker,
        long pid,
        int segmentsTotal,
        long segmentsTaken,
        long segmentsReturned,
        long bytesSent,
        long bytesReceived,
        long checksumFailures,
        long connectionsRefused,
        long creditsAvailable) {

    /**
     * Segments that somebody holds.
     *
     * @return 0 when everything was given back
     */
    public long segmentsInUse() {
        return segmentsTaken - segmentsReturned;
    }
}
