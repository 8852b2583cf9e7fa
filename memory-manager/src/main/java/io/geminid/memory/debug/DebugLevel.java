package io.geminid.memory.debug;

/**
 * How much a pool checks beyond what it always checks (bounds, use after close, double close). Each
 * level includes the ones before it.
 */
public enum DebugLevel {
    /** Only what is always checked. */
    OFF,
    /** Remember the stack that took each segment; costs microseconds a loan. */
    STACKS,
    /**
     * Fill a segment with {@link #POISON_BYTE} when it is closed and compare when it is lent again:
     * finds a reader of closed memory by what it reads, and a writer (a stale slice, a device) by
     * what it left behind. Costs a pass over the segment at each end of a loan.
     */
    POISON;

    /** What closed memory holds at level {@link #POISON}. */
    public static final byte POISON_BYTE = (byte) 0xA5;

    /**
     * Whether stacks are remembered.
     *
     * @return true from {@link #STACKS} on
     */
    public boolean stacks() {
        return this != OFF;
    }

    /**
     * Whether closed memory is poisoned.
     *
     * @return true at {@link #POISON}
     */
    public boolean poison() {
        return this == POISON;
    }
}
