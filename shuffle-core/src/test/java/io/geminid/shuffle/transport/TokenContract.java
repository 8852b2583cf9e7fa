package io.geminid.shuffle.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.RecordingHandler.Frame;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whom every transport lets in when there is a token (INV S-03, S-04). */
public abstract class TokenContract {

    private static final int SEGMENTS = 16;
    private static final int CHALLENGE_BYTES = 32;

    /** Of what a HELLO carries: a challenge, and a token's name. */
    private static final int HELLO_BYTES = CHALLENGE_BYTES + 16;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private final List<Node> nodes = new ArrayList<>();
    private TransportHarness harness;
    private LocalSegmentPool pool;
    private JobToken token;

    /** Only subclasses. */
    protected TokenContract() {}

    /**
     * Makes what drives the transports of one test.
     *
     * @param random the test's
     * @return closed by the contract
     */
    protected abstract TransportHarness harness(Random random);

    /** A process that knows a token, or none. */
    private final class Node implements ConnectionListener {

        private final Transport transport;
        private final InetSocketAddress address;
        private final List<RecordingHandler> handlers = new CopyOnWriteArrayList<>();
        private final List<IOException> failures = new CopyOnWriteArrayList<>();

        Node(final JobToken known) throws IOException {
            final UUID id = new UUID(seed.random().nextLong(), seed.random().nextLong());
            final Handshake self =
                    new Handshake(
                            WireVersion.FIRST,
                            WireVersion.CURRENT,
                            PoolExtension.SEGMENT_BYTES,
                            100,
                            0,
                            id);
            transport = harness.transport(new LinkContext(self, known));
            address = transport.start(this);
            nodes.add(this);
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

        long refused() {
            return transport.counters().ended(Reason.BAD_TOKEN);
        }
    }

    @BeforeEach
    void start() {
        harness = harness(seed.random());
        final SegmentPool whole = pools.pool(SEGMENTS + harness.segmentsOfItsOwn());
        harness.pool(whole);
        pool = whole.createLocalPool(LocalPoolContext.fixed("received", SEGMENTS));
        token = token();
    }

    @AfterEach
    void everythingIsBack() {
        harness.close();
        for (final Node node : nodes) {
            assertThat(node.transport.counters().connections()).isZero();
            node.handlers.forEach(handler -> assertThat(handler.problems()).isEmpty());
        }
        assertThat(pool.held()).isZero();
        pool.close();
    }

    private JobToken token() {
        final byte[] bytes = new byte[JobToken.LENGTH_BYTES];
        seed.random().nextBytes(bytes);
        return JobToken.of(bytes, seed.fork());
    }

    private void requireWorks(final Node from, final Node to) {
        final int beforeHere = from.handlers.size();
        final int beforeThere = to.handlers.size();
        from.transport.connect(to.address, from);
        harness.await(
                "connected",
                () -> from.handlers.size() > beforeHere && to.handlers.size() > beforeThere);
        final RecordingHandler here = from.handlers.get(beforeHere);
        final RecordingHandler there = to.handlers.get(beforeThere);
        final Frame frame = new Frame(FrameType.DATA, 1, 0, 0, new byte[100]);
        here.send(List.of(frame));
        there.send(List.of(frame));
        harness.await("frames", () -> here.inboxSize() == 1 && there.inboxSize() == 1);
    }

    @Test
    void whoKnowsTheTokenIsLetIn() throws IOException {
        final Node a = new Node(token);
        final Node b = new Node(token);
        requireWorks(a, b);
        requireWorks(b, a);
        assertThat(a.refused() + b.refused()).isZero();
    }

    @Test
    void whoKnowsAnotherTokenIsRefused() throws IOException {
        requireRefused(new Node(token()), new Node(token));
    }

    @Test
    void whoKnowsNoTokenIsRefused() throws IOException {
        requireRefused(new Node(JobToken.NONE), new Node(token));
    }

    @Test
    void nobodyTalksToOneWhoKnowsNoToken() throws IOException {
        requireRefused(new Node(token), new Node(JobToken.NONE));
    }

    /** A process that serves many jobs, which do not know each other's tokens. */
    @Test
    void aRingLetsInWhoKnowsOneOfItsTokens() throws IOException {
        final JobToken other = token();
        final Node ring = new Node(ring(token, other));
        requireWorks(new Node(token), ring);
        requireWorks(new Node(other), ring);
        requireWorks(new Node(JobToken.NONE), ring);
        assertThat(ring.handlers)
                .extracting(handler -> handler.connection().peer().tokenId())
                .containsExactly(token.id(), other.id(), "");
    }

    @Test
    void aRingRefusesWhoNamesATokenAndDoesNotKnowIt() throws IOException {
        requireRefused(new Node(token()), new Node(ring(token)));
        final Node ring = new Node(ring(token));
        final byte[] noise = new byte[CHALLENGE_BYTES];
        seed.random().nextBytes(noise);
        refused(greeted(ring), ring, proof(noise), Reason.BAD_TOKEN);
    }

    /** Who connects does not believe somebody who has taken the service's place. */
    @Test
    void aRingWithoutTheTokenIsNotBelieved() throws IOException {
        requireRefused(new Node(token), new Node(ring()));
    }

    private JobToken ring(final JobToken... known) {
        return JobToken.ofRing(
                id ->
                        Arrays.stream(known)
                                .filter(each -> each.id().equals(id))
                                .map(JobToken::toBytes)
                                .findFirst()
                                .orElse(null),
                seed.fork());
    }

    private void requireRefused(final Node from, final Node to) throws IOException {
        from.transport.connect(to.address, from);
        harness.await("failed", () -> from.failures.size() == 1);
        assertThat(from.failures.get(0)).hasMessageContaining(Reason.BAD_TOKEN.name());
        assertThat(from.handlers).isEmpty();
        assertThat(to.handlers).isEmpty();
        harness.await("counted", () -> from.refused() + to.refused() > 0);
        // Others are not disturbed.
        requireWorks(new Node(token), new Node(token));
    }

    @Test
    void aProofThatIsMadeUpOpensNothing() throws IOException {
        final Node to = new Node(token);
        final RawPeer raw = greeted(to);
        final byte[] noise = new byte[CHALLENGE_BYTES];
        seed.random().nextBytes(noise);
        refused(raw, to, proof(noise), Reason.BAD_TOKEN);
    }

    @Test
    void theAcceptorsOwnProofOpensNothing() throws IOException {
        final Node to = new Node(token);
        final RawPeer raw = greeted(to);
        final ByteBuffer welcome = raw.received();
        final byte[] theirs = new byte[CHALLENGE_BYTES];
        welcome.get(FrameHeader.LENGTH_BYTES + Handshake.LENGTH_BYTES + CHALLENGE_BYTES, theirs);
        refused(raw, to, proof(theirs), Reason.BAD_TOKEN);
    }

    @Test
    void nothingIsTakenBeforeTheProof() throws IOException {
        final Node to = new Node(token);
        final ByteBuffer frame =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + 100).order(ByteOrder.LITTLE_ENDIAN);
        new FrameHeader().wrap(frame, 0).start(1, FrameType.DATA, 1);
        refused(greeted(to), to, HostileFrames.sealed(frame), Reason.BAD_TYPE);
    }

    /** A peer that has said hello with a challenge, and been welcomed. */
    private RawPeer greeted(final Node to) {
        final byte[] challenge = new byte[CHALLENGE_BYTES];
        seed.random().nextBytes(challenge);
        final ByteBuffer hello =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + Handshake.LENGTH_BYTES + HELLO_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        new Handshake(
                        1,
                        1,
                        PoolExtension.SEGMENT_BYTES,
                        100,
                        Handshake.FEATURE_PROVES,
                        new UUID(5, 6))
                .encode(hello, FrameHeader.LENGTH_BYTES, HELLO_BYTES);
        hello.put(FrameHeader.LENGTH_BYTES + Handshake.LENGTH_BYTES, challenge);
        hello.put(
                FrameHeader.LENGTH_BYTES + Handshake.LENGTH_BYTES + CHALLENGE_BYTES,
                HexFormat.of().parseHex(token.id()));
        new FrameHeader().wrap(hello, 0).start(1, FrameType.HELLO, 0);
        final RawPeer raw = harness.raw(to.address);
        raw.send(HostileFrames.sealed(hello).clear());
        harness.await(
                "welcome",
                () ->
                        raw.received().remaining()
                                >= FrameHeader.LENGTH_BYTES
                                        + Handshake.LENGTH_BYTES
                                        + 2 * CHALLENGE_BYTES);
        return raw;
    }

    private static ByteBuffer proof(final byte[] code) {
        final ByteBuffer frame =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + code.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        frame.put(FrameHeader.LENGTH_BYTES, code);
        new FrameHeader().wrap(frame, 0).start(1, FrameType.PROOF, 0);
        return HostileFrames.sealed(frame);
    }

    private void refused(
            final RawPeer raw, final Node to, final ByteBuffer frame, final Reason reason) {
        raw.send(frame.clear());
        harness.await("closed", raw::closedByTransport);
        raw.hangUp();
        harness.await("counted", () -> to.transport.counters().ended(reason) == 1);
        assertThat(to.handlers).isEmpty();
    }
}
