package io.geminid.shuffle.tcp;

import io.geminid.shuffle.tcp.TcpTransportContext.Limits;
import io.geminid.shuffle.tcp.TcpTransportContext.PortRange;
import io.geminid.shuffle.tcp.TcpTransportContext.Timings;
import io.geminid.shuffle.transport.RawPeer;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportHarness;
import io.geminid.shuffle.transport.link.LinkContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs a contract over real sockets on loopback. */
final class TcpHarness implements TransportHarness {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_EVERY_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final boolean nativeIo;
    private final List<AutoCloseable> made = new ArrayList<>();
    private final List<CuttableProxy> proxies = new ArrayList<>();

    TcpHarness(final boolean nativeIo) {
        this.nativeIo = nativeIo;
    }

    static TcpTransportContext context(final boolean nativeIo, final Limits limits) {
        return new TcpTransportContext(
                "127.0.0.1",
                new PortRange(0, 0),
                "",
                false,
                nativeIo,
                1,
                new Timings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10)),
                limits);
    }

    static Limits limits() {
        return new Limits(1024, 64, 256 << 10, 64 << 10, 0, 0);
    }

    @Override
    public Transport transport(final LinkContext links) {
        final TcpTransport transport = new TcpTransport(context(nativeIo, limits()), links);
        made.add(transport);
        return transport;
    }

    @Override
    public void await(final String what, final BooleanSupplier condition) {
        awaitTrue(what, condition);
    }

    static void awaitTrue(final String what, final BooleanSupplier condition) {
        final long beginNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - beginNs > DEADLINE_NS) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override
    public void settle() {
        settle(SETTLE_NS);
    }

    static void settle(final long timeNs) {
        final long beginNs = System.nanoTime();
        while (System.nanoTime() - beginNs < timeNs) {
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override
    public void progress() {
        // The event loops do.
    }

    @Override
    public InetSocketAddress cuttable(final InetSocketAddress target) {
        try {
            final CuttableProxy proxy = new CuttableProxy(target);
            proxies.add(proxy);
            return proxy.address();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void cut() {
        proxies.forEach(CuttableProxy::close);
        proxies.clear();
    }

    @Override
    public RawPeer raw(final InetSocketAddress target) {
        try {
            final SocketPeer peer = new SocketPeer(target);
            made.add(peer);
            return peer;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
        for (final AutoCloseable each : made) {
            try {
                each.close();
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        }
        made.clear();
    }
}
