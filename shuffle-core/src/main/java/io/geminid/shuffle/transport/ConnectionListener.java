package io.geminid.shuffle.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Told about connections after their handshake. Called on the connection's thread. */
public interface ConnectionListener {

    /**
     * A handshake has succeeded, the peer's limits are known, and no frame has been read yet.
     *
     * @param connection the new connection
     * @return who handles its frames; {@code null} refuses the connection as one too many between
     *     the two processes. The peer, if it accepted the connection, sees it closed for {@link
     *     TransportException.Reason#DUPLICATE_CONNECTION}, and may be sure that none of its frames
     *     was read
     */
    FrameHandler connectionOpened(Connection connection);

    /**
     * No connection could be made, or the handshake was refused.
     *
     * @param address the address that was tried
     * @param cause names the address and why
     */
    void connectFailed(InetSocketAddress address, IOException cause);
}
