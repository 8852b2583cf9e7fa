package io.geminid.shuffle.network;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import java.util.Objects;
import java.util.UUID;

/**
 * Limits of a {@link ChannelNetwork}.
 *
 * @param processId identity of this process, new at each start
 * @param channelsMax channels that a peer may have open here on one connection; the handshake must
 *     tell the peer the same number
 * @param creditWindowMax most credits of a channel that may be open at a time; a peer that grants
 *     more is refused
 * @param connectionsMax connections with one other process, over which channels are spread
 */
public record NetworkContext(
        UUID processId, int channelsMax, int creditWindowMax, int connectionsMax) {

    /** Connections with one other process. */
    public static final ConfigKey<Integer> CONNECTIONS =
            ConfigKey.integer(
                    "geminid.shuffle.connections",
                    1,
                    1,
                    4,
                    "Connections between two processes, over which channels are spread; over RDMA"
                            + " each is a queue pair.");

    /** Channels a connection, by default: a task of 256 subtasks reading another of 256. */
    public static final int CHANNELS_MAX = 1 << 16;

    /** Credits a channel, by default: with segments of 32 KiB more than any pool has. */
    public static final int CREDIT_WINDOW_MAX = 1 << 16;

    /** Checks the limits. */
    public NetworkContext {
        Objects.requireNonNull(processId, "processId");
        if (channelsMax < 1 || creditWindowMax < 1 || connectionsMax < 1) {
            throw new IllegalArgumentException(
                    "channelsMax="
                            + channelsMax
                            + " creditWindowMax="
                            + creditWindowMax
                            + " connectionsMax="
                            + connectionsMax);
        }
    }

    /**
     * Limits as configured.
     *
     * @param processId identity of this process, new at each start
     * @param properties checked properties
     * @return the context
     */
    public static NetworkContext from(final UUID processId, final GeminidProperties properties) {
        return new NetworkContext(
                processId, CHANNELS_MAX, CREDIT_WINDOW_MAX, properties.get(CONNECTIONS));
    }
}
