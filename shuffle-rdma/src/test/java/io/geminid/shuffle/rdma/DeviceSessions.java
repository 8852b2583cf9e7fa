package io.geminid.shuffle.rdma;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.tcp.TcpTransport;
import io.geminid.shuffle.tcp.TcpTransportContext;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.RecordingHandler.Frame;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.testing.PoolExtension;
import io.geminid.verbs.Verbs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Two ends of a session over this host's devices and TCP, and a stream of frames to go through it.
 */
final class DeviceSessions implements AutoCloseable {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int SEGMENTS = 256;

    final End a;
    final End b;

    /** One end. */
    static final class End implements ConnectionListener {

        final RdmaTransport rdma;
        final FallbackTransport transport;
        final InetSocketAddress address;
        volatile RecordingHandler handler;
        volatile IOException failure;
        private final SegmentPool whole;
        private final LocalSegmentPool pool;

        End(final int index) throws IOException {
            whole = new SegmentPool(PoolExtension.context(2 * SEGMENTS));
            pool = whole.createLocalPool(LocalPoolContext.fixed("received", SEGMENTS));
            final Handshake self =
                    new Handshake(1, 1, PoolExtension.SEGMENT_BYTES, 100, 0, new UUID(9, index));
            final String address = DeviceHarness.address(index);
            rdma = new RdmaTransport(DeviceHarness.context(address), self, whole, Verbs::provider);
            transport =
                    new FallbackTransport(
                            rdma,
                            new TcpTransport(tcp(address), self),
                            UUID::randomUUID,
                            System::nanoTime);
            this.address = transport.start(this);
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

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            handler = new RecordingHandler(pool);
            handler.opened(connection);
            return handler;
        }

        @Override
        public void connectFailed(final InetSocketAddress tried, final IOException cause) {
            failure = cause;
        }

        private void close() {
            transport.close();
            if (pool.held() > 0) {
                throw new AssertionError(whole.leakReport().toString());
            }
            pool.close();
            whole.close();
        }
    }

    DeviceSessions() throws IOException {
        a = new End(0);
        b = new End(1);
        a.transport.connect(b.address, a);
        await("opened", () -> a.failure != null || a.handler != null && b.handler != null);
        if (a.failure != null) {
            throw a.failure;
        }
    }

    static List<Frame> frames(final int count) {
        final List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final byte[] payload = new byte[i % 3 == 0 ? 60 : 4_000];
            payload[0] = (byte) i;
            final FrameType type = i % 5 == 0 ? FrameType.EVENT : FrameType.DATA;
            frames.add(new Frame(type, 1, i, i, payload));
        }
        return frames;
    }

    /** Waits until all frames are there, and requires each once and in order. */
    static void awaitAll(final RecordingHandler handler, final int count) {
        await("frames=" + count, () -> handler.inboxSize() >= count);
        final List<Frame> inbox = handler.inbox();
        for (int i = 0; i < inbox.size(); i++) {
            if (inbox.get(i).sequence() != i || inbox.get(i).payload()[0] != (byte) i) {
                throw new AssertionError("at=" + i + " is " + inbox.get(i));
            }
        }
        if (inbox.size() != count) {
            throw new AssertionError("frames=" + inbox.size() + " expected=" + count);
        }
    }

    static void await(final String what, final BooleanSupplier condition) {
        final long beginNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - beginNs > DEADLINE_NS) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
