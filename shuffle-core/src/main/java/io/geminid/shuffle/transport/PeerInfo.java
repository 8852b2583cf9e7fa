package io.geminid.shuffle.transport;

import java.net.InetSocketAddress;
import java.util.UUID;

/**
 * What a peer told about itself in the handshake.
 *
 * @param processId identity of the process, new at each start
 * @param address the remote end of the connection
 * @param wireVersion version agreed on
 * @param segmentBytes largest payload of a data frame that the peer takes
 * @param channelsMax channels that the peer serves on one connection
 * @param hasSessions whether it puts connections together from several
 * @param tokenId the token that the peer has proved to know, by its name; empty if none
 */
public record PeerInfo(
        UUID processId,
        InetSocketAddress address,
        int wireVersion,
        int segmentBytes,
        int channelsMax,
        boolean hasSessions,
        String tokenId) {

    /**
     * A peer that has proved nothing, and has no sessions.
     *
     * @param processId identity of the process, new at each start
     * @param address the remote end of the connection
     * @param wireVersion version agreed on
     * @param segmentBytes largest payload of a data frame that the peer takes
     * @param channelsMax channels that the peer serves on one connection
     */
    public PeerInfo(
            final UUID processId,
            final InetSocketAddress address,
            final int wireVersion,
            final int segmentBytes,
            final int channelsMax) {
        this(processId, address, wireVersion, segmentBytes, channelsMax, false, "");
    }

    /**
     * The same after a proof.
     *
     * @param proved name of the token
     * @return a changed copy
     */
    public PeerInfo withToken(final String proved) {
        return new PeerInfo(
                processId, address, wireVersion, segmentBytes, channelsMax, hasSessions, proved);
    }
}
