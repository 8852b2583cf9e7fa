package io.geminid.shuffle.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.RecordingHandler.Frame;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.RealThreads;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What every transport must do. Subclasses say only how to make one. */
public abstract class TransportContract {

    private static final int SEGMENT_BYTES = PoolExtension.SEGMENT_BYTES;
    private static final int SEGMENTS = 64;
    private static final byte[] NOTHING = new byte[0];
    private static final FrameType[] CONTROL = {
        FrameType.OPEN_CHANNEL,
        FrameType.CREDIT,
        FrameType.EVENT,
        FrameType.PRIORITY_EVENT,
        FrameType.CHANNEL_ERROR
    };

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private TransportHarness harness;
    private LocalSegmentPool pool;
    private Node a;
    private Node b;

    /** Only subclasses. */
    protected TransportContract() {}

    /**
     * Makes what drives the transports of one test.
     *
     * @param random the test's
     * @return closed by the contract
     */
    protected abstract TransportHarness harness(Random random);

    /** A process with a transport, and a listener that gives each connection a handler. */
    private final class Node implements ConnectionListener {

        private final Transport transport;
        private final UUID processId;
        private final List<RecordingHandler> handlers = new CopyOnWriteArrayList<>();
        private final List<IOException> failures = new CopyOnWriteArrayList<>();
        private volatile boolean refuses;
        private InetSocketAddress address;

        Node() {
            processId = new UUID(seed.random().nextLong(), seed.random().nextLong());
            transport =
                    harness.transport(
                            new Handshake(
                                    WireVersion.FIRST,
                                    WireVersion.CURRENT,
                                    SEGMENT_BYTES,
                                    100,
                                    0,
                                    processId));
        }

        Node start() throws IOException {
            address = transport.start(this);
            return this;
        }

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            if (refuses) {
                return null;
            }
            final RecordingHandler handler = new RecordingHandler(pool);
            handler.opened(connection);
            handlers.add(handler);
            return handler;
        }

        @Override
        public void connectFailed(final InetSocketAddress tried, final IOException cause) {
            failures.add(cause);
        }

        RecordingHandler handler() {
            return handlers.get(handlers.size() - 1);
        }

        long ended(final Reason reason) {
            return transport.counters().ended(reason);
        }
    }

    @BeforeEach
    void startTwo() throws IOException {
        harness = harness(seed.random());
        final SegmentPool whole = pools.pool(SEGMENTS + harness.segmentsOfItsOwn());
        harness.pool(whole);
        pool = whole.createLocalPool(LocalPoolContext.fixed("received", SEGMENTS));
        a = new Node().start();
        b = new Node().start();
    }

    @AfterEach
    void everythingIsBack() {
        harness.close();
        for (final Node node : List.of(a, b)) {
            for (final RecordingHandler handler : node.handlers) {
                assertThat(handler.problems()).isEmpty();
                assertThat(handler.closed()).isNotNull();
                assertThat(handler.completedCount()).isEqualTo(handler.pulledCount());
            }
            assertThat(node.transport.counters().connections()).isZero();
        }
        assertThat(pool.held()).isZero();
        pool.close();
    }

    private void connect() {
        connectTo(b.address);
    }

    private void connectTo(final InetSocketAddress address) {
        final int before = a.handlers.size();
        final int beforeB = b.handlers.size();
        a.transport.connect(address, a);
        harness.await("connected", () -> a.handlers.size() > before && b.handlers.size() > beforeB);
    }

    private List<Frame> randomFrames(final int count) {
        final Random random = seed.random();
        final List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final boolean data = random.nextBoolean();
            final FrameType type = data ? FrameType.DATA : CONTROL[random.nextInt(CONTROL.length)];
            final int bytesMax = data ? SEGMENT_BYTES : FrameHeader.CONTROL_BYTES_MAX;
            final int bytes =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> bytesMax;
                        case 2 -> random.nextInt(64);
                        default -> random.nextInt(bytesMax + 1);
                    };
            final byte[] payload = new byte[bytes];
            random.nextBytes(payload);
            frames.add(new Frame(type, random.nextInt(50), i, random.nextLong(), payload));
        }
        return frames;
    }

    private static void assertSame(final List<Frame> received, final List<Frame> sent) {
        assertThat(received).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(received.get(i).header()).as("frame %d", i).isEqualTo(sent.get(i).header());
            assertThat(Arrays.equals(received.get(i).payload(), sent.get(i).payload()))
                    .as("payload of frame %d", i)
                    .isTrue();
        }
    }

    @Test
    void tellsBothSidesWhoThePeerIs() {
        connect();
        final PeerInfo atA = a.handler().connection().peer();
        final PeerInfo atB = b.handler().connection().peer();
        assertThat(atA.processId()).isEqualTo(b.processId);
        assertThat(atB.processId()).isEqualTo(a.processId);
        assertThat(atA.segmentBytes()).isEqualTo(SEGMENT_BYTES);
        assertThat(atA.channelsMax()).isEqualTo(100);
        assertThat(atB.wireVersion()).isEqualTo(WireVersion.CURRENT);
        assertThat(atA.address()).isEqualTo(b.address);
        assertThat(a.handler().connection().outgoing()).isTrue();
        assertThat(b.handler().connection().outgoing()).isFalse();
        harness.await(
                "counted by both",
                () ->
                        a.transport.counters().connections() == 1
                                && b.transport.counters().connections() == 1);
    }

    @Test
    void framesArriveOnceInOrderBothWaysAndTheirMemoryIsFreedOnce() {
        connect();
        final List<Frame> there = randomFrames(300);
        final List<Frame> back = randomFrames(300);
        a.handler().send(there);
        b.handler().send(back);
        harness.await(
                "all frames",
                () -> b.handler().inboxSize() == 300 && a.handler().inboxSize() == 300);
        assertSame(b.handler().inbox(), there);
        assertSame(a.handler().inbox(), back);
        harness.await(
                "all completions",
                () -> a.handler().completedCount() == 300 && b.handler().completedCount() == 300);
        final long dataFrames = there.stream().filter(f -> f.type() == FrameType.DATA).count();
        assertThat(a.transport.counters().framesSent()).isEqualTo(dataFrames);
        assertThat(b.transport.counters().framesReceived()).isEqualTo(dataFrames);
        assertThat(b.transport.counters().bytesReceived())
                .isEqualTo(a.transport.counters().bytesSent());
    }

    @Test
    void reportsFramesThatHaveLeftTheLink() {
        connect();
        final byte[] payload = new byte[100];
        for (int i = 1; i <= 5; i++) {
            final int number = i;
            final FrameType type = i % 2 == 0 ? FrameType.DATA : FrameType.EVENT;
            a.handler().send(List.of(new Frame(type, 1, i, 0, payload)));
            // The handler is asked again after a completion, without a wake-up.
            harness.await(
                    "completed frame " + number, () -> a.handler().lastCompletedFrame() == number);
        }
    }

    @Test
    void noWakeUpIsLost() {
        connect();
        final List<Frame> frames = randomFrames(400);
        int sent = 0;
        while (sent < frames.size()) {
            final int count = Math.min(1 + seed.random().nextInt(3), frames.size() - sent);
            a.handler().send(frames.subList(sent, sent + count));
            sent += count;
            final int expected = sent;
            if (seed.random().nextInt(4) == 0) {
                harness.await("sent", () -> b.handler().inboxSize() == expected);
            }
        }
        harness.await("all", () -> b.handler().inboxSize() == frames.size());
        assertSame(b.handler().inbox(), frames);
    }

    @Test
    void aWakeUpWhileTheHandlerSaysThatThereIsNothingIsNotLost() {
        connect();
        final AtomicInteger rounds = new AtomicInteger(100);
        final RecordingHandler handler = a.handler();
        handler.intervene(
                (method, header) -> {
                    if (!method.equals("pull") || rounds.getAndDecrement() <= 0) {
                        return false;
                    }
                    // Somebody else has something to send, right after the handler has looked.
                    final List<Frame> late = List.of(new Frame(FrameType.CREDIT, 1, 0, 0, NOTHING));
                    RealThreads.run(1, Duration.ofSeconds(30), thread -> handler.send(late));
                    return true;
                });
        handler.connection().wakeUp();
        harness.await("all", () -> b.handler().inboxSize() == 100);
    }

    @Test
    void runsTasksInOrderOnTheConnectionsThread() {
        connect();
        final List<Integer> ran = new CopyOnWriteArrayList<>();
        final List<Thread> threads = new CopyOnWriteArrayList<>();
        final Connection connection = a.handler().connection();
        for (int i = 0; i < 100; i++) {
            final int number = i;
            connection.execute(
                    () -> {
                        ran.add(number);
                        threads.add(Thread.currentThread());
                    });
        }
        harness.await("tasks", () -> ran.size() == 100);
        assertThat(ran).isSorted();
        assertThat(threads).containsOnly(threads.get(0));
    }

    @Test
    void dropsDataThatTheHandlerDoesNotWant() {
        connect();
        b.handler()
                .intervene(
                        (method, header) ->
                                method.equals("segmentFor") && header.sequence() % 2 == 0);
        final List<Frame> frames = randomFrames(100);
        a.handler().send(frames);
        final List<Frame> wanted =
                frames.stream()
                        .filter(f -> f.type() != FrameType.DATA || f.sequence() % 2 != 0)
                        .toList();
        harness.await("wanted", () -> b.handler().inboxSize() == wanted.size());
        harness.await("all completed", () -> a.handler().completedCount() == 100);
        assertSame(b.handler().inbox(), wanted);
    }

    @Test
    void closesWithTheHandlersReason() {
        for (final String refusing : List.of("segmentFor", "onData", "onControl")) {
            connect();
            final long before = b.ended(Reason.BAD_CREDIT);
            b.handler()
                    .intervene(
                            (method, header) -> {
                                if (method.equals(refusing) && header.sequence() == 20) {
                                    throw new TransportException(Reason.BAD_CREDIT, "test=true");
                                }
                                return false;
                            });
            final FrameType type = refusing.equals("onControl") ? FrameType.EVENT : FrameType.DATA;
            final List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                frames.add(new Frame(type, 1, i, i, new byte[1000]));
            }
            a.handler().send(frames);
            harness.await(
                    "closed", () -> a.handler().closed() != null && b.handler().closed() != null);
            assertThat(b.handler().closed().reason()).isEqualTo(Reason.BAD_CREDIT);
            assertThat(a.handler().closed().reason()).isEqualTo(Reason.CLOSED_BY_PEER);
            assertThat(a.handler().closed()).hasMessageContaining("BAD_CREDIT");
            assertThat(b.handler().inbox()).hasSize(20);
            assertThat(b.ended(Reason.BAD_CREDIT)).isEqualTo(before + 1);
        }
    }

    @Test
    void aDefectOfTheHandlerClosesItsConnectionOnly() {
        connect();
        final RecordingHandler other = a.handler();
        final RecordingHandler otherB = b.handler();
        connect();
        a.handler()
                .intervene(
                        (method, header) -> {
                            if (method.equals("pull")) {
                                throw new IllegalStateException("test=true");
                            }
                            return false;
                        });
        a.handler().connection().wakeUp();
        harness.await("closed", () -> a.handler().closed() != null);
        assertThat(a.handler().closed().reason()).isEqualTo(Reason.INTERNAL);
        final List<Frame> frames = randomFrames(20);
        other.send(frames);
        harness.await("the other goes on", () -> otherB.inboxSize() == 20);
        assertSame(otherB.inbox(), frames);
        // The defect is the test's own.
        a.handler().problems().forEach(problem -> assertThat(problem).contains("pull"));
    }

    @Test
    void aFrameThatIsTooLargeIsADefectAndNotSent() {
        for (final FrameType type : List.of(FrameType.DATA, FrameType.EVENT)) {
            connect();
            final byte[] payload = new byte[SEGMENT_BYTES + 1];
            a.handler().send(List.of(new Frame(type, 1, 0, 0, payload)));
            harness.await("closed", () -> a.handler().closed() != null);
            assertThat(a.handler().closed().reason()).isEqualTo(Reason.INTERNAL);
            assertThat(a.handler().closed()).hasMessageContaining("payloadBytes=" + payload.length);
            assertThat(b.handler().inbox()).isEmpty();
        }
    }

    @Test
    void tellsThePeerOfARefusedDuplicate() {
        b.refuses = true;
        a.transport.connect(b.address, a);
        harness.await("refused", () -> a.handlers.size() == 1 && a.handler().closed() != null);
        assertThat(a.handler().closed().reason()).isEqualTo(Reason.DUPLICATE_CONNECTION);
        assertThat(a.failures).isEmpty();

        b.refuses = false;
        a.refuses = true;
        a.transport.connect(b.address, a);
        harness.await("refused", () -> b.handlers.size() == 1 && b.handler().closed() != null);
        assertThat(b.handler().closed().reason()).isEqualTo(Reason.DUPLICATE_CONNECTION);
        assertThat(a.failures).isEmpty();
        harness.await(
                "counted by both",
                () ->
                        a.ended(Reason.DUPLICATE_CONNECTION) == 2
                                && b.ended(Reason.DUPLICATE_CONNECTION) == 2);
    }

    @Test
    void saysThatNobodyListens() {
        final InetSocketAddress gone = b.address;
        b.transport.close();
        a.transport.connect(gone, a);
        harness.await("failed", () -> a.failures.size() == 1);
        assertThat(a.failures.get(0)).hasMessageContaining(String.valueOf(gone.getPort()));
        assertThat(a.handlers).isEmpty();
    }

    @Test
    void connectsNoMoreOnceClosed() {
        a.transport.close();
        a.transport.connect(b.address, a);
        harness.await("failed", () -> a.failures.size() == 1);
        assertThat(b.handlers).isEmpty();
        a.transport.close();
    }

    @Test
    void eitherSideMayCloseAtAnyTime() {
        final Random random = seed.random();
        for (int round = 0; round < 30; round++) {
            connect();
            final RecordingHandler here = a.handler();
            final RecordingHandler there = b.handler();
            here.send(randomFrames(40));
            there.send(randomFrames(40));
            final int wanted = random.nextInt(40);
            harness.await("some", () -> there.inboxSize() >= wanted);
            final TransportException reason =
                    new TransportException(Reason.CLOSED_HERE, "round=" + round);
            if (random.nextInt(3) > 0) {
                here.connection().close(reason);
            }
            if (random.nextInt(3) > 0) {
                there.connection().close(reason);
            }
            here.connection().close(reason);
            harness.await("closed", () -> here.closed() != null && there.closed() != null);
            assertThat(here.closed().reason())
                    .isIn(Reason.CLOSED_HERE, Reason.CLOSED_BY_PEER, Reason.LINK_LOST);
            assertThat(here.completedCount()).isEqualTo(here.pulledCount());
            assertThat(there.completedCount()).isEqualTo(there.pulledCount());
        }
        harness.await("segments", () -> pool.held() == 0);
    }

    @Test
    void aGoodbyeIsUnderstood() {
        connect();
        a.handler().send(randomFrames(50));
        harness.await("sent", () -> b.handler().inboxSize() == 50);
        harness.settle();
        a.handler().connection().close(new TransportException(Reason.CLOSED_HERE, "x=1"));
        harness.await("closed", () -> b.handler().closed() != null);
        assertThat(b.handler().closed().reason()).isEqualTo(Reason.CLOSED_BY_PEER);
        assertThat(b.handler().closed()).hasMessageContaining("x=1");
    }

    @Test
    void aBrokenLinkGivesEverythingBackAndDeliversNothingPartial() {
        final Random random = seed.random();
        for (int round = 0; round < 20; round++) {
            connectTo(harness.cuttable(b.address));
            final RecordingHandler here = a.handler();
            final RecordingHandler there = b.handler();
            final List<Frame> frames = randomFrames(200);
            here.send(frames);
            final int wanted = random.nextInt(100);
            harness.await("some", () -> there.inboxSize() >= wanted);
            harness.cut();
            harness.await("closed", () -> here.closed() != null && there.closed() != null);
            assertThat(here.closed().reason()).isEqualTo(Reason.LINK_LOST);
            assertThat(there.closed().reason()).isEqualTo(Reason.LINK_LOST);
            assertSame(there.inbox(), frames.subList(0, there.inboxSize()));
            assertThat(here.completedCount()).isEqualTo(here.pulledCount());
        }
        harness.await("segments", () -> pool.held() == 0);
    }

    @Test
    void refusesHandshakesThatItDoesNotUnderstand() {
        final Random random = seed.random();
        refuseFirst(Reason.BAD_MAGIC, header -> header.putShort(0, (short) 0x4745));
        refuseFirst(Reason.BAD_CHECKSUM, header -> header.put(8, (byte) 1));
        refuseFirst(Reason.BAD_TYPE, header -> seal(header.put(3, FrameType.HEARTBEAT.code())));
        refuseFirst(Reason.BAD_LENGTH, header -> seal(header.putInt(12, Integer.MAX_VALUE)));
        refuseFirst(Reason.BAD_LENGTH, header -> seal(header.putInt(12, -1)));
        refuseFirst(Reason.BAD_CHANNEL, header -> seal(header.putInt(4, 1)));
        refuseFirst(Reason.BAD_CONTENT, header -> seal(header.putInt(16, -1)));
        refuseFirst(Reason.BAD_CHECKSUM, header -> header.put(40 + random.nextInt(32), (byte) -77));
        refuseFirst(
                Reason.BAD_VERSION,
                header -> {
                    header.put(40, (byte) 200).put(41, (byte) 201);
                    HostileFrames.sealed(header);
                });
        refuseFirst(
                Reason.BAD_CONTENT,
                header -> {
                    header.put(40, (byte) 2).put(41, (byte) 1);
                    HostileFrames.sealed(header);
                });
        connect();
        assertThat(b.handlers).hasSize(1);
    }

    private interface Damage {
        void to(ByteBuffer hello);
    }

    private void refuseFirst(final Reason reason, final Damage damage) {
        final long before = b.ended(reason);
        final long refusedBefore = b.transport.counters().refused();
        final ByteBuffer hello = hello();
        damage.to(hello);
        final RawPeer raw = harness.raw(b.address);
        raw.send(hello.clear());
        harness.await("refused for " + reason, raw::closedByTransport);
        raw.hangUp();
        harness.await("counted " + reason, () -> b.ended(reason) == before + 1);
        assertThat(b.transport.counters().refused()).isEqualTo(refusedBefore + 1);
        if (reason == Reason.BAD_MAGIC) {
            assertThat(raw.received().remaining()).as("an answer to a stranger").isZero();
        } else {
            final FrameHeader goodbye = new FrameHeader().wrap(raw.received(), 0);
            assertThat(goodbye.isIntact()).isTrue();
            assertThat(goodbye.type()).isEqualTo(FrameType.GOODBYE);
            assertThat(goodbye.value()).isEqualTo(reason.code());
        }
    }

    private ByteBuffer hello() {
        final UUID id = new UUID(seed.random().nextLong(), seed.random().nextLong());
        return HostileFrames.hello(id, SEGMENT_BYTES);
    }

    private static void seal(final ByteBuffer frame) {
        new FrameHeader().wrap(frame, 0).seal();
    }

    @Test
    void hostileBytesCloseTheirOwnConnectionAndNoOther() {
        connect();
        final RecordingHandler good = a.handler();
        final RecordingHandler goodB = b.handler();
        final HostileFrames hostile = new HostileFrames(seed.random(), SEGMENT_BYTES);
        final List<Frame> sent = new ArrayList<>();
        for (int round = 0; round < harness.hostilePeers(); round++) {
            final List<Frame> frames = randomFrames(5);
            good.send(frames);
            sent.addAll(frames);
            final RawPeer raw = harness.raw(b.address);
            raw.send(hello().clear());
            final long before = b.transport.counters().refused();
            final HostileFrames.Case bad = hostile.next();
            raw.send(bad.bytes());
            if (!bad.truncated()) {
                harness.await("closed: " + bad, raw::closedByTransport);
                harness.await(
                        "counted: " + bad, () -> b.transport.counters().refused() == before + 1);
            }
            raw.hangUp();
            if (bad.truncated()) {
                // Some look at the part that came, and refuse it.
                harness.settle();
            }
            harness.await("gone: " + bad, () -> b.transport.counters().connections() == 1);
        }
        harness.await("the other goes on", () -> goodB.inboxSize() == sent.size());
        assertSame(goodB.inbox(), sent);
        assertThat(good.closed()).isNull();
    }
}
