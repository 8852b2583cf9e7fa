package io.geminid.shuffle.network;

import io.geminid.shuffle.ShuffleStatistics;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
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
 * Channels between this process and others, over any transport. Processes share one connection or a
 * few ({@link NetworkContext#connectionsMax}), made as channels need them, and used in both
 * directions. A channel stays on its connection, which keeps its order; channels are spread over
 * all of them. Thread-safe, never blocks but in {@link #close}.
 *
 * <p>When two processes connect to each other at the same time, the one with the smaller process id
 * decides: it keeps the first connections it sees, as many as it may have, and refuses every other,
 * whoever opened it. The other one refuses none, moves its channels from a refused connection to
 * one that was kept, and opens no more than were kept; that loses nothing, because no frame of a
 * refused connection was read.
 *
 * <p>A connection that breaks fails its channels, and no others. The next {@link #open} makes a new
 * one.
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
    private final Map<UUID, Peer> peers = new HashMap<>();
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

    /** Another process, while there are connections with it. Guarded by the network's lock. */
    private static final class Peer {

        private final List<ChannelMultiplexer> connections = new ArrayList<>();

        /** Less than this process may have, if the peer has fewer or one could not be had. */
        private int connectionsMax;

        private int turn;

        Peer(final int connectionsMax) {
            this.connectionsMax = connectionsMax;
        }

        int open() {
            int open = 0;
            for (final ChannelMultiplexer each : connections) {
                open += each.isClosed() ? 0 : 1;
            }
            return open;
        }

        /** Contents itself with what is open. */
        void connectNoMore() {
            connectionsMax = Math.min(connectionsMax, Math.max(1, open()));
        }

        /** The connection for the next channel; null if none is open. */
        ChannelMultiplexer next() {
            for (int i = 0; i < connections.size(); i++) {
                turn = (turn + 1) % connections.size();
                if (!connections.get(turn).isClosed()) {
                    return connections.get(turn);
                }
            }
            return null;
        }
    }

    /** An address of a producer. Fields are guarded by the network's lock. */
    private final class Target implements ConnectionListener {

        private final InetSocketAddress address;
        private final List<InboundChannel> waiting = new ArrayList<>();

        /** Connections on their way. */
        private int connecting;

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
            List<InboundChannel> failed = List.of();
            List<InboundChannel> moved = List.of();
            synchronized (lock) {
                connecting--;
                final Peer peer = peers.get(processId);
                if (peer != null && peer.open() > 0) {
                    peer.connectNoMore();
                    moved = takeWaiting();
                } else if (connecting == 0) {
                    failed = takeWaiting();
                    targets.remove(address, this);
                }
            }
            moved.forEach(ChannelNetwork.this::route);
            failed.forEach(channel -> channel.fail(channel.asTransportException(cause)));
        }

        /** Whether a channel had better have a connection of its own. */
        boolean wantsConnection(final Peer peer) {
            final int open = peer == null ? 0 : peer.open();
            final int most = peer == null ? context.connectionsMax() : peer.connectionsMax;
            return open + connecting < most;
        }

        private List<InboundChannel> takeWaiting() {
            final List<InboundChannel> taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        }

        /** What waits, but for what the connections on their way are to have. */
        private List<InboundChannel> takeShare() {
            final int ways = connecting + 1;
            final int count = (waiting.size() + ways - 1) / ways;
            final List<InboundChannel> first = waiting.subList(0, count);
            final List<InboundChannel> taken = List.copyOf(first);
            first.clear();
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
            final SubpartitionRange subpartitions,
            final int initialCredit,
            final ChannelReceiver receiver) {
        final InboundChannel channel =
                new InboundChannel(producer, partition, subpartitions, initialCredit, receiver);
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

    /** How many channels each connection with a process has had to consume, for tests. */
    List<Integer> attached(final UUID processId) {
        synchronized (lock) {
            final Peer peer = peers.get(processId);
            return peer == null
                    ? List.of()
                    : peer.connections.stream().map(ChannelMultiplexer::attachedCount).toList();
        }
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
            ChannelMultiplexer open = null;
            Target connect = null;
            synchronized (lock) {
                if (closed) {
                    break;
                }
                final Target target = targets.computeIfAbsent(channel.producer, Target::new);
                final Peer peer = peers.get(target.processId);
                if (target.wantsConnection(peer)) {
                    connect = target;
                    target.connecting++;
                } else if (peer != null) {
                    open = peer.next();
                }
                if (open == null) {
                    target.waiting.add(channel);
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

    /** A handshake has succeeded; target is null if the peer opened the connection. */
    private FrameHandler opened(final Connection connection, final Target target) {
        final UUID processId = connection.peer().processId();
        final ChannelMultiplexer created = multiplexer(connection);
        final boolean refused;
        List<InboundChannel> waiting = List.of();
        synchronized (lock) {
            final Peer peer = peers.get(processId);
            refused =
                    peer != null
                            && peer.open() >= context.connectionsMax()
                            && context.processId().compareTo(processId) < 0;
            if (!refused && (!processId.equals(context.processId()) || target != null)) {
                peers.computeIfAbsent(processId, any -> new Peer(context.connectionsMax()))
                        .connections
                        .add(created);
            }
            if (target != null) {
                target.connecting--;
                target.processId = processId;
                waiting = target.takeShare();
            }
        }
        for (final InboundChannel channel : waiting) {
            if (refused || !created.attach(channel)) {
                route(channel);
            }
        }
        return refused ? null : created;
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
            for (final Peer peer : peers.values()) {
                if (peer.connections.remove(multiplexer) && moved) {
                    peer.connectNoMore();
                }
            }
            peers.values().removeIf(peer -> peer.connections.isEmpty());
            targets.values()
                    .removeIf(
                            target ->
                                    target.connecting == 0 && !peers.containsKey(target.processId));
            for (final InboundChannel channel : consumed) {
                final boolean again = moved && ++channel.attempts < ATTEMPTS_MAX;
                (again ? routed : failed).add(channel);
            }
        }
        routed.forEach(this::route);
        failed.forEach(channel -> channel.fail(cause));
    }
}
