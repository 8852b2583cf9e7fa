package io.geminid.shuffle.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * One way to reach other processes: TCP, RDMA, or memory in tests. One instance a process.
 *
 * <p>All methods may be called by any thread and do not block on the network, except {@link
 * #close()}.
 */
public interface Transport extends AutoCloseable {

    /**
     * @return a short name for logs and configuration, for example {@code "tcp"}
     */
    String name();

    /**
     * Binds and starts to accept connections.
     *
     * @param listener decides about each connection that other processes open
     * @return the address that peers can connect to
     * @throws IOException if the address cannot be bound; names it and the key to change
     */
    InetSocketAddress start(ConnectionListener listener) throws IOException;

    /**
     * Opens a connection. The outcome comes to the listener: exactly one of {@link
     * ConnectionListener#connectionOpened} and {@link ConnectionListener#connectFailed}.
     *
     * @param address where the peer's transport listens
     * @param listener told about the outcome, on the connection's thread
     */
    void connect(InetSocketAddress address, ConnectionListener listener);

    /**
     * What has moved and what was refused since the start.
     *
     * @return always the same object; readable also after {@link #close()}
     */
    TransportCounters counters();

    /**
     * Segments that open connections keep for as long as they are open, such as those that a NIC
     * receives into. They are back after {@link #close()}.
     *
     * @return 0, unless the transport has such
     */
    default int segmentsKept() {
        return 0;
    }

    /** Closes all connections, waits until no memory is in use any more, frees threads and port. */
    @Override
    void close();
}
