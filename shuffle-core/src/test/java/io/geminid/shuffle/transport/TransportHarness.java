package io.geminid.shuffle.transport;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/** How a contract suite drives a kind of transport. Closing it closes all that it made. */
public interface TransportHarness extends AutoCloseable {

    /**
     * How many segments the transports take for themselves.
     *
     * @return 0, unless they receive into segments of their own
     */
    default int segmentsOfItsOwn() {
        return 0;
    }

    /**
     * How many hostile peers come, one after the other.
     *
     * @return fewer where each takes long
     */
    default int hostilePeers() {
        return 200;
    }

    /**
     * Tells which pool handlers get their segments from, before any transport is made.
     *
     * @param pool has {@link #segmentsOfItsOwn} more than handlers need
     */
    default void pool(final SegmentPool pool) {
        // Most transports do not care.
    }

    /**
     * Makes a transport of a process of its own.
     *
     * @param links what it tells its peers, and what they must prove
     * @return not started
     */
    Transport transport(LinkContext links);

    /**
     * Makes a transport that lets everybody in.
     *
     * @param self what it tells its peers
     * @return not started
     */
    default Transport transport(final Handshake self) {
        return transport(new LinkContext(self, JobToken.NONE));
    }

    /**
     * Lets the transports work until something is so.
     *
     * @param what for the message if it does not happen in time
     * @param condition looked at by the calling thread
     */
    void await(String what, BooleanSupplier condition);

    /**
     * Lets the transports work until none of them has anything to do, as far as that can be seen.
     */
    void settle();

    /** Lets the transports do a little, if they do not do it anyway. */
    void progress();

    /**
     * A way to a transport that {@link #cut} can break.
     *
     * @param target where a transport listens
     * @return the address to connect to instead
     */
    InetSocketAddress cuttable(InetSocketAddress target);

    /**
     * Breaks all connections made by {@link #cuttable} ways, in the middle of whatever they carry.
     */
    void cut();

    /** Breaks one connection where there are several, if the transport can do that. */
    default void cutOne() {
        cut();
    }

    /**
     * Connects without a handshake.
     *
     * @param target where a transport listens
     * @return the link
     */
    RawPeer raw(InetSocketAddress target);

    @Override
    void close();
}
