package io.geminid.shuffle.event;

/**
 * Divides a channel: what was emitted before it belongs to a checkpoint, what comes behind does
 * not.
 *
 * @param checkpoint its number, rising within a job
 * @param base the completed checkpoint that its snapshots may build on, 0 for none
 * @param kind how it behaves towards data
 * @param remainingMillis how long it may still take to be aligned, if it is {@link
 *     BarrierKind#ALIGNED_FOR_A_TIME}; a duration, so that no two clocks are compared
 */
public record CheckpointBarrier(long checkpoint, long base, BarrierKind kind, long remainingMillis)
        implements ShuffleEvent {

    /** Checks the numbers. */
    public CheckpointBarrier {
        if (base < 0 || checkpoint <= base || remainingMillis < 0) {
            throw new IllegalArgumentException(
                    "checkpoint="
                            + checkpoint
                            + " base="
                            + base
                            + " remainingMillis="
                            + remainingMillis);
        }
    }

    /**
     * The same checkpoint's barrier of another kind.
     *
     * @param other the kind
     * @return a changed copy
     */
    public CheckpointBarrier as(final BarrierKind other) {
        return new CheckpointBarrier(checkpoint, base, other, remainingMillis);
    }

    /**
     * The same barrier with less time.
     *
     * @param millis how long it may still take to be aligned
     * @return a changed copy
     */
    public CheckpointBarrier within(final long millis) {
        return new CheckpointBarrier(checkpoint, base, kind, millis);
    }

    @Override
    public boolean blocksUpstream() {
        return kind.holdsProducer();
    }
}
