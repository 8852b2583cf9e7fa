package io.geminid.flink.network;

import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.runtime.io.network.ConnectionID;
import org.apache.flink.runtime.io.network.ConnectionManager;
import org.apache.flink.runtime.io.network.PartitionRequestClient;
import org.apache.flink.runtime.io.network.netty.exception.RemoteTransportException;
import org.apache.flink.util.concurrent.ScheduledExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one TaskManager to all others: what Flink's gates reach remote partitions
 * through.
 *
 * <p>There are two connections for each pair of processes that read from each other; who reads has
 * opened it. Connections outlive jobs if reuse is on, else they go with the last gate.
 *
 * <p>Any thread. Owns its transport.
 */
public final class GeminidConnectionManager implements ConnectionManager {

    private static final Logger LOG = LoggerFactory.getLogger(GeminidConnectionManager.class);

    private final ScheduledExecutor timer;
    private final Reconnecting reconnecting;
    private final ConcurrentMap<ConnectionID, CompletableFuture<PartitionClient>> clients =
            new ConcurrentHashMap<>();

    // Set once, before Flink starts it.
    private Transport transport;
    private NetworkScope scope;

    /**
     * How connections are made and kept.
     *
     * @param attempts 1 or more: how often a connection is tried
     * @param reuse whether a connection that no gate uses stays open
     */
    public record Reconnecting(int attempts, boolean reuse) {}

    /**
     * @param timer for requests that are to be made later
     * @param reconnecting how connections are made and kept
     */
    public GeminidConnectionManager(
            final ScheduledExecutor timer, final Reconnecting reconnecting) {
        this.timer = timer;
        this.reconnecting = reconnecting;
    }

    /**
     * Gives it what it works with. Flink wants a connection manager before it makes the buffer
     * pools whose memory transport and connections need, so this cannot be in the constructor.
     *
     * @param over not started yet; this object's from now on
     * @param shared what all connections share
     */
    public void use(final Transport over, final NetworkScope shared) {
        transport = over;
        scope = shared;
    }

    NetworkScope scope() {
        return scope;
    }

    ScheduledExecutor timer() {
        return timer;
    }

    @Override
    public int start() throws IOException {
        return transport
                .start(
                        new ConnectionListener() {
                            @Override
                            public FrameHandler connectionOpened(final Connection connection) {
                                return new ProducerConnection(connection, scope);
                            }

                            @Override
                            public void connectFailed(
                                    final InetSocketAddress address, final IOException cause) {
                                throw new AssertionError("nobody connects with this listener");
                            }
                        })
                .getPort();
    }

    /** Blocks until the connection is made: Flink calls it where it expects that. */
    @Override
    public PartitionRequestClient createPartitionRequestClient(final ConnectionID id)
            throws IOException, InterruptedException {
        while (true) {
            final CompletableFuture<PartitionClient> mine = new CompletableFuture<>();
            final CompletableFuture<PartitionClient> before = clients.putIfAbsent(id, mine);
            if (before == null) {
                connect(id, mine, 1);
            }
            final CompletableFuture<PartitionClient> entry = before == null ? mine : before;
            final PartitionClient client;
            try {
                client = entry.get();
            } catch (final ExecutionException e) {
                clients.remove(id, entry);
                throw failed(id, e.getCause());
            }
            if (client.acquire()) {
                return client;
            }
            clients.remove(id, entry);
        }
    }

    private void connect(
            final ConnectionID id,
            final CompletableFuture<PartitionClient> entry,
            final int attempt) {
        transport.connect(
                id.getAddress(),
                new ConnectionListener() {
                    @Override
                    public FrameHandler connectionOpened(final Connection connection) {
                        final ConsumerConnection handler =
                                new ConsumerConnection(
                                        id, connection, scope, () -> clients.remove(id, entry));
                        LOG.info("Geminid shuffle: reads over {} from {}", transport.name(), id);
                        entry.complete(new PartitionClient(GeminidConnectionManager.this, handler));
                        return handler;
                    }

                    @Override
                    public void connectFailed(
                            final InetSocketAddress address, final IOException cause) {
                        if (attempt < reconnecting.attempts() && mayPass(cause)) {
                            connect(id, entry, attempt + 1);
                        } else {
                            entry.completeExceptionally(cause);
                        }
                    }
                });
    }

    private static boolean mayPass(final IOException cause) {
        return cause instanceof TransportException refused
                && refused.reason() != Reason.CLOSED_HERE;
    }

    private static IOException failed(final ConnectionID id, final Throwable cause) {
        return new RemoteTransportException(
                "Connecting to remote task manager '"
                        + id.getAddress()
                        + " [ "
                        + id.getResourceID().getStringWithMetadata()
                        + " ]' has failed. "
                        + meaning(cause)
                        + " "
                        + cause.getMessage(),
                id.getAddress(),
                cause);
    }

    /** What a user can do about it. */
    private static String meaning(final Throwable cause) {
        final Reason reason =
                cause instanceof TransportException refused ? refused.reason() : Reason.LINK_LOST;
        // Who is refused in the middle of the handshake hears the other's reason as a text.
        if (reason == Reason.BAD_TOKEN
                || reason == Reason.HANDSHAKE_REFUSED
                        && cause.getMessage().contains(Reason.BAD_TOKEN.name())) {
            return "It has another secret, or one of the two has none: geminid.flink.secret must be"
                    + " the same on all TaskManagers.";
        }
        return reason == Reason.HANDSHAKE_TIMEOUT || reason == Reason.BAD_MAGIC
                ? "It does not speak Geminid's protocol: is shuffle-service-factory.class set on"
                        + " every TaskManager, and the jar in its lib directory?"
                : "This might indicate that the remote task manager has been lost.";
    }

    /** A gate has let a client go. */
    void released(final PartitionClient client) {
        if (!reconnecting.reuse() && client.disconnectIfUnused()) {
            clients.values().removeIf(entry -> entry.isDone() && entry.getNow(null) == client);
        }
    }

    /** A channel has ended before it got its client. */
    @Override
    public void closeOpenChannelConnections(final ConnectionID id) {
        final CompletableFuture<PartitionClient> entry = clients.get(id);
        if (entry != null && !entry.isDone()) {
            entry.thenAccept(this::released);
        }
    }

    @Override
    public int getNumberOfActiveConnections() {
        return clients.size();
    }

    @Override
    public void shutdown() {
        transport.close();
        LOG.info(
                "Geminid shuffle closed: transport={} {} {} refused={}",
                transport.name(),
                scope.counters(),
                transport instanceof FallbackTransport auto ? auto.fallbackCounters() : "",
                transport.counters().refused());
    }
}
