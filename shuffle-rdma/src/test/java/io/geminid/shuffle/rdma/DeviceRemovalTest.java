package io.geminid.shuffle.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.verbs.contract.SoftNetwork;
import java.net.InetAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real device is taken away under load. Needs a soft device, root, and a process of its own; the
 * device is gone after it, and the command that takes it away ends only then.
 */
@Tag("rdma-removal")
final class DeviceRemovalTest {

    private static final int FRAMES = 400;

    @Test
    void aDeviceThatIsDeletedUnderLoadCostsItsSessionsNothing() throws Exception {
        final RdmaTransportContext context = DeviceHarness.context(DeviceHarness.address(0));
        try (DeviceSessions sessions = DeviceSessions.auto(context);
                SoftNetwork network =
                        new SoftNetwork(InetAddress.getByName(DeviceHarness.address(1)))) {
            sessions.sendBothWays(0, FRAMES);
            sessions.awaitSome(FRAMES / 10);
            network.delete();
            sessions.sendBothWays(FRAMES, 2 * FRAMES);
            sessions.awaitAll(2 * FRAMES);
            assertThat(sessions.a.fallback.fallbackCounters().fallbacks()).isOne();
            assertThat(sessions.b.fallback.fallbackCounters().fallbacks()).isOne();
            System.out.println("a: " + sessions.a.rdma.rdmaCounters());
            System.out.println("b: " + sessions.b.rdma.rdmaCounters());
            // Who has no device any more says so, and meets its peers over TCP.
            sessions.b.connect(sessions.a.address);
            DeviceSessions.await(
                    "over TCP", () -> sessions.b.fallback.fallbackCounters().startedSure() == 1);
        }
    }
}
