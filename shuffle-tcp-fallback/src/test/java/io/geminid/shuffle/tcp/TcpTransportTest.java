package io.geminid.shuffle.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.shuffle.tcp.TcpTransportContext.Limits;
import io.geminid.shuffle.tcp.TcpTransportContext.PortRange;
import io.geminid.shuffle.tcp.TcpTransportContext.Timings;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.HostileFrames;
import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.RecordingHandler.Frame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.testing.PoolExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only TCP has: addresses and ports, time limits, and sockets that are full. */
final class TcpTransportTest {

    private static final Timings QUICK =
            new Timings(
                    Duration.ofMillis(50),
                    Duration.ofMillis(400),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(5));

    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private final List<AutoCloseable> made = new ArrayList<>();
    private final Collector collector = new Collector();
    private LocalSegmentPool pool;
    private long processes;

    /** A listener that makes a handler for each connection. */
    private final class Collector implements ConnectionListener {

        private final List<RecordingHandler> incoming = new CopyOnWriteArrayList<>();
        private final List<RecordingHandler> outgoing = new CopyOnWriteArrayList<>();
        private final List<IOException> failures = new CopyOnWriteArrayList<>();

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            final RecordingHandler handler = new RecordingHandler(pool);
            handler.opened(connection);
            (connection.outgoing() ? outgoing : incoming).add(handler);
            return handler;
        }

        @Override
        public void connectFailed(final InetSocketAddress address, final IOException cause) {
            failures.add(cause);
        }
    }

    @BeforeEach
    void makePool() {
        pool = pools.pool(64).createLocalPool(LocalPoolContext.fixed("test", 64));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (final AutoCloseable each : made) {
            each.close();
        }
        for (final RecordingHandler each : collector.incoming) {
            assertThat(each.problems()).isEmpty();
        }
        pool.close();
    }

    private TcpTransport transport(final TcpTransportContext context) {
        final TcpTransport transport =
                new TcpTransport(
                        context,
                        new Handshake(
                                1,
                                1,
                                PoolExtension.SEGMENT_BYTES,
                                10,
                                0,
                                new UUID(7, ++processes)));
        made.add(0, transport);
        return transport;
    }

    private static TcpTransportContext context(
            final String address, final PortRange ports, final boolean insecure) {
        return new TcpTransportContext(
                address, ports, "", insecure, true, 1, QUICK, TcpHarness.limits());
    }

    private TcpTransport quick() {
        return transport(context("127.0.0.1", new PortRange(0, 0), false));
    }

    private TcpTransport limited(final Limits limits) {
        return transport(
                new TcpTransportContext(
                        "127.0.0.1", new PortRange(0, 0), "", false, true, 1, QUICK, limits));
    }

    /** With the timings of the default configuration. */
    private TcpTransport patient(final Limits limits) {
        return transport(TcpHarness.context(true, limits));
    }

    private void connect(final TcpTransport from, final InetSocketAddress to) {
        final int before = collector.outgoing.size();
        final int beforeIn = collector.incoming.size();
        from.connect(to, collector);
        TcpHarness.awaitTrue(
                "connected",
                () -> collector.outgoing.size() > before && collector.incoming.size() > beforeIn);
    }

    // INV S-01
    @Test
    void listensElsewhereOnlyIfToldTwice() throws IOException {
        final PortRange any = new PortRange(0, 0);
        final TcpTransport refused = transport(context("0.0.0.0", any, false));
        assertThatThrownBy(() -> refused.start(collector))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("geminid.tcp.bind-address=0.0.0.0")
                .hasMessageContaining("geminid.security.allow-insecure");
        final InetSocketAddress told = transport(context("0.0.0.0", any, true)).start(collector);
        assertThat(told.getAddress().isAnyLocalAddress()).isFalse();
        assertThat(told.getPort()).isPositive();
    }

    // F35
    @Test
    void namesAddressAndKeyIfThePortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final int port = taken.getLocalPort();
            final TcpTransport transport =
                    transport(context("127.0.0.1", new PortRange(port, port), false));
            assertThatThrownBy(() -> transport.start(collector))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("address=127.0.0.1 port=" + port)
                    .hasMessageContaining("geminid.tcp.port");
        }
    }

    // F35
    @Test
    void namesTheKeyOfAHostThatDoesNotExist() {
        final TcpTransport transport =
                transport(context("no such host", new PortRange(0, 0), false));
        assertThatThrownBy(() -> transport.start(collector))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("geminid.tcp.bind-address=no such host");
    }

    @Test
    void takesTheFirstFreePortOfARange() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final int port = Math.min(taken.getLocalPort(), 65_000);
            final TcpTransport transport =
                    transport(context("127.0.0.1", new PortRange(port, port + 500), false));
            assertThat(transport.start(collector).getPort()).isBetween(port, port + 500);
        }
    }

    @Test
    void tellsPeersTheAddressThatIsConfigured() throws IOException {
        final TcpTransport transport =
                transport(
                        new TcpTransportContext(
                                "127.0.0.1",
                                new PortRange(0, 0),
                                "127.0.0.9",
                                false,
                                true,
                                1,
                                QUICK,
                                TcpHarness.limits()));
        assertThat(transport.start(collector).getAddress().getHostAddress()).isEqualTo("127.0.0.9");
    }

    @Test
    void anAddressThatIsNotResolvedIsAFailureAndNotALookup() {
        quick().connect(InetSocketAddress.createUnresolved("somewhere", 1), collector);
        TcpHarness.awaitTrue("failed", () -> collector.failures.size() == 1);
        assertThat(collector.failures.get(0)).hasMessageContaining("not resolved");
    }

    // F21
    @Test
    void aSilentPeerIsLost() throws IOException {
        final TcpTransport b = quick();
        final CuttableProxy proxy = new CuttableProxy(b.start(collector));
        made.add(proxy);
        connect(quick(), proxy.address());
        proxy.stop();
        final RecordingHandler here = collector.outgoing.get(0);
        final RecordingHandler there = collector.incoming.get(0);
        TcpHarness.awaitTrue("noticed", () -> here.closed() != null && there.closed() != null);
        assertThat(here.closed().reason()).isEqualTo(Reason.PEER_SILENT);
        assertThat(there.closed().reason()).isEqualTo(Reason.PEER_SILENT);
        assertThat(b.counters().ended(Reason.PEER_SILENT)).isEqualTo(1);
    }

    @Test
    void anIdleLinkStaysUp() throws IOException {
        final TcpTransport b = quick();
        connect(quick(), b.start(collector));
        final long beginNs = System.nanoTime();
        TcpHarness.awaitTrue(
                "three timeouts",
                () -> System.nanoTime() - beginNs > 3 * QUICK.heartbeatTimeout().toNanos());
        assertThat(collector.outgoing.get(0).closed()).isNull();
        assertThat(collector.incoming.get(0).closed()).isNull();
    }

    // F29, INV S-17
    @Test
    void whoDoesNotShakeHandsInTimeIsRefused() throws IOException {
        final TcpTransport b = quick();
        final InetSocketAddress address = b.start(collector);
        final SocketPeer silent = new SocketPeer(address);
        final SocketPeer slow = new SocketPeer(address);
        slow.send(HostileFrames.hello(new UUID(1, 1), 4096).clear().limit(71));
        TcpHarness.awaitTrue("closed", silent::closedByTransport);
        TcpHarness.awaitTrue("closed", slow::closedByTransport);
        silent.close();
        slow.close();
        TcpHarness.awaitTrue("counted", () -> b.counters().ended(Reason.HANDSHAKE_TIMEOUT) == 2);
        assertThat(b.counters().refused()).isEqualTo(2);
        assertThat(collector.incoming).isEmpty();
    }

    // F29
    @Test
    void aServerThatDoesNotAnswerIsAFailure() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            quick().connect((InetSocketAddress) mute.getLocalSocketAddress(), collector);
            TcpHarness.awaitTrue("failed", () -> collector.failures.size() == 1);
            assertThat(((TransportException) collector.failures.get(0)).reason())
                    .isEqualTo(Reason.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void moreConnectionsThanAllowedAreRefused() throws IOException {
        final TcpTransport b = limited(new Limits(2, 2, 65536, 4096, 0, 0));
        final InetSocketAddress address = b.start(collector);
        final TcpTransport a = quick();
        connect(a, address);
        connect(a, address);
        try (SocketChannel third = SocketChannel.open(address)) {
            final SocketPeer peer = new SocketPeer(address);
            TcpHarness.awaitTrue("closed", peer::closedByTransport);
            peer.close();
            assertThat(third.isConnected()).isTrue();
        }
        TcpHarness.awaitTrue("counted", () -> b.counters().ended(Reason.LIMIT_REACHED) == 2);
        b.connect(address, collector);
        TcpHarness.awaitTrue("failed", () -> collector.failures.size() == 1);
        assertThat(collector.failures.get(0)).hasMessageContaining("geminid.tcp.connections-max");
        assertThat(collector.incoming).hasSize(2).allMatch(each -> each.closed() == null);
    }

    // F36: who does not read does not make us collect, and gets the rest when it does.
    @Test
    void aFullSocketTakesNoMoreThanTheHighWaterMarkUntilItIsRead() throws IOException {
        final int highBytes = 65536;
        final int frameCount = 2000;
        final int frameBytes = 4000 + FrameHeader.LENGTH_BYTES;
        final TcpTransport b = patient(new Limits(10, 10, highBytes, 4096, 8192, 8192));
        final SocketPeer peer = new SocketPeer(b.start(collector), 8192);
        peer.send(HostileFrames.hello(new UUID(1, 1), PoolExtension.SEGMENT_BYTES).clear());
        TcpHarness.awaitTrue("connected", () -> collector.incoming.size() == 1);
        final RecordingHandler handler = collector.incoming.get(0);
        final List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < frameCount; i++) {
            frames.add(new Frame(FrameType.DATA, 1, i, 0, new byte[4000]));
        }
        handler.send(frames);
        TcpHarness.awaitTrue("full", () -> handler.pulledCount() * frameBytes > highBytes / 2);
        TcpHarness.settle(SETTLE_NS);
        // The mark, and what the buffers of both systems take.
        assertThat(handler.pulledCount() * frameBytes).isLessThan(4 * highBytes);
        final long bytes = (long) frameCount * frameBytes;
        TcpHarness.awaitTrue("all", () -> peer.received().remaining() > bytes);
        TcpHarness.awaitTrue("all completed", () -> handler.completedCount() == frameCount);
        peer.close();
    }

    @Test
    void theOldestStrangersMakeRoomForNewOnes() throws IOException {
        final TcpTransport b = patient(new Limits(100, 4, 65536, 4096, 0, 0));
        final InetSocketAddress address = b.start(collector);
        final List<SocketPeer> strangers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            strangers.add(new SocketPeer(address));
        }
        for (int i = 0; i < 6; i++) {
            TcpHarness.awaitTrue("stranger " + i, strangers.get(i)::closedByTransport);
        }
        TcpHarness.awaitTrue("counted", () -> b.counters().ended(Reason.LIMIT_REACHED) == 6);
        for (int i = 6; i < 10; i++) {
            assertThat(strangers.get(i).closedByTransport()).isFalse();
        }
        for (final SocketPeer each : strangers) {
            each.close();
        }
    }

    @Test
    void closingEndsAllThreads() throws Exception {
        final TcpTransport b = quick();
        connect(quick(), b.start(collector));
        closeAll();
        made.clear();
        TcpHarness.awaitTrue(
                "no thread is left",
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(each -> each.getName().startsWith("geminid-tcp")));
        pool = pools.pool(1).createLocalPool(LocalPoolContext.fixed("none", 1));
    }

    @Test
    void closingDoesNotWaitLongForAPeerThatDoesNotCloseItsEnd() throws IOException {
        final TcpTransport b = quick();
        final SocketPeer peer = new SocketPeer(b.start(collector));
        peer.send(HostileFrames.hello(new UUID(1, 1), PoolExtension.SEGMENT_BYTES).clear());
        TcpHarness.awaitTrue("connected", () -> collector.incoming.size() == 1);
        final long beginNs = System.nanoTime();
        b.close();
        assertThat(System.nanoTime() - beginNs).isLessThan(TimeUnit.SECONDS.toNanos(20));
        assertThat(collector.incoming.get(0).closed().reason()).isEqualTo(Reason.CLOSED_HERE);
        peer.close();
    }
}
