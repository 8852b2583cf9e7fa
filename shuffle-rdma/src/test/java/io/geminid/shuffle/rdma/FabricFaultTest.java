package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.RecordingHandler.Frame;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.testing.PoolExtension;
import io.geminid.testing.Seed;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.fabric.FaultPlan;
import io.geminid.verbs.work.WorkStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Faults of devices and links: which status is seen, that all comes back, and in what time. */
final class FabricFaultTest {

    /** Longer than all repetitions of the NIC and all waiting for goodbyes together. */
    private static final long BOUND_NS = 4_000_000_000L;

    @RegisterExtension final Seed seed = new Seed();
    @RegisterExtension final PoolExtension pools = new PoolExtension();

    private FabricHarness harness;
    private FabricNode a;
    private FabricNode b;

    @BeforeEach
    void start() throws IOException {
        harness = new FabricHarness(seed.random());
        a = new FabricNode(harness, pools);
        b = new FabricNode(harness, pools);
    }

    @AfterEach
    void everythingIsBack() {
        harness.close();
        a.close();
        b.close();
    }

    private void connect() {
        a.transport().connect(b.address(), a);
        harness.await("connected", () -> a.handlerCount() == 1 && b.handlerCount() == 1);
    }

    private static List<Frame> data(final int count) {
        final List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(new Frame(FrameType.DATA, 1, i, i, new byte[3_000]));
        }
        return frames;
    }

    private void awaitClosed(final RecordingHandler... handlers) {
        final long beginNs = harness.nowNs();
        for (final RecordingHandler each : handlers) {
            harness.await("closed", () -> each.closed() != null);
        }
        assertThat(harness.nowNs() - beginNs).isLessThan(BOUND_NS);
    }

    @Test
    void aPulledCableIsNoticedByWhoSends() {
        connect();
        a.handler(0).send(data(50));
        harness.await("some", () -> b.handler(0).inboxSize() > 10);
        harness.fabric().link(harness.address(1), false);
        awaitClosed(a.handler(0));
        assertThat(a.handler(0).closed().reason()).isEqualTo(Reason.LINK_LOST);
        assertThat(a.transport().rdmaCounters().failures(WorkStatus.RETRY_EXCEEDED)).isPositive();
        // The other end hears nothing, until it misses signs of life.
        awaitClosed(b.handler(0));
        assertThat(b.handler(0).closed().reason()).isIn(Reason.PEER_SILENT, Reason.LINK_LOST);
        final int arrived = b.handler(0).inboxSize();
        for (int i = 0; i < arrived; i++) {
            assertThat(b.handler(0).inbox().get(i).sequence()).isEqualTo(i);
        }
    }

    @Test
    void lostMessagesAreRepeatedByTheNic() throws IOException {
        harness.close();
        a.close();
        b.close();
        harness = new FabricHarness(seed.random(), FaultPlan.JITTER.losing(10_000));
        a = new FabricNode(harness, pools);
        b = new FabricNode(harness, pools);
        connect();
        a.handler(0).send(data(500));
        harness.await("all", () -> b.handler(0).inboxSize() == 500);
        assertThat(harness.fabric().lostCount()).isPositive();
        assertThat(a.handler(0).closed()).isNull();
    }

    @Test
    void aPeerThatCrashesIsNoticed() {
        connect();
        a.handler(0).send(data(50));
        b.handler(0).send(data(50));
        harness.await("some", () -> a.handler(0).inboxSize() > 10);
        b.transport().breakConnections();
        awaitClosed(a.handler(0), b.handler(0));
        assertThat(a.handler(0).closed().reason()).isEqualTo(Reason.LINK_LOST);
    }

    @Test
    void aRemovedDeviceEndsItsConnectionsAndTakesNoMore() {
        connect();
        a.handler(0).send(data(200));
        harness.await("some", () -> b.handler(0).inboxSize() > 10);
        harness.fabric().removeDevice(harness.address(0));
        awaitClosed(a.handler(0), b.handler(0));
        assertThat(a.handler(0).closed().reason()).isEqualTo(Reason.LINK_LOST);
        a.transport().connect(b.address(), a);
        harness.await("refused", () -> a.failures().size() == 1);
        assertThat(a.failures().get(0)).hasMessageContaining("deviceRemoved=true");
    }

    @Test
    void tooLittleLockableMemoryIsSaidAtTheStart() {
        final InetAddress address = harness.nextAddress();
        final VerbsProvider host = harness.fabric().addHost(address);
        harness.fabric().lockable(address, 4_096);
        final RdmaTransport transport =
                new RdmaTransport(
                        harness.context(),
                        new LinkContext(
                                new Handshake(
                                        1, 1, PoolExtension.SEGMENT_BYTES, 1, 0, new UUID(1, 2)),
                                JobToken.NONE),
                        pools.pool(8),
                        () -> host,
                        harness);
        assertThatThrownBy(() -> transport.start(a))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no memory can be registered");
    }

    @Test
    void aSlabThatCannotBeRegisteredIsCopiedAndNotLost() throws IOException {
        final int slabBytes = PoolExtension.context(8).slabBytes();
        // Some slabs, and what connections have for themselves.
        harness.lockable(6L * slabBytes + (200 << 10));
        final FabricNode poor = new FabricNode(harness, pools);
        harness.lockable(Long.MAX_VALUE);
        a.transport().connect(poor.address(), a);
        harness.await("connected", () -> a.handlerCount() == 1 && poor.handlerCount() == 1);
        // Held all at a time, so that every segment of the pool is received into.
        a.handler(0).send(data(10 * FabricNode.SEGMENTS));
        poor.handler(0).send(data(10));
        harness.await("all", () -> poor.handler(0).inboxSize() == 10 * FabricNode.SEGMENTS);
        harness.await("back", () -> a.handler(0).inboxSize() == 10);
        assertThat(a.handler(0).closed()).isNull();
        poor.transport().close();
        assertThat(poor.transport().rdmaCounters().copiedBytes()).isPositive();
        poor.close();
    }

    @Test
    void aConnectionForWhichThereIsNoMemoryIsRefused() {
        harness.fabric().lockable(harness.address(1), 0);
        a.transport().connect(b.address(), a);
        harness.await("refused", () -> a.failures().size() == 1);
        assertThat(b.handlerCount()).isZero();
    }
}
