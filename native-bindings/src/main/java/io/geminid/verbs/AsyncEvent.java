package io.geminid.verbs;

/**
 * Something that happened to a device and belongs to no work request. Made once, filled in by
 * {@link Device#nextAsyncEvent}; not for sharing between threads.
 */
public final class AsyncEvent {

    private int type;
    private int queuePairNumber;
    private int port;

    /** An event that says nothing yet. */
    public AsyncEvent() {}

    /**
     * Fills it in; for implementations.
     *
     * @param newType the number in {@code enum ibv_event_type}
     * @param newQueuePairNumber the queue pair, 0 if the event is of none
     * @param newPort the port, 0 if the event is of none
     */
    public void set(int newType, int newQueuePairNumber, int newPort) {
        type = newType;
        queuePairNumber = newQueuePairNumber;
        port = newPort;
    }

    /**
     * What happened.
     *
     * @return the kind
     */
    public Kind kind() {
        return Kind.of(type);
    }

    /**
     * The queue pair it happened to.
     *
     * @return its number, 0 if the event is of none
     */
    public int queuePairNumber() {
        return queuePairNumber;
    }

    /**
     * The port it happened to.
     *
     * @return its number, 0 if the event is of none
     */
    public int port() {
        return port;
    }

    @Override
    public String toString() {
        return "asyncEvent=%s type=%d queuePair=%d port=%d"
                .formatted(kind(), type, queuePairNumber, port);
    }

    /** The events that callers tell apart, with the numbers of {@code enum ibv_event_type}. */
    public enum Kind {
        /** A completion queue overran: its queue pairs are lost, its completions too. */
        COMPLETION_QUEUE_ERROR(0),
        /** A queue pair failed and cannot say so by a completion. */
        QUEUE_PAIR_FATAL(1),
        /** A peer asked for something invalid. */
        QUEUE_PAIR_REQUEST_ERROR(2),
        /** A peer asked for what it has no right to. */
        QUEUE_PAIR_ACCESS_ERROR(3),
        /** The first packet came before the connection manager's word. */
        COMMUNICATION_ESTABLISHED(4),
        /** The device failed or was removed. */
        DEVICE_FATAL(8),
        /** A port carries traffic. */
        PORT_ACTIVE(9),
        /** A port's link went down. */
        PORT_ERROR(10),
        /** The address table changed. */
        GID_CHANGE(18),
        /** Any other; see {@link AsyncEvent#toString}. */
        OTHER(-1);

        private static final Kind[] VALUES = values();

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /**
         * The number in {@code enum ibv_event_type}.
         *
         * @return the C value, -1 for {@link #OTHER}
         */
        public int number() {
            return number;
        }

        static Kind of(int number) {
            for (Kind kind : VALUES) {
                if (kind.number == number) {
                    return kind;
                }
            }
            return OTHER;
        }
    }
}
