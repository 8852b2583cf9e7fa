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
 */
public record PeerInfo(
        UUID processId,
        InetSocketAddress address,
        int wireVersion,
        int segmentBytes,
        int channelsMax) {}
