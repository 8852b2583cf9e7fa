package io.geminid.shuffle.transport;

/**
 * An ordered, checked stream of frames to one peer process. Either every frame arrives once and in
 * order, or the connection is closed and both handlers are told.
 *
 * <p>Owned by its transport. Each connection has exactly one thread, on which its handler is
 * called.
 */
public interface Connection {

    /**
     * @return who is at the other end, as told in the handshake
     */
    PeerInfo peer();

    /**
     * @return true if this process opened the connection
     */
    boolean outgoing();

    /**
     * Says that {@link FrameHandler#pull} may have something to send. Any thread; cheap, does not
     * allocate when a wake-up is already on its way, and may be called under locks.
     */
    void wakeUp();

    /**
     * Runs something on the connection's thread, in the order of the calls. Any thread.
     *
     * @param task not run if the connection's thread has ended
     */
    void execute(Runnable task);

    /**
     * Closes the connection; idempotent, any thread. The handler gets {@link FrameHandler#onClosed}
     * with this reason, unless it was closed before.
     *
     * @param reason told to the peer as far as the link allows, counted by its {@link
     *     TransportException#reason()}
     */
    void close(TransportException reason);
}
