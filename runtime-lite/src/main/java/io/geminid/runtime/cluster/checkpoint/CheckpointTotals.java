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
 * @param persisted bytes in flight of checkpoints that tasks began with and have read to the end
 * @param givenBack what tasks have read of them; the same, or something is wrong
 */
public record CheckpointTotals(
        long completed,
        long failed,
        long timedOut,
        long channelBytes,
        long restoredBytes,
        long restarts,
        long persisted,
        long givenBack) {

    /** Nothing happened. */
    public static final CheckpointTotals NONE = new CheckpointTotals(0, 0, 0, 0, 0, 0, 0, 0);

    CheckpointTotals plusCompleted(final PendingCheckpoint whole, final RestoredAccount restored) {
        return new CheckpointTotals(
                completed + 1,
                failed,
                timedOut,
                channelBytes + whole.channelBytes(),
                restoredBytes + whole.restoredBytes(),
                restarts,
                restored.persisted(),
                restored.givenBack());
    }

    CheckpointTotals plusFailed() {
        return plus(1, 0, 0);
    }

    CheckpointTotals plusTimedOut() {
        return plus(0, 1, 0);
    }

    CheckpointTotals plusRestart() {
        return plus(0, 0, 1);
    }

    private CheckpointTotals plus(
            final int moreFailed, final int moreTimedOut, final int moreRestarts) {
        return new CheckpointTotals(
                completed,
                failed + moreFailed,
                timedOut + moreTimedOut,
                channelBytes,
                restoredBytes,
                restarts + moreRestarts,
                persisted,
                givenBack);
    }
}
