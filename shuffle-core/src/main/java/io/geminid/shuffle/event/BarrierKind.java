package io.geminid.shuffle.event;

/** How a barrier behaves towards the data before it. The order of the constants is on the wire. */
public enum BarrierKind {
    /** Stays in its place; the producer waits behind it until the consumer resumes the channel. */
    ALIGNED,
    /** Stays in its place, and nobody waits: records behind it may count as before it. */
    TRACKED,
    /** Stays in its place and holds the producer, until its time is over; then it overtakes. */
    ALIGNED_FOR_A_TIME,
    /**
     * Stays in its place and holds the producer, on an edge whose data must not be kept; the
     * consumer's own barriers overtake again, if the time that remains is 0.
     */
    FORCED_ALIGNED,
    /** Overtakes all data; what it overtakes belongs to the checkpoint. */
    UNALIGNED,
    /**
     * Was aligned for a time and overtook in the consumer's queue, so the producer waits behind it.
     * Never on the wire.
     */
    OVERTAKEN;

    /**
     * Whether the producer must wait behind it.
     *
     * @return true until the consumer resumes the channel
     */
    public boolean holdsProducer() {
        return this == ALIGNED || this == ALIGNED_FOR_A_TIME || this == FORCED_ALIGNED;
    }

    /**
     * Whether it came before data that was sent before it.
     *
     * @return true if that data belongs to the checkpoint
     */
    public boolean overtakes() {
        return this == UNALIGNED || this == OVERTAKEN;
    }
}
