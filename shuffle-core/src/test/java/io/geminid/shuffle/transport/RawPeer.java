package io.geminid.shuffle.transport;

import java.nio.ByteBuffer;

/** Somebody who has connected to a transport and sends what it likes. Used by one thread. */
public interface RawPeer {

    /**
     * Sends bytes, or as many of them as are taken before the transport closes the link.
     *
     * @param bytes from position to limit
     */
    void send(ByteBuffer bytes);

    /** Ends the link without a goodbye. */
    void hangUp();

    /**
     * @return true once the transport has closed the link
     */
    boolean closedByTransport();

    /**
     * @return all bytes received so far, little-endian
     */
    ByteBuffer received();
}
