package io.geminid.runtime.cluster.checkpoint;

/**
 * What became of the checkpoints of a job.
 *
 * @param completed how many can or could be restored
 * @param failed how many were begun and given up
 * @param timedOut how many of those took too long
 * @param channelBytes bytes in flight that completed ones have written
 * @param restoredBytes bytes in flight that completed ones took over from older ones
 * @param restarts how often the job was started again
 * @param givenBack bytes in flight that restarted tasks were given
 */
public record CheckpointTotals(
        long completed,
        long failed,
        long timedOut,
        long channelBytes,
        long restoredBytes,
        long restarts,
        long givenBack) {

    /** Nothing happened. */
    public static final CheckpointTotals NONE = new CheckpointTotals(0, 0, 0, 0, 0, 0, 0);

    CheckpointTotals plusCompleted(final long newChannelBytes, final long newRestoredBytes) {
        return new CheckpointTotals(
                completed + 1,
                failed,
                timedOut,
                channelBytes + newChannelBytes,
                restoredBytes + newRestoredBytes,
                restarts,
                givenBack);
    }

    CheckpointTotals plusFailed() {
        return new CheckpointTotals(
                completed, failed + 1, timedOut, channelBytes, restoredBytes, restarts, givenBack);
    }

    CheckpointTotals plusTimedOut() {
        return new CheckpointTotals(
                completed, failed, timedOut + 1, channelBytes, restoredBytes, restarts, givenBack);
    }

    CheckpointTotals plusRestart(final long bytes) {
        return new CheckpointTotals(
                completed,
                failed,
                timedOut,
                channelBytes,
                restoredBytes,
                restarts + 1,
                givenBack + bytes);
    }
}
