package io.geminid.shuffle.rdma.queue;

/**
 * The number that goes with a request and comes back with its completion: which connection, send or
 * receive, and which one. A device that reports a failure says nothing else that can be relied on.
 */
public final class WorkId {

    private static final int CONNECTION_SHIFT = 32;
    private static final long SEND = 1L << 31;
    private static final long INDEX = SEND - 1;

    private WorkId() {}

    static long receive(final int connection, final int slot) {
        return (long) connection << CONNECTION_SHIFT | slot;
    }

    static long send(final int connection, final long message) {
        return (long) connection << CONNECTION_SHIFT | SEND | (message & INDEX);
    }

    /**
     * @param id of a completion
     * @return the connection's number
     */
    public static int connection(final long id) {
        return (int) (id >>> CONNECTION_SHIFT);
    }

    /**
     * @param id of a completion
     * @return true for a send
     */
    public static boolean isSend(final long id) {
        return (id & SEND) != 0;
    }

    /**
     * @param id of a completion
     * @return the slot of a receive, or the number of a sent message modulo 2^31
     */
    public static int index(final long id) {
        return (int) (id & INDEX);
    }

    /**
     * The number of a message of which only the lower bits came back.
     *
     * @param index from {@link #index}
     * @param notAfter the last message posted
     * @return the number
     */
    static long message(final int index, final long notAfter) {
        return notAfter - ((notAfter - index) & INDEX);
    }
}
