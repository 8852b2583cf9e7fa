package io.geminid.shuffle.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * No transport allocates anything for a data frame, at neither end: not for a copy either. Counted
 * is what all threads of the process allocate while frames flow between two transports.
 */
public abstract class FrameAllocationContract {

    private static final int SEGMENTS = 64;
    private static final int WINDOW = 8;
    private static final int SLICES = 2;
    private static final int WARM_UP = 2_000;
    private static final int FRAMES = 10_000;

    /** Half of the smallest object: there is one in every other frame at most. */
    private static final int BYTES_PER_FRAME_MAX = 8;

    private static final SegmentOwner OWNER = SegmentOwner.named("test-frames");

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    /** Only subclasses. */
    protected FrameAllocationContract() {}

    /**
     * Makes what drives the transports.
     *
     * @param random the test's
     * @return closed by the contract
     */
    protected abstract TransportHarness harness(Random random);

    /** Both ends of a connection: sends whole segments, and takes what comes. */
    private static final class Traffic implements FrameHandler, SendCompletion {

        private final ArrayDeque<Segment> free = new ArrayDeque<>();
        private final List<Segment> sending = new ArrayList<>();
        private volatile Connection connection;
        private volatile long wanted;
        private long pulled;
        private volatile long completed;
        private volatile long received;

        Traffic(final LocalSegmentPool pool) {
            for (int i = 0; i < WINDOW; i++) {
                free.add(pool.poll(OWNER));
                sending.add(pool.poll(OWNER));
            }
        }

        FrameHandler opened(final Connection made) {
            connection = made;
            return this;
        }

        void send(final int frames) {
            wanted += frames;
            connection.wakeUp();
        }

        @Override
        public boolean pull(final OutboundFrame frame, final long completedFrame) {
            if (pulled == wanted || pulled - completed == WINDOW) {
                return false;
            }
            final ByteBuffer memory = sending.get((int) (pulled % WINDOW)).buffer();
            final int half = memory.capacity() / SLICES;
            frame.set(FrameType.DATA, 0).slice(memory, 0, half).slice(memory, half, half);
            frame.completion(this);
            pulled++;
            return true;
        }

        @Override
        public void onCompletion() {
            completed++;
            connection.wakeUp();
        }

        @Override
        public Segment segmentFor(final FrameHeader header) {
            return free.pollFirst();
        }

        @Override
        public void onData(final FrameHeader header, final Segment filled) {
            free.addLast(filled);
            received++;
        }

        @Override
        public void onControl(final FrameHeader header, final ByteBuffer payload) {
            throw new IllegalStateException(header.toString());
        }

        @Override
        public void onClosed(final TransportException cause) {
            free.forEach(Segment::close);
            sending.forEach(Segment::close);
        }
    }

    /** A listener that gives its one connection a handler. */
    private record Opening(Traffic traffic) implements ConnectionListener {

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            return traffic.opened(connection);
        }

        @Override
        public void connectFailed(final InetSocketAddress address, final IOException cause) {
            throw new IllegalStateException(cause);
        }
    }

    @Test
    void aDataFrameAllocatesNothing() throws IOException {
        final TransportHarness harness = harness(seed.random());
        final SegmentPool whole = pools.pool(SEGMENTS + harness.segmentsOfItsOwn());
        harness.pool(whole);
        final LocalSegmentPool pool =
                whole.createLocalPool(LocalPoolContext.fixed("frames", SEGMENTS));
        final Traffic sender = new Traffic(pool);
        final Traffic receiver = new Traffic(pool);
        try {
            final InetSocketAddress address =
                    harness.transport(handshake()).start(new Opening(receiver));
            final Transport from = harness.transport(handshake());
            from.start(new Opening(sender));
            from.connect(address, new Opening(sender));
            harness.await(
                    "connected", () -> sender.connection != null && receiver.connection != null);
            move(harness, sender, receiver, WARM_UP);
            final long before = allocatedBytes();
            move(harness, sender, receiver, FRAMES);
            final long allocated = allocatedBytes() - before;
            assertThat(allocated)
                    .as("bytes allocated for frames=%d", FRAMES)
                    .isLessThan((long) FRAMES * BYTES_PER_FRAME_MAX);
        } finally {
            harness.close();
        }
        assertThat(pool.held()).isZero();
        pool.close();
    }

    private Handshake handshake() {
        return new Handshake(
                WireVersion.FIRST,
                WireVersion.CURRENT,
                PoolExtension.SEGMENT_BYTES,
                1,
                0,
                new UUID(seed.random().nextLong(), seed.random().nextLong()));
    }

    private static void move(
            final TransportHarness harness,
            final Traffic sender,
            final Traffic receiver,
            final int frames) {
        final long end = receiver.received + frames;
        sender.send(frames);
        harness.await("frames", () -> receiver.received == end && sender.completed == end);
    }

    private static long allocatedBytes() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (final long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
