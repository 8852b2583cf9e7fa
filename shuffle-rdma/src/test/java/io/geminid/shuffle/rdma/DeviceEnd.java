package io.geminid.shuffle.rdma;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.shuffle.tcp.TcpTransport;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.testing.PoolExtension;
import io.geminid.verbs.Verbs;
import io.geminid.verbs.work.WorkStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One end of a connection over a device of this host, with a pool of its own. Closing it requires
 * that every segment is back, and that neither the device nor ours has lost a request.
 */
final class DeviceEnd implements ConnectionListener, AutoCloseable {

    private static final int SEGMENTS = 256;

    final RdmaTransport rdma;

    /** Null where there is nothing to fall back on. */
    final FallbackTransport fallback;

    final InetSocketAddress address;
    final SegmentPool whole;

    /** Of the connection that was opened last. */
    volatile RecordingHandler handler;

    volatile IOException failure;
    private final List<RecordingHandler> handlers = new CopyOnWriteArrayList<>();
    private final LocalSegmentPool pool;
    private final Transport transport;

    private DeviceEnd(
            final int index,
            final RdmaTransportContext context,
            final boolean fallsBack,
            final SegmentPoolContext memory)
            throws IOException {
        whole = new SegmentPool(memory);
        pool = whole.createLocalPool(LocalPoolContext.fixed("received", SEGMENTS));
        final Handshake self =
                new Handshake(1, 1, PoolExtension.SEGMENT_BYTES, 100, 0, new UUID(9, index));
        final String local = DeviceHarness.address(index);
        rdma =
                new RdmaTransport(
                        context.at(local, 0),
                        new LinkContext(self, JobToken.NONE),
                        whole,
                        Verbs::provider);
        fallback =
                fallsBack
                        ? new FallbackTransport(
                                rdma,
                                new TcpTransport(tcp(local), self.withSessions()),
                                UUID::randomUUID,
                                System::nanoTime)
                        : null;
        transport = fallsBack ? fallback : rdma;
        address = transport.start(this);
    }

    /** Over RDMA, and over TCP when that is lost. */
    static DeviceEnd auto(final int index, final RdmaTransportContext context) throws IOException {
        return auto(index, context, PoolExtension.context(2 * SEGMENTS));
    }

    static DeviceEnd auto(
            final int index, final RdmaTransportContext context, final SegmentPoolContext memory)
            throws IOException {
        return new DeviceEnd(index, context, true, memory);
    }

    /** Over RDMA and nothing else. */
    static DeviceEnd rdma(final int index, final RdmaTransportContext context) throws IOException {
        return rdma(index, context, PoolExtension.context(2 * SEGMENTS));
    }

    static DeviceEnd rdma(
            final int index, final RdmaTransportContext context, final SegmentPoolContext memory)
            throws IOException {
        return new DeviceEnd(index, context, false, memory);
    }

    private static TcpTransportContext tcp(final String address) {
        return new TcpTransportContext(
                address,
                new TcpTransportContext.PortRange(0, 0),
                "",
                true,
                true,
                1,
                new TcpTransportContext.Timings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30)),
                new TcpTransportContext.Limits(16, 16, 256 << 10, 64 << 10, 0, 0));
    }

    void connect(final InetSocketAddress to) {
        failure = null;
        transport.connect(to, this);
    }

    /** Requests that completed in such a way. */
    long completed(final WorkStatus status) {
        return rdma.rdmaCounters().failures(status);
    }

    @Override
    public FrameHandler connectionOpened(final Connection connection) {
        final RecordingHandler opened = new RecordingHandler(pool);
        opened.opened(connection);
        handlers.add(opened);
        handler = opened;
        return opened;
    }

    @Override
    public void connectFailed(final InetSocketAddress tried, final IOException cause) {
        failure = cause;
    }

    @Override
    public void close() {
        transport.close();
        final RdmaCounters counters = rdma.rdmaCounters();
        if (counters.stuck() + counters.unflushed() > 0
                || counters.failures(WorkStatus.RNR_RETRY_EXCEEDED) > 0) {
            throw new AssertionError("requests never came back, or met no receive: " + counters);
        }
        for (final RecordingHandler each : handlers) {
            // A session changes threads when it changes carriers.
            final boolean right = each.problems().stream().allMatch(text -> text.contains(" on "));
            if (!right || each.completedCount() != each.pulledCount()) {
                throw new AssertionError(
                        each.problems()
                                + " pulled="
                                + each.pulledCount()
                                + " completed="
                                + each.completedCount());
            }
        }
        if (pool.held() > 0) {
            throw new AssertionError(whole.leakReport().toString());
        }
        pool.close();
        whole.close();
    }
}
