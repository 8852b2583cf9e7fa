package io.geminid.shuffle.tcp;

import io.geminid.shuffle.tcp.TcpTransportContext.Limits;
import io.geminid.shuffle.tcp.TcpTransportContext.PortRange;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.BindPolicy;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.transport.link.RefusalLog;
import io.geminid.shuffle.transport.stream.StreamLink;
import io.geminid.shuffle.wire.Handshake;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames over TCP, with epoll where there is one and Java NIO elsewhere.
 *
 * <p>Payloads are written from and read into the segments of their owners; the transport keeps 40
 * KiB of direct memory for each connection, and reuses it. Listens on loopback unless told
 * otherwise, and talks to nobody who does not shake hands in time.
 */
public final class TcpTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

    /** Connections that the system accepts before we do. */
    private static final int BACKLOG = 1024;

    /** Time for all connections to wind up; they do it at the same time. */
    private static final long CLOSE_TIMEOUT_NS = 3 * TcpConnection.WIND_UP_NS;

    private final TcpTransportContext context;
    private final LinkContext linkContext;
    private final SocketKind sockets;
    private final EventLoopGroup group;
    private final RefusalLog refusals = new RefusalLog(LOG, System::nanoTime);
    private final Object lock = new Object();

    // Guarded by lock.
    private final Set<TcpConnection> connections = new HashSet<>();
    private final Set<TcpConnection> strangers = new LinkedHashSet<>();
    private final ArrayDeque<ByteBuffer> freeMemory = new ArrayDeque<>();
    private Channel server;
    private boolean closed;

    /**
     * Makes a transport; its threads start with the first connection.
     *
     * @param context configuration
     * @param self what peers are told about this process
     */
    public TcpTransport(final TcpTransportContext context, final Handshake self) {
        this(context, new LinkContext(self, JobToken.NONE));
    }

    /**
     * Makes a transport whose peers must know a token.
     *
     * @param context configuration
     * @param links what peers are told about this process, and must prove
     */
    public TcpTransport(final TcpTransportContext context, final LinkContext links) {
        this.context = context;
        this.linkContext = links;
        this.sockets = SocketKind.choose(context.nativeIo());
        this.group =
                new MultiThreadIoEventLoopGroup(
                        context.eventLoops(),
                        new DefaultThreadFactory("geminid-tcp", true),
                        sockets.handlers());
    }

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public TransportCounters counters() {
        return linkContext.counters();
    }

    // Listening.

    @Override
    public InetSocketAddress start(final ConnectionListener listener) throws IOException {
        final InetAddress address = bindAddress();
        final ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channel(sockets.server())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(final Channel channel) {
                                        accept(channel, listener);
                                    }
                                });
        final Channel bound = bind(bootstrap, address);
        synchronized (lock) {
            server = bound;
        }
        final InetSocketAddress local = (InetSocketAddress) bound.localAddress();
        final InetSocketAddress told = advertised(local);
        LOG.info("tcp transport listens on {} tells peers {} io={}", local, told, sockets.why());
        return told;
    }

    private InetAddress bindAddress() throws IOException {
        final InetAddress address;
        try {
            address = InetAddress.getByName(context.bindAddress());
        } catch (final IOException e) {
            throw new IOException(
                    TcpTransportContext.BIND_ADDRESS
                            + "="
                            + context.bindAddress()
                            + " is no address and no name of a host",
                    e);
        }
        BindPolicy.check(address, context.allowInsecure(), TcpTransportContext.BIND_ADDRESS, LOG);
        return address;
    }

    private Channel bind(final ServerBootstrap bootstrap, final InetAddress address)
            throws IOException {
        final PortRange ports = context.ports();
        Throwable cause = null;
        for (int port = ports.first(); port <= ports.last(); port++) {
            final ChannelFuture future = bootstrap.bind(new InetSocketAddress(address, port));
            if (future.awaitUninterruptibly().isSuccess()) {
                return future.channel();
            }
            cause = future.cause();
        }
        throw new IOException(
                "cannot listen on address="
                        + address.getHostAddress()
                        + " port="
                        + ports.first()
                        + (ports.last() > ports.first() ? "-" + ports.last() : "")
                        + ": "
                        + cause
                        + "; change "
                        + TcpTransportContext.BIND_ADDRESS
                        + " or "
                        + TcpTransportContext.PORT,
                cause);
    }

    private InetSocketAddress advertised(final InetSocketAddress local) throws IOException {
        final String configured = context.advertisedAddress();
        if (!configured.isEmpty()) {
            return new InetSocketAddress(configured, local.getPort());
        }
        return local.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLocalHost(), local.getPort())
                : local;
    }

    private void accept(final Channel channel, final ConnectionListener listener) {
        final TcpConnection accepted;
        TcpConnection oldest = null;
        synchronized (lock) {
            final TransportException refusal = refusal(channel.remoteAddress());
            if (refusal != null) {
                counters().onEnded(refusal.reason(), false);
                refusals.refused(channel.remoteAddress(), refusal);
                channel.close();
                return;
            }
            accepted = new TcpConnection(this, listener, takeMemory(), false);
            connections.add(accepted);
            strangers.add(accepted);
            if (strangers.size() > context.limits().handshakesMax()) {
                // Who means well shakes hands at once, so the oldest is the least likely to.
                final Iterator<TcpConnection> oldestFirst = strangers.iterator();
                oldest = oldestFirst.next();
                oldestFirst.remove();
            }
        }
        configure(channel, accepted);
        if (oldest != null) {
            oldest.drop(
                    new TransportException(
                            Reason.LIMIT_REACHED,
                            TcpTransportContext.HANDSHAKES_MAX
                                    + "="
                                    + context.limits().handshakesMax()));
        }
    }

    // Connecting.

    @Override
    public void connect(final InetSocketAddress address, final ConnectionListener listener) {
        final TcpConnection connection;
        synchronized (lock) {
            final TransportException refusal =
                    address.isUnresolved()
                            ? new TransportException(
                                    Reason.LINK_LOST, "address=" + address + " is not resolved")
                            : refusal(address);
            if (refusal != null) {
                counters().onEnded(refusal.reason(), false);
                tell(() -> listener.connectFailed(address, refusal));
                return;
            }
            connection = new TcpConnection(this, listener, takeMemory(), true);
            connections.add(connection);
        }
        connection.connectingTo(address);
        new Bootstrap()
                .group(group)
                .channel(sockets.client())
                .disableResolver()
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) context.timings().connectTimeout().toMillis())
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(final Channel channel) {
                                configure(channel, connection);
                            }
                        })
                .connect(address)
                .addListener(
                        future -> {
                            if (!future.isSuccess()) {
                                connection.connectFailed(future.cause());
                            }
                        });
    }

    /** Not on the caller's thread, which may be in the middle of something. */
    private void tell(final Runnable task) {
        try {
            group.next().execute(task);
        } catch (final RejectedExecutionException e) {
            task.run();
        }
    }

    /** Why there can be no new connection; null if there can. Under the lock. */
    private TransportException refusal(final Object address) {
        if (closed) {
            return new TransportException(
                    Reason.CLOSED_HERE, "address=" + address + " transport closed");
        }
        final int connectionsMax = context.limits().connectionsMax();
        return connections.size() < connectionsMax
                ? null
                : new TransportException(
                        Reason.LIMIT_REACHED,
                        "address="
                                + address
                                + " "
                                + TcpTransportContext.CONNECTIONS_MAX
                                + "="
                                + connectionsMax);
    }

    private void configure(final Channel channel, final TcpConnection connection) {
        final Limits limits = context.limits();
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config()
                .setOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(limits.writeLowBytes(), limits.writeHighBytes()));
        if (limits.sendBufferBytes() > 0) {
            channel.config().setOption(ChannelOption.SO_SNDBUF, limits.sendBufferBytes());
        }
        if (limits.receiveBufferBytes() > 0) {
            channel.config().setOption(ChannelOption.SO_RCVBUF, limits.receiveBufferBytes());
        }
        connection.take(channel);
    }

    // What connections ask and tell.

    TcpTransportContext context() {
        return context;
    }

    LinkContext linkContext() {
        return linkContext;
    }

    boolean nativeIo() {
        return sockets.nativeIo();
    }

    void shookHands(final TcpConnection connection) {
        synchronized (lock) {
            strangers.remove(connection);
        }
    }

    /** Called once for each connection, when its memory is in use no more. */
    void ended(final TcpConnection connection) {
        final TransportException reason = connection.closeReason();
        if (TransportCounters.isRefusal(reason.reason())) {
            refusals.refused(connection.address(), reason);
        } else {
            LOG.debug("connection closed: {}", reason.getMessage());
        }
        synchronized (lock) {
            strangers.remove(connection);
            if (connections.remove(connection)) {
                freeMemory.add(connection.memory());
            }
            lock.notifyAll();
        }
    }

    /** Under the lock. Never more than there may be connections. */
    private ByteBuffer takeMemory() {
        final ByteBuffer free = freeMemory.poll();
        return free == null ? ByteBuffer.allocateDirect(StreamLink.MEMORY_BYTES) : free;
    }

    // The end.

    /**
     * Closes all connections, waits until no memory is in use any more, frees threads and port. Not
     * to be called by a connection's thread. Idempotent.
     */
    @Override
    public void close() {
        final List<TcpConnection> open;
        final Channel listening;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            open = List.copyOf(connections);
            listening = server;
        }
        if (listening != null) {
            listening.close().awaitUninterruptibly();
        }
        for (final TcpConnection connection : open) {
            connection.close(new TransportException(Reason.CLOSED_HERE, "transport closed"));
        }
        awaitEnds();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void awaitEnds() {
        final long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        boolean interrupted = false;
        synchronized (lock) {
            long leftNs = CLOSE_TIMEOUT_NS;
            while (!connections.isEmpty() && leftNs > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, leftNs);
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
                leftNs = deadlineNs - System.nanoTime();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
