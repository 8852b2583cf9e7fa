package io.geminid.shuffle.tcp;

import io.geminid.config.ConfigException;
import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.transport.link.BindPolicy;
import java.time.Duration;
import java.util.List;

/**
 * Configuration of a {@link TcpTransport}.
 *
 * @param bindAddress host name or address to listen on
 * @param ports to listen on: one, or the first free one of a range
 * @param advertisedAddress what other processes connect to; empty: where it listens
 * @param allowInsecure whether it may listen on an address that is not loopback
 * @param nativeIo whether epoll is used where there is one
 * @param eventLoops threads that all connections share
 * @param timings heartbeats and timeouts
 * @param limits connections and bytes
 */
public record TcpTransportContext(
        String bindAddress,
        PortRange ports,
        String advertisedAddress,
        boolean allowInsecure,
        boolean nativeIo,
        int eventLoops,
        Timings timings,
        Limits limits) {

    /** Where to listen. */
    public static final ConfigKey<String> BIND_ADDRESS =
            ConfigKey.text(
                    "geminid.tcp.bind-address",
                    "127.0.0.1",
                    "Address to listen on; any but loopback needs geminid.security.allow-insecure.");

    /** Port to listen on, or a range. */
    public static final ConfigKey<String> PORT =
            ConfigKey.text(
                    "geminid.tcp.port",
                    "0",
                    "Port to listen on, or a range such as 40000-40100; 0 takes any free one.");

    /** What others connect to. */
    public static final ConfigKey<String> ADVERTISED_ADDRESS =
            ConfigKey.text(
                    "geminid.tcp.advertised-address",
                    "",
                    "Address that other processes connect to, if it is not the one to listen on.");

    /** Whether epoll is used. */
    public static final ConfigKey<Boolean> NATIVE_IO =
            ConfigKey.flag(
                    "geminid.tcp.native-io", true, "Use epoll where there is one, else Java NIO.");

    /** Threads of all connections. */
    public static final ConfigKey<Integer> EVENT_LOOPS =
            ConfigKey.integer(
                    "geminid.tcp.event-loops", 1, 1, 64, "Threads that all connections share.");

    /** How often an idle link shows a sign of life. */
    public static final ConfigKey<Duration> HEARTBEAT_INTERVAL =
            ConfigKey.duration(
                    "geminid.tcp.heartbeat-interval",
                    "1s",
                    Duration.ofMillis(10),
                    Duration.ofMinutes(1),
                    "Time after which an idle link sends a sign of life.");

    /** How long a peer may be silent. */
    public static final ConfigKey<Duration> HEARTBEAT_TIMEOUT =
            ConfigKey.duration(
                    "geminid.tcp.heartbeat-timeout",
                    "6s",
                    Duration.ofMillis(30),
                    Duration.ofMinutes(10),
                    "Silence after which a peer is taken for lost; at least three intervals.");

    /** How long a handshake may take. */
    public static final ConfigKey<Duration> HANDSHAKE_TIMEOUT =
            ConfigKey.duration(
                    "geminid.tcp.handshake-timeout",
                    "10s",
                    Duration.ofMillis(10),
                    Duration.ofMinutes(5),
                    "Time from a connection to the end of its handshake.");

    /** How long connecting may take. */
    public static final ConfigKey<Duration> CONNECT_TIMEOUT =
            ConfigKey.duration(
                    "geminid.tcp.connect-timeout",
                    "10s",
                    Duration.ofMillis(10),
                    Duration.ofMinutes(5),
                    "Time in which another process must accept a connection.");

    /** Connections in both directions. */
    public static final ConfigKey<Integer> CONNECTIONS_MAX =
            ConfigKey.integer(
                    "geminid.tcp.connections-max",
                    1024,
                    1,
                    1 << 16,
                    "Most connections, in both directions; one for each process is needed.");

    /** Connections whose handshake is not complete. */
    public static final ConfigKey<Integer> HANDSHAKES_MAX =
            ConfigKey.integer(
                    "geminid.tcp.handshakes-max",
                    64,
                    1,
                    1 << 16,
                    "Most accepted connections without a handshake; one more closes the oldest.");

    /** Bytes given to a socket before the link asks for no more. */
    public static final ConfigKey<Long> WRITE_HIGH_BYTES =
            ConfigKey.bytes(
                    "geminid.tcp.write-high-bytes",
                    "256kb",
                    4096,
                    64 << 20,
                    "Bytes waiting for a full socket from which on no more frames are taken.");

    /** Bytes waiting for a socket at which the link asks for more. */
    public static final ConfigKey<Long> WRITE_LOW_BYTES =
            ConfigKey.bytes(
                    "geminid.tcp.write-low-bytes",
                    "64kb",
                    1,
                    64 << 20,
                    "Bytes waiting for a full socket below which frames are taken again.");

    /** Send buffer of a socket. */
    public static final ConfigKey<Long> SEND_BUFFER_BYTES =
            ConfigKey.bytes(
                    "geminid.tcp.send-buffer-bytes",
                    "0",
                    0,
                    1 << 30,
                    "Send buffer of each socket; 0 lets the system tune it.");

    /** Receive buffer of a socket. */
    public static final ConfigKey<Long> RECEIVE_BUFFER_BYTES =
            ConfigKey.bytes(
                    "geminid.tcp.receive-buffer-bytes",
                    "0",
                    0,
                    1 << 30,
                    "Receive buffer of each socket; 0 lets the system tune it.");

    /** All keys of this module. */
    public static final List<ConfigKey<?>> KEYS =
            List.of(
                    BIND_ADDRESS,
                    PORT,
                    ADVERTISED_ADDRESS,
                    BindPolicy.ALLOW_INSECURE,
                    NATIVE_IO,
                    EVENT_LOOPS,
                    HEARTBEAT_INTERVAL,
                    HEARTBEAT_TIMEOUT,
                    HANDSHAKE_TIMEOUT,
                    CONNECT_TIMEOUT,
                    CONNECTIONS_MAX,
                    HANDSHAKES_MAX,
                    WRITE_HIGH_BYTES,
                    WRITE_LOW_BYTES,
                    SEND_BUFFER_BYTES,
                    RECEIVE_BUFFER_BYTES);

    /**
     * Ports to try, in order.
     *
     * @param first 0 stands for any free port
     * @param last not less than {@code first}
     */
    public record PortRange(int first, int last) {

        private static final int PORT_MAX = 65_535;

        /** Checks the ports. */
        public PortRange {
            if (first < 0 || last < first || last > PORT_MAX || (first == 0 && last != 0)) {
                throw new ConfigException(
                        PORT + "=" + first + "-" + last + " is not in port range=0..65535");
            }
        }

        /**
         * Reads a port or a range.
         *
         * @param text such as {@code 40000} or {@code 40000-40100}
         * @return the range
         */
        public static PortRange parse(final String text) {
            final String[] ends = text.trim().split("-", -1);
            try {
                final int first = Integer.parseInt(ends[0].trim());
                if (ends.length > 2) {
                    throw new NumberFormatException(text);
                }
                return new PortRange(
                        first, ends.length == 1 ? first : Integer.parseInt(ends[1].trim()));
            } catch (final NumberFormatException e) {
                throw new ConfigException(PORT + "=" + text + " is no port and no range of ports");
            }
        }
    }

    /**
     * Heartbeats and timeouts.
     *
     * @param heartbeatInterval time after which an idle link sends a sign of life
     * @param heartbeatTimeout silence after which a peer is taken for lost
     * @param handshakeTimeout time from a connection to the end of its handshake
     * @param connectTimeout time in which a connection must be accepted
     */
    public record Timings(
            Duration heartbeatInterval,
            Duration heartbeatTimeout,
            Duration handshakeTimeout,
            Duration connectTimeout) {

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
    }

    /**
     * Limits.
     *
     * @param connectionsMax connections in both directions
     * @param handshakesMax accepted connections without a handshake
     * @param writeHighBytes bytes waiting for a socket from which on no more frames are taken
     * @param writeLowBytes bytes waiting for a socket below which frames are taken again
     * @param sendBufferBytes of each socket; 0 lets the system tune it
     * @param receiveBufferBytes of each socket; 0 lets the system tune it
     */
    public record Limits(
            int connectionsMax,
            int handshakesMax,
            int writeHighBytes,
            int writeLowBytes,
            int sendBufferBytes,
            int receiveBufferBytes) {

        /** Checks the order of the marks. */
        public Limits {
            if (writeLowBytes > writeHighBytes) {
                throw new ConfigException(
                        WRITE_LOW_BYTES
                                + "="
                                + writeLowBytes
                                + " must not be more than "
                                + WRITE_HIGH_BYTES
                                + "="
                                + writeHighBytes);
            }
        }
    }

    /** Checks what the keys cannot. */
    public TcpTransportContext {
        if (bindAddress.isBlank()) {
            throw new ConfigException(BIND_ADDRESS + " must not be empty");
        }
        if (eventLoops < 1) {
            throw new ConfigException(EVENT_LOOPS + "=" + eventLoops + " must be 1 or more");
        }
    }

    /**
     * As configured.
     *
     * @param properties checked properties
     * @return the context
     */
    public static TcpTransportContext from(final GeminidProperties properties) {
        return new TcpTransportContext(
                properties.get(BIND_ADDRESS),
                PortRange.parse(properties.get(PORT)),
                properties.get(ADVERTISED_ADDRESS),
                properties.get(BindPolicy.ALLOW_INSECURE),
                properties.get(NATIVE_IO),
                properties.get(EVENT_LOOPS),
                new Timings(
                        properties.get(HEARTBEAT_INTERVAL),
                        properties.get(HEARTBEAT_TIMEOUT),
                        properties.get(HANDSHAKE_TIMEOUT),
                        properties.get(CONNECT_TIMEOUT)),
                new Limits(
                        properties.get(CONNECTIONS_MAX),
                        properties.get(HANDSHAKES_MAX),
                        Math.toIntExact(properties.get(WRITE_HIGH_BYTES)),
                        Math.toIntExact(properties.get(WRITE_LOW_BYTES)),
                        Math.toIntExact(properties.get(SEND_BUFFER_BYTES)),
                        Math.toIntExact(properties.get(RECEIVE_BUFFER_BYTES))));
    }
}
