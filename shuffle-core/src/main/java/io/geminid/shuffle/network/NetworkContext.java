package io.geminid.shuffle.network;

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
 */
public record NetworkContext(UUID processId, int channelsMax, int creditWindowMax) {

    /** Channels a connection, by default: a task of 256 subtasks reading another of 256. */
    public static final int CHANNELS_MAX = 1 << 16;

    /** Credits a channel, by default: with segments of 32 KiB more than any pool has. */
    public static final int CREDIT_WINDOW_MAX = 1 << 16;

    /** Checks the limits. */
    public NetworkContext {
        Objects.requireNonNull(processId, "processId");
        if (channelsMax < 1 || creditWindowMax < 1) {
            throw new IllegalArgumentException(
                    "channelsMax=" + channelsMax + " creditWindowMax=" + creditWindowMax);
        }
    }

    /**
     * Default limits.
     *
     * @param processId identity of this process, new at each start
     * @return the context
     */
    public static NetworkContext of(final UUID processId) {
        return new NetworkContext(processId, CHANNELS_MAX, CREDIT_WINDOW_MAX);
    }
}
