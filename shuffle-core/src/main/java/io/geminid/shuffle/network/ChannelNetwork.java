package io.geminid.shuffle.network;

import io.geminid.shuffle.ShuffleStatistics;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Channels between this process and others, over any transport: one connection for each process,
 * made when the first channel needs it, and used in both directions. Thread-safe, never blocks but
 * in {@link #close}.
 *
 * <p>When two processes connect to each other at the same time, the one with the smaller process id
 * decides: it keeps the first connection it sees and refuses every other, whoever opened it. The
 * other one refuses none, and moves its channels from a refused connection to the one kept; that
 * loses nothing, because no frame of a refused connection was read.
 *
 * <p>A connection that breaks fails its channels. The next {@link #open} makes a new one.
 */
public final class ChannelNetwork implements RemoteChannels, AutoCloseable {

    /**
     * How often a channel may be refused with its connection before it fails. Once is normal; more
     * happens while the peer has not noticed yet that the connection it keeps is broken.
     */
    static final int ATTEMPTS_MAX = 16;

    private final Transport transport;
    private final PartitionProvider partitions;
    private final NetworkContext context;
    private final int firstSequence;
    private final Object lock = new Object();

    // Guarded by lock; an entry of each as long as it has a connection or channels waiting for one.
    private final Map<InetSocketAddress, Target> targets = new HashMap<>();
    private final Map<UUID, List<ChannelMultiplexer>> processes = new HashMap<>();
    private boolean closed;

    /**
     * @param transport from now on the network's, not started
     * @param partitions what this process serves
     * @param context identity and limits, as told by the transport to its peers
     */
    public ChannelNetwork(
            final Transport transport,
            final PartitionProvider partitions,
            final NetworkContext context) {
        this(transport, partitions, context, 0);
    }

    /** With another first number of frames, for tests of what happens when numbers wrap around. */
    ChannelNetwork(
            final Transport transport,
            final PartitionProvider partitions,
            final NetworkContext context,
            final int firstSequence) {
        this.transport = transport;
        this.partitions = partitions;
        this.context = context;
        this.firstSequence = firstSequence;
    }

    /** An address of a producer. Fields are guarded by the network's lock. */
    private final class Target implements ConnectionListener {

        private final InetSocketAddress address;
        private final List<InboundChannel> waiting = new ArrayList<>();
        private boolean connecting;

        /** The process found there last; null if none yet. */
        private UUID processId;

        Target(final InetSocketAddress address) {
            this.address = address;
        }

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            return opened(connection, this);
        }

        @Override
        public void connectFailed(final InetSocketAddress tried, final IOException cause) {
            final List<InboundChannel> failed;
            synchronized (lock) {
                connecting = false;
                failed = takeWaiting();
                targets.remove(address, this);
            }
            failed.forEach(channel -> channel.fail(channel.asTransportException(cause)));
        }

        private List<InboundChannel> takeWaiting() {
            final List<InboundChannel> taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        }
    }

    /** Connections that others open. */
    private final class Acceptor implements ConnectionListener {

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            return opened(connection, null);
        }

        @Override
        public void connectFailed(final InetSocketAddress address, final IOException cause) {
            throw new IllegalStateException("nobody connected: address=" + address, cause);
        }
    }

    /**
     * Binds and starts to serve.
     *
     * @return where other processes reach this one
     * @throws IOException if the address cannot be bound; names it and the key to change
     */
    public InetSocketAddress start() throws IOException {
        return transport.start(new Acceptor());
    }

    @Override
    public RemoteChannel open(
            final InetSocketAddress producer,
            final ResultPartitionId partition,
            final int subpartition,
            final int initialCredit,
            final ChannelReceiver receiver) {
        final InboundChannel channel =
                new InboundChannel(producer, partition, subpartition, initialCredit, receiver);
        route(channel);
        return channel;
    }

    /**
     * Counters since the start, and the number of connections.
     *
     * @return all but the credits, which gates know
     */
    public ShuffleStatistics statistics() {
        final TransportCounters counters = transport.counters();
        return new ShuffleStatistics(
                counters.bytesSent(),
                counters.bytesReceived(),
                counters.framesSent(),
                counters.framesReceived(),
                counters.ended(Reason.BAD_CHECKSUM),
                counters.refused(),
                0,
                counters.connections(),
                transport.segmentsKept());
    }

    /** Closes all connections and waits until no segment is in use. Idempotent. */
    @Override
    public void close() {
        final List<InboundChannel> waiting = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            targets.values().forEach(target -> waiting.addAll(target.takeWaiting()));
        }
        waiting.forEach(channel -> channel.fail(closedHere(channel)));
        transport.close();
    }

    /** Attaches a channel to a connection, or lets it wait for one. */
    private void route(final InboundChannel channel) {
        while (true) {
            final ChannelMultiplexer open;
            Target connect = null;
            synchronized (lock) {
                if (closed) {
                    break;
                }
                final Target target = targets.computeIfAbsent(channel.producer, Target::new);
                open = target.processId == null ? null : preferred(target.processId);
                if (open == null) {
                    target.waiting.add(channel);
                    connect = target.connecting ? null : target;
                    target.connecting = true;
                }
            }
            if (connect != null) {
                transport.connect(connect.address, connect);
            }
            if (open == null || open.attach(channel)) {
                return;
            }
        }
        channel.fail(closedHere(channel));
    }

    private static TransportException closedHere(final InboundChannel channel) {
        return new TransportException(Reason.CLOSED_HERE, channel.toString());
    }

    /** The connection to use; under the lock. */
    private ChannelMultiplexer preferred(final UUID processId) {
        for (final ChannelMultiplexer each : processes.getOrDefault(processId, List.of())) {
            if (!each.isClosed()) {
                return each;
            }
        }
        return null;
    }

    /** A handshake has succeeded; target is null if the peer opened the connection. */
    private FrameHandler opened(final Connection connection, final Target target) {
        final UUID peer = connection.peer().processId();
        final ChannelMultiplexer created = multiplexer(connection);
        ChannelMultiplexer kept = created;
        List<InboundChannel> waiting = List.of();
        synchronized (lock) {
            final ChannelMultiplexer existing = preferred(peer);
            if (existing != null && context.processId().compareTo(peer) < 0) {
                kept = existing;
            } else if (!peer.equals(context.processId()) || target != null) {
                processes.computeIfAbsent(peer, any -> new ArrayList<>()).add(created);
            }
            if (target != null) {
                target.connecting = false;
                target.processId = peer;
                waiting = target.takeWaiting();
            }
        }
        for (final InboundChannel channel : waiting) {
            if (!kept.attach(channel)) {
                route(channel);
            }
        }
        return kept == created ? created : null;
    }

    private ChannelMultiplexer multiplexer(final Connection connection) {
        return new ChannelMultiplexer(
                new ConsumerSide(connection, firstSequence),
                new ProducerSide(connection, partitions, context, firstSequence),
                this::onClosed);
    }

    private void onClosed(
            final ChannelMultiplexer multiplexer,
            final TransportException cause,
            final List<InboundChannel> consumed) {
        final boolean moved = cause.reason() == Reason.DUPLICATE_CONNECTION;
        final List<InboundChannel> failed = new ArrayList<>();
        final List<InboundChannel> routed = new ArrayList<>();
        synchronized (lock) {
            processes.values().forEach(each -> each.remove(multiplexer));
            processes.values().removeIf(List::isEmpty);
            targets.values()
                    .removeIf(
                            target ->
                                    !target.connecting && !processes.containsKey(target.processId));
            for (final InboundChannel channel : consumed) {
                final boolean again = moved && ++channel.attempts < ATTEMPTS_MAX;
                (again ? routed : failed).add(channel);
            }
        }
        routed.forEach(this::route);
        failed.forEach(channel -> channel.fail(cause));
    }
}
