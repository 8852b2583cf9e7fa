package io.geminid.verbs.connect;

import io.geminid.verbs.VerbsException;
import java.net.InetSocketAddress;

/**
 * Listens, connects, and tells in one queue what happens to connections. One thread owns it with
 * all its listeners and connections.
 */
public interface ConnectionManager extends AutoCloseable {

    /** How long addresses and routes are looked for, each. */
    int RESOLVE_TIMEOUT_MS = 2_000;

    /**
     * Listens at an address of a device.
     *
     * @param local the address; port 0 lets the system choose
     * @param backlog how many requests may wait
     * @param policy what the connections that come by it use
     * @return the listener; the caller closes it
     * @throws VerbsException if the address is taken or is of no device
     */
    Listener listen(InetSocketAddress local, int backlog, RetryPolicy policy) throws VerbsException;

    /**
     * Starts a connection: the event RESOLVED or UNREACHABLE follows.
     *
     * @param local this end's address, which chooses the device; null lets the routes choose
     * @param remote where to
     * @param policy how long it tries
     * @return the connection; the caller closes it
     * @throws VerbsException if the system refuses at once
     */
    Connection resolve(InetSocketAddress local, InetSocketAddress remote, RetryPolicy policy)
            throws VerbsException;

    /**
     * Takes the next event.
     *
     * @param into filled in if there is one
     * @param timeoutMs how long to wait for it; 0 not at all, negative for ever
     * @return whether there was one; false may come before the time is over
     * @throws VerbsException if it cannot be read
     */
    boolean next(ConnectionEvent into, int timeoutMs) throws VerbsException;

    /**
     * Closes it, after its listeners and connections.
     *
     * @throws IllegalStateException naming how many are left
     */
    @Override
    void close();
}
