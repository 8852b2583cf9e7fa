package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;

/**
 * Memory and network of a worker, counted since its start.
 *
 * @param segmentsTotal segments that its pool may have at most
 * @param segmentsTaken how often a segment was taken
 * @param segmentsReturned how often one was given back
 * @param bytesSent payload handed to links
 * @param bytesReceived payload that passed all checks
 * @param checksumFailures frames whose checksum was wrong
 * @param connectionsRefused connections closed because of what a peer sent
 * @param creditsAvailable segments granted to producers and not filled yet
 */
public record WorkerCounters(
        int segmentsTotal,
        long segmentsTaken,
        long segmentsReturned,
        long bytesSent,
        long bytesReceived,
        long checksumFailures,
        long connectionsRefused,
        long creditsAvailable) {

    void write(final RecordOutput out) {
        out.putInt(segmentsTotal);
        out.putLong(segmentsTaken);
        out.putLong(segmentsReturned);
        out.putLong(bytesSent);
        out.putLong(bytesReceived);
        out.putLong(checksumFailures);
        out.putLong(connectionsRefused);
        out.putLong(creditsAvailable);
    }

    static WorkerCounters read(final RecordInput in) {
        return new WorkerCounters(
                in.getInt(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong());
    }
}
