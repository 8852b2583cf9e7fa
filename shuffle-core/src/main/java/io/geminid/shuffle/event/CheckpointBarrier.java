package io.geminid.shuffle.event;

/**
 * Divides a channel: what was emitted before it belongs to a checkpoint, what comes behind does
 * not.
 *
 * @param checkpoint its number, rising within a job
 * @param kind how it behaves towards data
 * @param remainingMillis how long it may still take to be aligned, if it is {@link
 *     BarrierKind#ALIGNED_FOR_A_TIME}; a duration, so that no two clocks are compared
 */
public record CheckpointBarrier(long checkpoint, BarrierKind kind, long remainingMillis)
        implements ShuffleEvent {

    /** Checks the numbers. */
    public CheckpointBarrier {
        if (checkpoint < 1 || remainingMillis < 0) {
            throw new IllegalArgumentException(
                    "checkpoint=" + checkpoint + " remainingMillis=" + remainingMillis);
        }
    }

    /**
     * The same checkpoint's barrier of another kind.
     *
     * @param other the kind
     * @return a changed copy
     */
    public CheckpointBarrier as(final BarrierKind other) {
        return new CheckpointBarrier(checkpoint, other, remainingMillis);
    }

    @Override
    public boolean blocksUpstream() {
        return kind.holdsProducer();
    }
}
