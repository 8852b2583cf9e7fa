package io.geminid.verbs.connect;

import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.Device;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import java.net.InetSocketAddress;

/**
 * One end of a connection, and the owner of its queue pair. All methods are for the manager's
 * thread; the queue pair has a thread of its own, which may be the same.
 *
 * <p>The connecting end: {@link ConnectionManager#resolve}, event RESOLVED, {@link
 * #createQueuePair}, post receives, {@link #connect}, event ESTABLISHED. The other end: event
 * CONNECT_REQUEST, {@link #createQueuePair}, post receives, {@link #accept}, event ESTABLISHED; or
 * {@link #reject}.
 */
public interface Connection extends AutoCloseable {

    /** Private data with a request: what the field of the packet leaves over. */
    int CONNECT_DATA_BYTES_MAX = 56;

    /** Private data with an acceptance. */
    int ACCEPT_DATA_BYTES_MAX = 196;

    /** Private data with a rejection. */
    int REJECT_DATA_BYTES_MAX = 148;

    /**
     * The device that the addresses chose.
     *
     * @return the device
     * @throws IllegalStateException before the address has been resolved
     */
    Device device();

    /**
     * This end's address.
     *
     * @return the address
     * @throws VerbsException if the system does not say
     */
    InetSocketAddress localAddress() throws VerbsException;

    /**
     * The other end's address.
     *
     * @return the address
     * @throws VerbsException if the system does not say
     */
    InetSocketAddress remoteAddress() throws VerbsException;

    /**
     * Makes the queue pair; receives can be posted at once, sends after ESTABLISHED.
     *
     * @param domain the regions it may use; of {@link #device}
     * @param sends where its sends complete; of {@link #device}
     * @param receives where its receives complete; may be the same
     * @param limits how much it must take
     * @return the queue pair, which {@link #close} gives back
     * @throws VerbsException if the device cannot
     */
    QueuePair createQueuePair(
            ProtectionDomain domain,
            CompletionQueue sends,
            CompletionQueue receives,
            QueuePairLimits limits)
            throws VerbsException;

    /**
     * Asks the other end for a connection.
     *
     * @param privateData told to the other end, at most {@link #CONNECT_DATA_BYTES_MAX}
     * @throws VerbsException if the request cannot be sent
     * @throws IllegalStateException without a queue pair
     */
    void connect(byte[] privateData) throws VerbsException;

    /**
     * Accepts the other end's request.
     *
     * @param privateData told to the other end, at most {@link #ACCEPT_DATA_BYTES_MAX}
     * @throws VerbsException if the answer cannot be sent
     * @throws IllegalStateException without a queue pair
     */
    void accept(byte[] privateData) throws VerbsException;

    /**
     * Refuses the other end's request; the connection is then good for {@link #close} only.
     *
     * @param privateData told to the other end, at most {@link #REJECT_DATA_BYTES_MAX}
     * @throws VerbsException if the answer cannot be sent
     */
    void reject(byte[] privateData) throws VerbsException;

    /**
     * Ends the connection: the queue pair fails, what is posted is flushed, and both ends get the
     * event DISCONNECTED, at which the other end's queue pair fails too.
     *
     * @throws VerbsException if there is no connection
     */
    void disconnect() throws VerbsException;

    /**
     * Gives queue pair and address back. When it has returned, the device holds no buffer of this
     * connection; completions that nobody polled may be lost. Doing it twice is no error.
     *
     * @throws VerbsException if the device refuses
     */
    @Override
    void close() throws VerbsException;
}
