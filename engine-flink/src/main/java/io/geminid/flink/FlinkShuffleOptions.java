package io.geminid.flink;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.shuffle.rdma.RdmaTransportContext;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.shuffle.transport.link.JobToken;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;

/**
 * The {@code geminid.*} keys of a Flink configuration, with Flink's own keys as their defaults.
 *
 * @param properties checked
 * @param internalSsl what becomes of a TaskManager whose Flink encrypts
 * @param registerBatchReads whether buffers for reading spilled partitions are registered too
 * @param carrier what connections go over
 * @param token what other TaskManagers must prove to know
 */
public record FlinkShuffleOptions(
        GeminidProperties properties,
        InternalSsl internalSsl,
        boolean registerBatchReads,
        Carrier carrier,
        JobToken token) {

    /** What to do where {@code security.ssl.internal.enabled} is set. */
    public enum InternalSsl {
        /** Do not start: this transport does not encrypt. */
        REFUSE,
        /** Use Flink's own transport, which does. */
        FLINK
    }

    /** What connections go over. */
    public enum Carrier {
        /** TCP. */
        TCP,
        /** RDMA between processes that both have it, TCP otherwise and when RDMA is lost. */
        AUTO
    }

    /** What connections go over. */
    public static final ConfigKey<Carrier> CARRIER =
            ConfigKey.choice(
                    "geminid.flink.transport",
                    Carrier.TCP,
                    "tcp, or auto: RDMA where both processes have it and want it, TCP otherwise and"
                            + " when RDMA is lost.");

    /** What lets other TaskManagers in. */
    public static final ConfigKey<String> SECRET =
            ConfigKey.text(
                    "geminid.flink.secret",
                    "",
                    "What every TaskManager must know to be let in at the data port, 16 characters or"
                            + " more; empty: everybody is let in.");

    /** What to do where Flink encrypts. */
    public static final ConfigKey<InternalSsl> INTERNAL_SSL =
            ConfigKey.choice(
                    "geminid.flink.internal-ssl",
                    InternalSsl.REFUSE,
                    "What to do where security.ssl.internal.enabled is set: refuse to start, or use"
                            + " Flink's own transport, which encrypts.");

    /** Whether the second pool is registered. */
    public static final ConfigKey<Boolean> REGISTER_BATCH_READS =
            ConfigKey.flag(
                    "geminid.flink.register-batch-read-buffers",
                    true,
                    "Put registered memory behind the buffers for reading spilled partitions, too, when"
                            + " the first such partition comes.");

    /** What the transport takes, whatever Flink is told. */
    private static final long TIMEOUT_MS_MIN = 3_000;

    private static final long TIMEOUT_MS_MAX = 300_000;

    /** All keys of this module. */
    public static final List<ConfigKey<?>> KEYS =
            List.of(INTERNAL_SSL, REGISTER_BATCH_READS, CARRIER, SECRET);

    /**
     * Reads and checks the keys.
     *
     * @param configuration of a TaskManager; keys of Flink's are ignored but for the data port
     * @param bindAddress where Flink wants the data port to be
     * @param slots of the TaskManager
     * @return checked options
     * @throws io.geminid.config.ConfigException for an unknown {@code geminid.*} key (names the
     *     nearest) or a value that cannot be read
     */
    public static FlinkShuffleOptions from(
            final Configuration configuration, final InetAddress bindAddress, final int slots) {
        final Map<String, String> entries = new HashMap<>(configuration.toMap());
        entries.putIfAbsent(TcpTransportContext.BIND_ADDRESS.name(), bindAddress.getHostAddress());
        entries.putIfAbsent(TcpTransportContext.PORT.name(), dataPort(configuration));
        entries.putIfAbsent(TcpTransportContext.EVENT_LOOPS.name(), Integer.toString(slots));
        entries.putIfAbsent(
                TcpTransportContext.HEARTBEAT_TIMEOUT.name(),
                millis(configuration.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT)));
        entries.putIfAbsent(
                RdmaTransportContext.HEARTBEAT_TIMEOUT.name(),
                millis(configuration.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT)));
        entries.putIfAbsent(
                TcpTransportContext.CONNECT_TIMEOUT.name(),
                millis(
                        Duration.ofSeconds(
                                configuration.get(
                                        NettyShuffleEnvironmentOptions
                                                .CLIENT_CONNECT_TIMEOUT_SECONDS))));
        final GeminidProperties properties = GeminidProperties.of(entries, declared());
        return new FlinkShuffleOptions(
                properties,
                properties.get(INTERNAL_SSL),
                properties.get(REGISTER_BATCH_READS),
                properties.get(CARRIER),
                DataPortSecret.token(properties.get(SECRET)));
    }

    /** What was set, for a log: without the secret. */
    Map<String, String> shown() {
        final Map<String, String> shown = new TreeMap<>(properties.entries());
        shown.computeIfPresent(SECRET.name(), (key, secret) -> "(hidden)");
        return shown;
    }

    /** Does not show the secret. */
    @Override
    public String toString() {
        return shown().toString();
    }

    /** All keys that a configuration of Flink's may have, those of the state backend too. */
    static List<ConfigKey<?>> declared() {
        final List<ConfigKey<?>> keys = new ArrayList<>(KEYS);
        keys.addAll(TcpTransportContext.KEYS);
        keys.addAll(RdmaTransportContext.KEYS);
        keys.addAll(FlinkStateOptions.KEYS);
        return keys;
    }

    /** A pause that Flink lets a TaskManager have must not break its connections before. */
    private static String millis(final Duration flinks) {
        return Math.min(Math.max(flinks.toMillis(), TIMEOUT_MS_MIN), TIMEOUT_MS_MAX) + "ms";
    }

    private static String dataPort(final Configuration configuration) {
        return configuration
                .getOptional(NettyShuffleEnvironmentOptions.DATA_BIND_PORT)
                .orElseGet(
                        () ->
                                Integer.toString(
                                        configuration.get(
                                                NettyShuffleEnvironmentOptions.DATA_PORT)));
    }
}
