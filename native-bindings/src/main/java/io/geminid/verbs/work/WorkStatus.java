package io.geminid.verbs.work;

/** How a work request went, in the order of {@code enum ibv_wc_status}. */
public enum WorkStatus {
    /** Done. */
    SUCCESS,
    /** The data did not fit the buffers of the request. */
    LOCAL_LENGTH_ERROR,
    /** The queue pair failed at this end. */
    LOCAL_QUEUE_PAIR_OPERATION_ERROR,
    /** Not of reliable connections. */
    LOCAL_EEC_OPERATION_ERROR,
    /** A slice is outside its region, or its key is of none. */
    LOCAL_PROTECTION_ERROR,
    /** Not done: the queue pair had failed. The buffer is the caller's again. */
    FLUSHED,
    /** A memory window could not be bound. */
    MEMORY_WINDOW_BIND_ERROR,
    /** The other end answered something unexpected. */
    BAD_RESPONSE,
    /** A slice of this end may not be used so. */
    LOCAL_ACCESS_ERROR,
    /**
     * The other end found the request invalid, often a message that its receive was too small for.
     */
    REMOTE_INVALID_REQUEST,
    /** The other end's region, key or rights do not allow it. */
    REMOTE_ACCESS_ERROR,
    /** The other end could not complete it, often a message that its receive was too small for. */
    REMOTE_OPERATION_ERROR,
    /** The other end did not answer, as often as was allowed. */
    RETRY_EXCEEDED,
    /** The other end had no receive posted, as often as was allowed. */
    RNR_RETRY_EXCEEDED,
    /** A number that is none of the above. */
    OTHER;

    private static final WorkStatus[] VALUES = values();

    /**
     * The status of that number in {@code enum ibv_wc_status}.
     *
     * @param number the C value
     * @return its name, {@link #OTHER} for one that has none here
     */
    public static WorkStatus of(int number) {
        return number >= 0 && number < OTHER.ordinal() ? VALUES[number] : OTHER;
    }
}
