package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.contract.SoftNetwork;
import io.geminid.verbs.work.WorkStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Faults of real devices, links and peers while frames flow both ways: which completions are seen,
 * that no frame is lost or comes twice, that everything is given back (see {@link
 * DeviceEnd#close}), and in what time.
 */
@Tag("rdma")
final class DeviceFaultTest {

    /** More than go through before a test breaks something. */
    static final int MANY = 20_000;

    private static final int FRAMES = 400;
    private static final int SOME = FRAMES / 10;

    /** So that four losses of one packet in a row, rare as they are, are no fault of the test. */
    private static final RetryPolicy PERSISTENT = new RetryPolicy(18, 7, 3, 12);

    /** The NIC's patience, and what an emulated processor needs. */
    private static final long BOUND_NS = TimeUnit.SECONDS.toNanos(60);

    private static RdmaTransportContext context() {
        return DeviceHarness.context(DeviceHarness.address(0));
    }

    static SoftNetwork network(final int index) throws IOException {
        return new SoftNetwork(InetAddress.getByName(DeviceHarness.address(index)));
    }

    static void awaitClosed(final RecordingHandler handler) {
        final long beginNs = System.nanoTime();
        DeviceSessions.await("closed", () -> handler.closed() != null);
        assertThat(System.nanoTime() - beginNs).isLessThan(BOUND_NS);
        DeviceSessions.requireFirst(handler);
    }

    static void requireOneFallback(final DeviceSessions sessions) {
        assertThat(sessions.a.fallback.fallbackCounters().fallbacks()).isOne();
        assertThat(sessions.b.fallback.fallbackCounters().fallbacks()).isOne();
        assertThat(sessions.a.fallback.fallbackCounters().longestStallNs()).isLessThan(BOUND_NS);
        assertThat(sessions.a.handler.closed()).isNull();
        assertThat(sessions.b.handler.closed()).isNull();
        System.out.println("a: " + sessions.a.fallback.fallbackCounters());
        System.out.println("a: " + sessions.a.rdma.rdmaCounters());
        System.out.println("b: " + sessions.b.rdma.rdmaCounters());
    }

    // F31
    @Test
    void aQueuePairForcedToErrorGivesEverythingBackAndTheSessionGoesOn() throws Exception {
        try (DeviceSessions sessions = DeviceSessions.auto(context())) {
            sessions.sendBothWays(0, FRAMES);
            sessions.awaitSome(SOME);
            sessions.a.rdma.breakConnections();
            sessions.awaitAll(FRAMES);
            requireOneFallback(sessions);
            assertThat(sessions.a.completed(WorkStatus.FLUSHED)).isPositive();
            assertThat(sessions.b.completed(WorkStatus.FLUSHED)).isPositive();
            // What goes on is a connection like any other.
            sessions.sendBothWays(FRAMES, 2 * FRAMES);
            sessions.awaitAll(2 * FRAMES);
        }
    }

    // F24, F26
    @Test
    void lostAndReorderedPacketsAreTheNicsBusiness() throws Exception {
        try (SoftNetwork here = network(0);
                SoftNetwork there = network(1);
                DeviceSessions sessions =
                        DeviceSessions.auto(
                                DeviceHarness.context(DeviceHarness.address(0), PERSISTENT))) {
            here.disturb("loss", "1%", "delay", "1ms", "reorder", "2%");
            there.disturb("loss", "1%", "delay", "1ms", "reorder", "2%");
            sessions.sendBothWays(0, FRAMES);
            sessions.awaitAll(FRAMES);
            System.out.println("lost: " + here.dropped() + " and " + there.dropped());
            assertThat(here.dropped() + there.dropped()).isPositive();
            System.out.println("a: " + sessions.a.rdma.rdmaCounters());
            assertThat(sessions.a.fallback.fallbackCounters().fallbacks()).isZero();
            assertThat(sessions.a.handler.closed()).isNull();
        }
    }

    // F01: a real process, while it sends and receives.
    @Test
    void aPeerThatIsKilledIsNoticedAndAnotherOneTakesItsPlace() throws Exception {
        try (DeviceEnd end = DeviceEnd.rdma(0, context())) {
            for (int round = 1; round <= 2; round++) {
                end.handler = null;
                try (DevicePeer peer = new DevicePeer()) {
                    end.connect(peer.address);
                    DeviceSessions.await(
                            "connected", () -> end.handler != null || end.failure != null);
                    assertThat(end.failure).isNull();
                    end.handler.send(DeviceSessions.frames(0, MANY));
                    DeviceSessions.await("some", () -> end.handler.inboxSize() > SOME);
                    peer.kill();
                    awaitClosed(end.handler);
                    assertThat(end.handler.inboxSize()).isLessThan(MANY);
                    assertThat(end.handler.closed().reason()).isEqualTo(Reason.LINK_LOST);
                }
                System.out.println("round " + round + ": " + end.rdma.rdmaCounters());
                assertThat(end.completed(WorkStatus.FLUSHED)).isPositive();
            }
        }
    }
}
