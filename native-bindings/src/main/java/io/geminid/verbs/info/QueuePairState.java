package io.geminid.verbs.info;

/** The states of a queue pair, in the order of the verbs manual. */
public enum QueuePairState {
    /** Made; nothing can be posted. */
    RESET,
    /** Receives can be posted. */
    INIT,
    /** Receives. */
    READY_TO_RECEIVE,
    /** Receives and sends: a connected queue pair. */
    READY_TO_SEND,
    /** Sends what was posted, takes no more. */
    DRAINING,
    /** The send queue failed. */
    SEND_ERROR,
    /** Failed: everything posted is flushed. Final. */
    ERROR,
    /** Something the manual does not name. */
    UNKNOWN;

    private static final QueuePairState[] VALUES = values();

    /**
     * The state of that number in {@code enum ibv_qp_state}.
     *
     * @param number the C value
     * @return its name, {@link #UNKNOWN} for a number that has none
     */
    public static QueuePairState of(int number) {
        return number >= 0 && number < UNKNOWN.ordinal() ? VALUES[number] : UNKNOWN;
    }
}
