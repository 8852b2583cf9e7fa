package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.RecordingHandler.Frame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import io.geminid.verbs.fabric.FaultPlan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sessions that lose their fast carrier at a random moment, in a random way: every frame arrives
 * once and in order all the same, both ways, and everything is given back.
 */
final class FallbackSimulationTest {

    private static final int SEGMENTS = 64;
    private static final int FRAMES_MAX = 400;
    private static final int CASES = 200;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private int fallbacks;
    private int resent;
    private int startedSure;

    private enum Fault {
        NONE,
        QUEUE_PAIR,
        LINK,
        DEVICE,
        SENDS_FAIL
    }

    /** A process that opens or accepts one session. */
    private static final class Node implements ConnectionListener {

        private final FallbackTransport transport;
        private final LocalSegmentPool pool;
        private final InetSocketAddress address;
        private RecordingHandler handler;
        private IOException failure;

        Node(final AutoHarness harness, final UUID id, final LocalSegmentPool pool)
                throws IOException {
            this.pool = pool;
            transport =
                    harness.auto(
                            new LinkContext(
                                    new Handshake(
                                            WireVersion.FIRST,
                                            WireVersion.CURRENT,
                                            PoolExtension.SEGMENT_BYTES,
                                            100,
                                            0,
                                            id),
                                    JobToken.NONE));
            address = transport.start(this);
        }

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            assertThat(handler).isNull();
            handler = new RecordingHandler(pool);
            handler.opened(connection);
            return handler;
        }

        @Override
        public void connectFailed(final InetSocketAddress tried, final IOException cause) {
            failure = cause;
        }
    }

    @Test
    void nothingIsLostOrRepeated() {
        new PropertyRunner(seed, CASES, FRAMES_MAX).check(this::round);
        // Otherwise it would have shown nothing.
        assertThat(fallbacks).isGreaterThan(CASES / 4);
        assertThat(resent).isGreaterThan(CASES);
        assertThat(startedSure).isPositive();
    }

    private void round(final Random random, final int framesMax) throws IOException {
        final Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
        final FaultPlan plan =
                fault == Fault.SENDS_FAIL ? FaultPlan.JITTER.failing(20_000) : FaultPlan.JITTER;
        final AutoHarness harness = new AutoHarness(random, plan);
        final SegmentPool whole = pools.pool(SEGMENTS + harness.segmentsOfItsOwn());
        harness.pool(whole);
        final LocalSegmentPool pool =
                whole.createLocalPool(LocalPoolContext.fixed("received", SEGMENTS));
        final Node a = new Node(harness, new UUID(1, random.nextLong()), pool);
        final Node b = new Node(harness, new UUID(2, random.nextLong()), pool);
        a.transport.connect(b.address, a);
        // Sometimes the fault comes while the session is being made.
        final int quiet = random.nextInt(600);
        for (int i = 0; i < quiet; i++) {
            harness.progress();
        }
        if (random.nextInt(4) > 0) {
            harness.await("opened", () -> a.handler != null && b.handler != null);
        }
        final List<Frame> there = frames(random, random.nextInt(1 + framesMax));
        final List<Frame> back = frames(random, random.nextInt(1 + framesMax));
        final int faultAt = random.nextInt(1 + there.size() + back.size());
        int sentThere = 0;
        int sentBack = 0;
        boolean broken = false;
        while (sentThere < there.size() || sentBack < back.size()) {
            final int more = 1 + random.nextInt(20);
            if (a.handler != null && sentThere < there.size()) {
                final int end = Math.min(there.size(), sentThere + more);
                a.handler.send(there.subList(sentThere, end));
                sentThere = end;
            }
            if (b.handler != null && sentBack < back.size()) {
                final int end = Math.min(back.size(), sentBack + more);
                b.handler.send(back.subList(sentBack, end));
                sentBack = end;
            }
            if (!broken && sentThere + sentBack >= faultAt) {
                broken = true;
                cause(fault, harness, random);
            }
            for (int i = random.nextInt(200); i > 0; i--) {
                harness.progress();
            }
            assertThat(a.failure).isNull();
        }
        if (!broken) {
            cause(fault, harness, random);
        }
        harness.await(
                "all frames, fault=" + fault + " a=" + a.transport.fallbackCounters(),
                () ->
                        a.handler != null
                                && b.handler != null
                                && b.handler.inboxSize() >= there.size()
                                && a.handler.inboxSize() >= back.size());
        harness.settle();
        requireSame(b.handler.inbox(), there);
        requireSame(a.handler.inbox(), back);
        end(harness, a, b);
        assertThat(pool.held()).isZero();
        pool.close();
        whole.close();
    }

    private void end(final AutoHarness harness, final Node a, final Node b) {
        assertThat(a.handler.closed()).isNull();
        assertThat(b.handler.closed()).isNull();
        a.handler.connection().close(new TransportException(Reason.CLOSED_HERE, "done"));
        harness.await("closed", () -> a.handler.closed() != null && b.handler.closed() != null);
        harness.close();
        for (final Node node : List.of(a, b)) {
            assertThat(node.handler.problems()).isEmpty();
            assertThat(node.handler.completedCount()).isEqualTo(node.handler.pulledCount());
            assertThat(node.transport.counters().connections()).isZero();
            fallbacks += (int) node.transport.fallbackCounters().fallbacks();
            resent += (int) node.transport.fallbackCounters().resentFrames();
            startedSure += (int) node.transport.fallbackCounters().startedSure();
        }
    }

    private static void cause(final Fault fault, final AutoHarness harness, final Random random) {
        final int end = random.nextInt(2);
        switch (fault) {
            case QUEUE_PAIR -> harness.fast().transport(end).breakConnections();
            case LINK -> {
                harness.fast().fabric().link(harness.fast().address(end), false);
                if (random.nextBoolean()) {
                    for (int i = random.nextInt(5_000); i > 0; i--) {
                        harness.progress();
                    }
                    harness.fast().fabric().link(harness.fast().address(end), true);
                }
            }
            case DEVICE -> harness.fast().fabric().removeDevice(harness.fast().address(end));
            default -> {
                // By the plan, or not at all.
            }
        }
    }

    private static List<Frame> frames(final Random random, final int count) {
        final List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final boolean data = random.nextInt(3) > 0;
            final byte[] payload =
                    new byte[random.nextInt(data ? PoolExtension.SEGMENT_BYTES + 1 : 100)];
            random.nextBytes(payload);
            frames.add(
                    new Frame(
                            data ? FrameType.DATA : FrameType.EVENT,
                            random.nextInt(9),
                            i,
                            random.nextLong(),
                            payload));
        }
        return frames;
    }

    private static void requireSame(final List<Frame> received, final List<Frame> sent) {
        assertThat(received).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(received.get(i).sequence()).isEqualTo(i);
            assertThat(received.get(i).value()).isEqualTo(sent.get(i).value());
            assertThat(Arrays.equals(received.get(i).payload(), sent.get(i).payload()))
                    .as("payload of frame %d", i)
                    .isTrue();
        }
    }
}
