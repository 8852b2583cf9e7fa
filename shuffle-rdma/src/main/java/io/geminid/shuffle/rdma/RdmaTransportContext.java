package io.geminid.shuffle.rdma;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.rdma.queue.SendQueue;
import io.geminid.shuffle.transport.link.BindPolicy;
import io.geminid.verbs.connect.RetryPolicy;
import java.time.Duration;
import java.util.List;

/**
 * Configuration of an {@link RdmaTransport}.
 *
 * @param bindAddress address of an RDMA device to listen on; empty: the first one there is
 * @param port to listen on; 0 takes any free one
 * @param allowInsecure whether it may listen on an address that is not loopback, as all are
 * @param queues what is posted, and for how many connections
 * @param retry how long the NIC tries before a queue pair fails
 * @param timings heartbeats and timeouts
 */
public record RdmaTransportContext(
        String bindAddress,
        int port,
        boolean allowInsecure,
        Queues queues,
        RetryPolicy retry,
        Timings timings) {

    /** Where to listen. */
    public static final ConfigKey<String> BIND_ADDRESS =
            ConfigKey.text(
                    "geminid.rdma.bind-address",
                    "",
                    "Address of the RDMA device to use, empty for the first one; needs"
                            + " geminid.security.allow-insecure.");

    /** Port to listen on. */
    public static final ConfigKey<Integer> PORT =
            ConfigKey.integer(
                    "geminid.rdma.port", 0, 0, 65_535, "Port to listen on; 0 takes any free one.");

    /** Receives of a connection. */
    public static final ConfigKey<Integer> RECEIVES =
            ConfigKey.integer(
                    "geminid.rdma.receives",
                    32,
                    4,
                    SendQueue.MESSAGES_MAX,
                    "Segments posted to receive into, for each connection.");

    /** Sends of a connection. */
    public static final ConfigKey<Integer> SENDS =
            ConfigKey.integer(
                    "geminid.rdma.sends",
                    64,
                    4,
                    4096,
                    "Messages posted and not completed, for each connection.");

    /** Inline bytes. */
    public static final ConfigKey<Integer> INLINE_BYTES =
            ConfigKey.integer(
                    "geminid.rdma.inline-bytes",
                    220,
                    0,
                    1024,
                    "Messages up to this long are handed to the NIC with the request.");

    /** Connections in both directions. */
    public static final ConfigKey<Integer> CONNECTIONS_MAX =
            ConfigKey.integer(
                    "geminid.rdma.connections-max",
                    64,
                    1,
                    1 << 14,
                    "Most connections, in both directions; the completion queue has room for all.");

    /** Connections whose handshake is not complete. */
    public static final ConfigKey<Integer> HANDSHAKES_MAX =
            ConfigKey.integer(
                    "geminid.rdma.handshakes-max",
                    16,
                    1,
                    1 << 14,
                    "Most accepted connections without a handshake; one more is refused.");

    /** Time-out of the NIC. */
    public static final ConfigKey<Integer> ACK_TIMEOUT =
            ConfigKey.integer(
                    "geminid.rdma.ack-timeout",
                    18,
                    8,
                    31,
                    "A packet is sent again after 4.096 us times 2 to this; soft devices need 18.");

    /** Repetitions by the NIC. */
    public static final ConfigKey<Integer> RETRIES =
            ConfigKey.integer(
                    "geminid.rdma.retries",
                    3,
                    0,
                    7,
                    "How often a packet is sent again before the queue pair fails.");

    /** How often an idle link shows a sign of life. */
    public static final ConfigKey<Duration> HEARTBEAT_INTERVAL =
            ConfigKey.duration(
                    "geminid.rdma.heartbeat-interval",
                    "1s",
                    Duration.ofMillis(10),
                    Duration.ofMinutes(1),
                    "Time after which an idle link sends a sign of life.");

    /** How long a peer may be silent. */
    public static final ConfigKey<Duration> HEARTBEAT_TIMEOUT =
            ConfigKey.duration(
                    "geminid.rdma.heartbeat-timeout",
                    "6s",
                    Duration.ofMillis(30),
                    Duration.ofMinutes(10),
                    "Silence after which a peer is taken for lost; at least three intervals.");

    /** How long connecting and the handshake may take. */
    public static final ConfigKey<Duration> HANDSHAKE_TIMEOUT =
            ConfigKey.duration(
                    "geminid.rdma.handshake-timeout",
                    "10s",
                    Duration.ofMillis(10),
                    Duration.ofMinutes(5),
                    "Time from the attempt to connect to the end of the handshake.");

    /** All keys of this module. */
    public static final List<ConfigKey<?>> KEYS =
            List.of(
                    BIND_ADDRESS,
                    PORT,
                    RECEIVES,
                    SENDS,
                    INLINE_BYTES,
                    CONNECTIONS_MAX,
                    HANDSHAKES_MAX,
                    ACK_TIMEOUT,
                    RETRIES,
                    HEARTBEAT_INTERVAL,
                    HEARTBEAT_TIMEOUT,
                    HANDSHAKE_TIMEOUT);

    /** Codes of the pause before a send is repeated that found no receive; it never happens. */
    private static final int RNR_RETRIES = 3;

    private static final int RNR_TIMER = 12;

    /**
     * What is posted.
     *
     * @param receives of a connection, each with a segment
     * @param sends of a connection
     * @param inlineBytes messages up to this long go with the request
     * @param connectionsMax connections in both directions
     * @param handshakesMax accepted connections without a handshake
     */
    public record Queues(
            int receives, int sends, int inlineBytes, int connectionsMax, int handshakesMax) {

        /**
         * Segments that all connections take at most: to receive into, and to copy to.
         *
         * @return for a pool to have room for
         */
        public int segmentsMax() {
            return Math.multiplyExact(connectionsMax, receives + RdmaTransport.SEGMENTS_TO_COPY);
        }

        /** Most completions that can be due at a time. */
        int completionsMax() {
            return Math.multiplyExact(connectionsMax, Math.addExact(receives, sends));
        }
    }

    /**
     * Heartbeats and timeouts.
     *
     * @param heartbeatInterval time after which an idle link sends a sign of life
     * @param heartbeatTimeout silence after which a peer is taken for lost
     * @param handshakeTimeout time in which a connection must be ready
     */
    public record Timings(
            Duration heartbeatInterval, Duration heartbeatTimeout, Duration handshakeTimeout) {

        private static final int INTERVALS_MIN = 3;

        /** Checks that a peer may miss a beat. */
        public Timings {
            if (heartbeatTimeout.compareTo(heartbeatInterval.multipliedBy(INTERVALS_MIN)) < 0) {
                throw new ConfigException(
                        HEARTBEAT_TIMEOUT
                                + "="
                                + heartbeatTimeout
                                + " must be at least "
                                + INTERVALS_MIN
                                + " times "
                                + HEARTBEAT_INTERVAL
                                + "="
                                + heartbeatInterval);
            }
        }

        /** Beats without a sign of life after which a peer is lost. */
        int silentBeatsMax() {
            final long intervalNs = heartbeatInterval.toNanos();
            return (int) ((heartbeatTimeout.toNanos() + intervalNs - 1) / intervalNs);
        }
    }

    /**
     * As configured.
     *
     * @param properties checked properties
     * @return the context
     */
    public static RdmaTransportContext from(final GeminidProperties properties) {
        return new RdmaTransportContext(
                properties.get(BIND_ADDRESS),
                properties.get(PORT),
                properties.get(BindPolicy.ALLOW_INSECURE),
                new Queues(
                        properties.get(RECEIVES),
                        properties.get(SENDS),
                        properties.get(INLINE_BYTES),
                        properties.get(CONNECTIONS_MAX),
                        properties.get(HANDSHAKES_MAX)),
                new RetryPolicy(
                        properties.get(ACK_TIMEOUT),
                        properties.get(RETRIES),
                        RNR_RETRIES,
                        RNR_TIMER),
                new Timings(
                        properties.get(HEARTBEAT_INTERVAL),
                        properties.get(HEARTBEAT_TIMEOUT),
                        properties.get(HANDSHAKE_TIMEOUT)));
    }

    /**
     * The same on another address and port.
     *
     * @param address of an RDMA device
     * @param otherPort to listen on
     * @return a changed copy
     */
    public RdmaTransportContext at(final String address, final int otherPort) {
        return new RdmaTransportContext(address, otherPort, allowInsecure, queues, retry, timings);
    }
}
