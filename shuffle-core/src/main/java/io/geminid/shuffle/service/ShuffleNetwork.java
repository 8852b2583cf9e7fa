package io.geminid.shuffle.service;

import io.geminid.shuffle.ShuffleStatistics;
import io.geminid.shuffle.network.RemoteChannels;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What an environment needs of the network: opens channels to other processes, and serves this
 * process's partitions to them. Thread-safe.
 */
interface ShuffleNetwork extends RemoteChannels, AutoCloseable {

    /**
     * Binds and starts to serve.
     *
     * @return where other processes reach this one
     * @throws IOException if the address cannot be bound; names it and the key to change
     */
    InetSocketAddress start() throws IOException;

    /**
     * Counters since the start, and gauges of this moment.
     *
     * @return all but the credits, which gates know
     */
    ShuffleStatistics statistics();

    /** Closes all connections and waits until no segment is in use. Idempotent. */
    @Override
    void close();
}
