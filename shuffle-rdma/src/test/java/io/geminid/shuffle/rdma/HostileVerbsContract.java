package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.shuffle.rdma.queue.LinkSetup;
import io.geminid.shuffle.transport.HostileFrames;
import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a peer may do that only verbs allow: counted, told, and harmless. */
abstract class HostileVerbsContract {

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private RdmaHarness harness;
    private FabricNode node;

    /** Makes what drives the transports of one test; closed by the contract. */
    protected abstract RdmaHarness harness(Random random);

    @BeforeEach
    void start() throws Exception {
        harness = harness(seed.random());
        node = new FabricNode(harness, pools);
    }

    @AfterEach
    void everythingIsBack() {
        harness.close();
        node.close();
    }

    private RawVerbsPeer connected() {
        return connected(RawVerbsPeer.goodSetup());
    }

    private RawVerbsPeer connected(final byte[] setup) {
        final RawVerbsPeer raw = harness.raw(node.address(), setup);
        harness.await("connected", () -> raw.outcome() == Kind.ESTABLISHED);
        raw.send(HostileFrames.hello(new UUID(3, 4), PoolExtension.SEGMENT_BYTES).clear());
        harness.await("opened", () -> node.handlerCount() == 1);
        return raw;
    }

    private static ByteBuffer heartbeat() {
        final ByteBuffer frame =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        new FrameHeader().wrap(frame, 0).start(1, FrameType.HEARTBEAT, 0).seal();
        return frame;
    }

    @Test
    void aSetupOfAnotherVersionIsRejectedWithTheReason() {
        refusedSetup(new LinkSetup(2, 8, 4096, null).encode(), Reason.BAD_VERSION);
    }

    @Test
    void aSetupThatIsNoneIsRejected() {
        final byte[] noise = new byte[40];
        seed.random().nextBytes(noise);
        refusedSetup(noise, Reason.BAD_MAGIC);
        refusedSetup(new byte[0], Reason.BAD_MAGIC);
        refusedSetup(new LinkSetup(LinkSetup.VERSION, 1, 4096, null).encode(), Reason.BAD_CONTENT);
        refusedSetup(new LinkSetup(LinkSetup.VERSION, 8, -1, null).encode(), Reason.BAD_CONTENT);
        refusedSetup(
                new LinkSetup(LinkSetup.VERSION, 60_000, 4096, null).encode(), Reason.BAD_CONTENT);
    }

    private void refusedSetup(final byte[] setup, final Reason reason) {
        final long before = node.ended(reason);
        final RawVerbsPeer raw = harness.raw(node.address(), setup);
        harness.await("rejected", () -> raw.outcome() != null);
        assertThat(raw.outcome()).isEqualTo(Kind.REJECTED);
        assertThat(raw.answer().refusal()).isEqualTo(reason);
        assertThat(node.ended(reason)).isEqualTo(before + 1);
    }

    @Test
    void othersConnectAfterwards() {
        refusedSetup(new byte[16], Reason.BAD_MAGIC);
        final RawVerbsPeer raw = connected();
        harness.await("welcome", () -> raw.received().remaining() > 0);
    }

    /** INV: messages received are never more than receives told of. */
    @Test
    void oneMessageMoreThanReceivesIsRefused() {
        // With two receives it can be told once after the welcome, and then no more.
        final RawVerbsPeer raw =
                connected(new LinkSetup(LinkSetup.VERSION, 2, 4096, null).encode());
        harness.await("welcome", () -> raw.received().remaining() > 0);
        final int receives = harness.context().queues().receives();
        for (int i = 0; i < 4 * receives && !raw.closedByTransport(); i++) {
            // It never admits that it has taken anything, and it does not wait for credit.
            raw.send(heartbeat(), 0);
            harness.await("sent", () -> !raw.isSending());
        }
        harness.await("refused", () -> node.ended(Reason.BAD_CREDIT) == 1);
        assertThat(node.handler(0).inbox()).isEmpty();
    }

    @Test
    void creditForWhatWasNotSentIsRefused() {
        final RawVerbsPeer raw = connected();
        raw.send(heartbeat(), 1_000);
        harness.await("refused", () -> node.ended(Reason.BAD_CREDIT) == 1);
    }

    @Test
    void creditThatIsTakenBackIsRefused() {
        final RawVerbsPeer raw = connected();
        harness.await("welcome", () -> raw.received().remaining() > 0);
        raw.send(heartbeat(), 1);
        raw.send(heartbeat(), 0);
        harness.await("refused", () -> node.ended(Reason.BAD_CREDIT) == 1);
    }

    @Test
    void aMessageLongerThanAReceiveIsRefused() {
        final RawVerbsPeer raw = connected();
        raw.send(ByteBuffer.allocate(FrameHeader.LENGTH_BYTES + PoolExtension.SEGMENT_BYTES + 1));
        harness.await("refused", () -> node.ended(Reason.BAD_LENGTH) == 1);
        harness.await("failed there", () -> !raw.failures().isEmpty());
    }

    @Test
    void messagesThatAreNoFramesAreRefused() {
        final RawVerbsPeer raw = connected();
        raw.send(ByteBuffer.allocate(FrameHeader.LENGTH_BYTES - 1));
        harness.await("refused", () -> node.ended(Reason.BAD_LENGTH) == 1);
    }

    @Test
    void aMessageShorterThanItsHeaderSaysIsRefused() {
        final RawVerbsPeer raw = connected();
        final ByteBuffer frame =
                ByteBuffer.allocate(FrameHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        new FrameHeader().wrap(frame, 0).start(1, FrameType.DATA, 0).payload(100, 1).seal();
        raw.send(frame);
        harness.await("refused", () -> node.ended(Reason.BAD_LENGTH) == 1);
        final RecordingHandler handler = node.handler(0);
        assertThat(handler.inbox()).isEmpty();
    }
}
