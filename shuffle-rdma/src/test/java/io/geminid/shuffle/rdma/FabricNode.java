package io.geminid.shuffle.rdma;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.testing.PoolExtension;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process on a fabric, soft or real, with a pool of its own, whose handlers write down what
 * comes.
 */
final class FabricNode implements ConnectionListener {

    static final int SEGMENTS = 64;

    private static final AtomicLong IDS = new AtomicLong();

    private final SegmentPool whole;
    private final LocalSegmentPool pool;
    private final RdmaTransport transport;
    private final InetSocketAddress address;
    private final List<RecordingHandler> handlers = new CopyOnWriteArrayList<>();
    private final List<IOException> failures = new CopyOnWriteArrayList<>();

    FabricNode(final RdmaHarness harness, final PoolExtension pools) throws IOException {
        this(harness, pools.pool(SEGMENTS + harness.segmentsOfItsOwn()), harness.context());
    }

    FabricNode(
            final RdmaHarness harness, final SegmentPool whole, final RdmaTransportContext context)
            throws IOException {
        this.whole = whole;
        this.pool = whole.createLocalPool(LocalPoolContext.fixed("received", SEGMENTS));
        this.transport =
                harness.transport(
                        new LinkContext(
                                new Handshake(
                                        WireVersion.FIRST,
                                        WireVersion.CURRENT,
                                        PoolExtension.SEGMENT_BYTES,
                                        100,
                                        0,
                                        new UUID(7, IDS.incrementAndGet())),
                                JobToken.NONE),
                        context,
                        whole);
        this.address = transport.start(this);
    }

    @Override
    public FrameHandler connectionOpened(final Connection connection) {
        final RecordingHandler handler = new RecordingHandler(pool);
        handler.opened(connection);
        handlers.add(handler);
        return handler;
    }

    @Override
    public void connectFailed(final InetSocketAddress tried, final IOException cause) {
        failures.add(cause);
    }

    RdmaTransport transport() {
        return transport;
    }

    SegmentPool pool() {
        return whole;
    }

    InetSocketAddress address() {
        return address;
    }

    int handlerCount() {
        return handlers.size();
    }

    RecordingHandler handler(final int index) {
        return handlers.get(index);
    }

    List<IOException> failures() {
        return failures;
    }

    long ended(final Reason reason) {
        return transport.counters().ended(reason);
    }

    /** After the transport: nothing is held, and handlers saw no wrong. */
    void close() {
        for (final RecordingHandler each : handlers) {
            if (!each.problems().isEmpty() || each.completedCount() != each.pulledCount()) {
                throw new AssertionError(
                        each.problems()
                                + " pulled="
                                + each.pulledCount()
                                + " completed="
                                + each.completedCount());
            }
        }
        if (pool.held() > 0) {
            throw new AssertionError("held=" + pool.held() + " " + whole.leakReport());
        }
        pool.close();
        whole.close();
    }
}
