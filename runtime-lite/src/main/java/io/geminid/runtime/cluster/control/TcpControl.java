package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.message.ControlToken;
import io.geminid.runtime.cluster.message.FromWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links over TCP: one thread with a selector for all links of a process, at the coordinator's end
 * as well as at a worker's. Listeners are called by that thread.
 */
public final class TcpControl implements AutoCloseable {

    /** How long a peer may take to show the token. */
    static final long HELLO_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /** Peers that have not shown the token yet; more are refused: a stranger costs a descriptor. */
    static final int STRANGERS_MAX = 64;

    /** Refusals that are logged; whoever knocks more often than that is not news any more. */
    private static final long REFUSALS_LOGGED_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(TcpControl.class);
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final long STRANGERS_CHECK_MS = 100;

    private final LongSupplier nanoClock;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean closed;

    // By the thread of the links only.
    private final Set<TcpControlLink> links = new HashSet<>();
    private ServerSocketChannel server;
    private ControlToken token;
    private ControlAcceptor acceptor;

    /**
     * Starts the thread of the links.
     *
     * @param threads makes it
     * @param nanoClock monotonic time, for the handshake's limit
     * @throws IOException if there are no more descriptors
     */
    public TcpControl(final ThreadFactory threads, final LongSupplier nanoClock)
            throws IOException {
        this.nanoClock = nanoClock;
        selector = Selector.open();
        thread = Objects.requireNonNull(threads.newThread(this::run), "thread");
        thread.start();
    }

    /**
     * Waits for workers. Once at most.
     *
     * @param address where; port 0 takes a free one
     * @param secret what workers must show
     * @param newAcceptor told about those that do
     * @return the address with its port
     * @throws IOException if the address cannot be had, for instance because it is in use
     */
    public InetSocketAddress listen(
            final InetSocketAddress address,
            final ControlToken secret,
            final ControlAcceptor newAcceptor)
            throws IOException {
        final ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(address, STRANGERS_MAX);
            channel.configureBlocking(false);
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        execute(
                () -> {
                    server = channel;
                    token = secret;
                    acceptor = newAcceptor;
                    register(channel);
                });
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /**
     * A way to a coordinator that listens.
     *
     * @param address where it listens
     * @return makes the link
     */
    public ControlConnector connector(final InetSocketAddress address) {
        return (hello, listeners) -> connect(address, hello, listeners);
    }

    private void connect(
            final InetSocketAddress address,
            final FromWorker.Hello hello,
            final Function<ControlLink, ControlListener> listeners)
            throws IOException {
        final SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(address, CONNECT_TIMEOUT_MS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw new IOException("coordinator=" + address + " cannot be reached: " + e, e);
        }
        final TcpControlLink link = new TcpControlLink(this, channel, address.toString());
        link.establish(listeners.apply(link));
        link.send(hello);
        execute(() -> add(link));
    }

    /**
     * @return connections that were closed because of what the peer sent or did not send
     */
    public long refused() {
        return refused.get();
    }

    /** Ends all links without telling their listeners, and the thread. Idempotent. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        if (Thread.currentThread() != thread) {
            join();
        }
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has the thread of the links run a command soon. Any thread. */
    void execute(final Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    /** A stranger's first message. The thread of the links only. */
    ControlListener onHello(final TcpControlLink link, final FromWorker.Hello hello) {
        return hello.token().equals(token) ? acceptor.onWorker(link, hello) : null;
    }

    /** A link has ended. The thread of the links only. */
    void onLinkClosed(final TcpControlLink link, final boolean wasStranger, final String reason) {
        links.remove(link);
        if (wasStranger) {
            final long count = refused.incrementAndGet();
            if (count <= REFUSALS_LOGGED_MAX) {
                LOG.warn(
                        "refused a control connection: count={} peer={} reason={}",
                        count,
                        link.peer(),
                        reason);
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::onReady, hasStrangers() ? STRANGERS_CHECK_MS : 0);
                runCommands();
                refuseSilentStrangers();
            }
        } catch (final IOException | RuntimeException e) {
            LOG.error("control links end: {}", e.toString(), e);
            List.copyOf(links).forEach(link -> link.end("control links end: " + e));
        } finally {
            closeAll();
        }
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void onReady(final SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.channel() == server) {
            accept();
        } else {
            ((TcpControlLink) key.attachment()).onReady(key);
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = server.accept();
                    channel != null;
                    channel = server.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                final String peer = String.valueOf(channel.getRemoteAddress());
                final TcpControlLink link = new TcpControlLink(this, channel, peer);
                add(link);
                if (strangers() > STRANGERS_MAX) {
                    link.end("strangers=" + STRANGERS_MAX);
                }
            }
        } catch (final IOException e) {
            LOG.warn("a control connection was not accepted: {}", e.toString());
        }
    }

    private void add(final TcpControlLink link) {
        links.add(link);
        link.register(selector, nanoClock.getAsLong() + HELLO_TIMEOUT_NS);
    }

    private void register(final ServerSocketChannel channel) {
        try {
            channel.register(selector, SelectionKey.OP_ACCEPT);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean hasStrangers() {
        return strangers() > 0;
    }

    private long strangers() {
        return links.stream().filter(TcpControlLink::isStranger).count();
    }

    private void refuseSilentStrangers() {
        if (!hasStrangers()) {
            return;
        }
        final long nowNs = nanoClock.getAsLong();
        final List<TcpControlLink> late = new ArrayList<>(links);
        late.removeIf(link -> !link.isStranger() || link.helloDeadlineNs() - nowNs > 0);
        late.forEach(link -> link.end("helloTimeoutNs=" + HELLO_TIMEOUT_NS));
    }

    private void closeAll() {
        closed = true;
        try {
            runCommands(); // some bring what is to be closed
        } catch (final RuntimeException e) {
            LOG.warn("closing control links: {}", e.toString());
        }
        for (final TcpControlLink link : links) {
            link.closeChannel();
        }
        links.clear();
        commands.clear();
        try {
            if (server != null) {
                server.close();
            }
            selector.close();
        } catch (final IOException e) {
            LOG.warn("closing control links: {}", e.toString());
        }
    }
}
