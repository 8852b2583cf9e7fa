package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.message.ControlMessage;

/**
 * An open way to a peer. Messages arrive in the order they were sent, or the link ends. Any thread.
 */
public interface ControlLink {

    /**
     * Bytes that may wait for a peer that does not read; one that lets more pile up is given up.
     */
    long WAITING_BYTES_MAX = 32L << 20;

    /**
     * Sends a message, without waiting.
     *
     * @param message what to send
     * @return false if the link has ended; the listener is or will be told
     */
    boolean send(ControlMessage message);

    /**
     * Ends the link. What was sent before may be lost. Idempotent.
     *
     * @param reason for this end's listener and log
     */
    void close(String reason);

    /**
     * @return the peer, for messages
     */
    String peer();
}
