package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.contract.SoftNetwork;
import io.geminid.verbs.work.WorkStatus;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real link goes down under load. A device of its own, as for tests that delete one: rxe's queue
 * pair for the connection manager stays broken once it could not send for want of a route, so no
 * connection can be made over that device any more.
 */
@Tag("rdma-removal")
final class DeviceLinkTest {

    private static final int FRAMES = 400;

    /** The NIC gives up after about a second, which a busy host would be too slow for otherwise. */
    private static final RetryPolicy IMPATIENT = new RetryPolicy(16, 3, 3, 12);

    private static RdmaTransportContext impatient() {
        return DeviceHarness.context(DeviceHarness.address(0), IMPATIENT);
    }

    @Test
    void aLinkThatGoesDownEndsConnectionsAndSessionsGoOnWhenItIsUpAgain() throws Exception {
        try (SoftNetwork network = DeviceFaultTest.network(1);
                DeviceSessions sessions = DeviceSessions.auto(impatient());
                DeviceSessions plain =
                        new DeviceSessions(
                                DeviceEnd.rdma(0, impatient()), DeviceEnd.rdma(1, impatient()))) {
            for (final DeviceSessions each : List.of(sessions, plain)) {
                each.sendBothWays(0, FRAMES);
                each.awaitSome(FRAMES / 10);
            }
            network.link(false);
            for (final DeviceSessions each : List.of(sessions, plain)) {
                each.sendBothWays(FRAMES, 2 * FRAMES);
            }
            for (final DeviceEnd each : List.of(plain.a, plain.b)) {
                DeviceFaultTest.awaitClosed(each.handler);
                System.out.println("plain: " + each.handler.closed() + each.rdma.rdmaCounters());
                assertThat(each.handler.closed().reason())
                        .isIn(Reason.LINK_LOST, Reason.PEER_SILENT);
                assertThat(each.completed(WorkStatus.FLUSHED)).isPositive();
            }
            // The end whose device lost its link has no route any more; the other hears nothing.
            assertThat(
                            plain.a.completed(WorkStatus.RETRY_EXCEEDED)
                                    + plain.b.completed(WorkStatus.RETRY_EXCEEDED)
                                    + plain.b.completed(
                                            WorkStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR))
                    .isPositive();
            network.link(true);
            sessions.awaitAll(2 * FRAMES);
            DeviceFaultTest.requireOneFallback(sessions);
        }
    }
}
