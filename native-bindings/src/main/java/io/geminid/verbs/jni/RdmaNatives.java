package io.geminid.verbs.jni;

import io.geminid.verbs.VerbsException;

/**
 * The natives that DiSNI lacks. Handles and addresses are numbers; nothing is checked here, the
 * classes of {@code io.geminid.verbs.disni} do that. Records are described by {@link
 * NativeRecords}. Every failure is a {@link VerbsException} with the call's name and errno.
 */
public final class RdmaNatives {

    private RdmaNatives() {}

    // Devices and events that belong to no queue pair.

    /** Writes the contexts of the connection manager's devices; returns how many. */
    public static native int devices(long contexts, int capacity) throws VerbsException;

    /** Fills in a device record. */
    public static native void queryDevice(long context, long record) throws VerbsException;

    /** Fills in a port record. */
    public static native void queryPort(long context, int port, long record) throws VerbsException;

    /** Fills in address records; returns how many. */
    public static native int queryGids(long context, int port, long records, int capacity)
            throws VerbsException;

    /** Fills in an asynchronous event; returns whether there was one in time. */
    public static native boolean nextAsyncEvent(long context, long record, int timeoutMs)
            throws VerbsException;

    /** Asks for huge pages below a mapped block. */
    public static native void adviseHugePages(long address, long bytes) throws VerbsException;

    // Connections.

    /** Fills in a connection event and acknowledges it; returns whether there was one in time. */
    public static native boolean nextConnectionEvent(long channel, long record, int timeoutMs)
            throws VerbsException;

    /** Sets the exponent of the time after which a packet is sent again; before the route. */
    public static native void setAckTimeout(long id, int exponent) throws VerbsException;

    /** Accepts with private data. */
    public static native void accept(long id, int rnrRetries, long data, int dataBytes)
            throws VerbsException;

    /** Rejects with private data. */
    public static native void reject(long id, long data, int dataBytes) throws VerbsException;

    /** Writes both ends' addresses, each with room for a {@code sockaddr_in6}. */
    public static native void addresses(long id, long local, long peer) throws VerbsException;

    // Regions, queue pairs, waiting.

    /** Registers a block of any length, fills in its keys, returns its handle. */
    public static native long registerMemory(
            long domain, long address, long bytes, int access, long record) throws VerbsException;

    /** Makes a queue pair with the limits of a record, and writes what was granted. */
    public static native long createQueuePair(
            long id, long domain, long sendQueue, long receiveQueue, long limits)
            throws VerbsException;

    /** Fills in a queue pair record. */
    public static native void queryQueuePair(long queuePair, long record) throws VerbsException;

    /** Sets the pause that senders are asked to make when no receive is posted. */
    public static native void setRnrTimer(long queuePair, int timer) throws VerbsException;

    /** Moves a queue pair to the error state. */
    public static native void toError(long queuePair) throws VerbsException;

    /** Makes the file descriptor by which another thread ends a wait. */
    public static native int createWakeup() throws VerbsException;

    /** Ends a wait, the present one or the next. */
    public static native void wake(int wakeup) throws VerbsException;

    /** Closes what {@link #createWakeup} made. */
    public static native void closeWakeup(int wakeup) throws VerbsException;

    /** Waits; 1 if a completion event came, else 0. */
    public static native int awaitCompletion(long channel, int wakeup, long timeoutNs)
            throws VerbsException;
}
