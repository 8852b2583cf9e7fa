package io.geminid.flink.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.geminid.config.GeminidProperties;
import io.geminid.flink.memory.RegisteredMemory;
import io.geminid.shuffle.rdma.RdmaTransport;
import io.geminid.shuffle.rdma.RdmaTransportContext;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.testing.PropertyRunner;
import io.geminid.testing.Seed;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.fabric.FaultPlan;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * As {@link ConnectionsTest}, with {@code geminid.flink.transport: auto} between processes that
 * have RDMA: the software fabric's, beside real TCP.
 */
class RdmaConnectionsTest {

    /** Of a million messages; a connection has hundreds. */
    private static final int BROKEN_PER_MILLION = 3000;

    private static final GeminidProperties SMALL =
            GeminidProperties.of(
                    Map.of(
                            RdmaTransportContext.RECEIVES.name(), "8",
                            RdmaTransportContext.CONNECTIONS_MAX.name(), "4"),
                    RdmaTransportContext.KEYS);

    @RegisterExtension final Seed seed = new Seed();

    private final List<FallbackTransport> transports = new ArrayList<>();

    @Test
    void everyFormArrivesOverRdmaInOtherSegments() {
        new PropertyRunner(seed, 4, 200)
                .check(
                        (random, size) -> {
                            transports.clear();
                            readAll(random, size, FaultPlan.JITTER);
                            assertThat(transports)
                                    .allMatch(each -> each.fallbackCounters().fallbacks() == 0);
                        });
    }

    /** Queue pairs break at random messages; the gate must not notice. */
    @Test
    void goesOnOverTcpInTheMiddleWhenRdmaIsLost() {
        final int[] moved = new int[1];
        new PropertyRunner(seed, 12, 300)
                .check(
                        (random, size) -> {
                            transports.clear();
                            readAll(random, size, FaultPlan.JITTER.failing(BROKEN_PER_MILLION));
                            transports.forEach(
                                    each -> moved[0] += (int) each.fallbackCounters().fallbacks());
                        });
        assertThat(moved[0]).as("connections that moved to TCP").isPositive();
    }

    private void readAll(final Random random, final int size, final FaultPlan plan)
            throws Exception {
        final RandomBuffers sent = new RandomBuffers(random, Ends.BUFFER_BYTES, size);
        final LockedFabric fabric = new LockedFabric(random.nextLong(), plan);
        final long data = sent.elements.stream().filter(each -> each.type().isBuffer()).count();
        try (Ends ends =
                new Ends(
                        sent.buffers,
                        "same",
                        "same",
                        random.nextInt(3),
                        memory -> overRdma(fabric, memory))) {
            ends.gate.requestPartitions();
            for (final RandomBuffers.Element expected : sent.elements) {
                ConnectionsTest.assertArrives(ends.next(), expected);
            }
            if (data > 0 && plan.failedPerMillion() == 0) {
                assertThat(ends.counters().segmentsExchanged.sum()).isPositive();
            }
        }
        assertThat(sent.alive).hasValue(0);
        if (plan.failedPerMillion() == 0) {
            assertThat(transports)
                    .allMatch(each -> each.fallbackCounters().startedSure() == 0)
                    .anyMatch(each -> each.fallbackCounters().startedFast() > 0);
        }
    }

    private Transport overRdma(final LockedFabric fabric, final RegisteredMemory memory) {
        final byte[] address = {127, 0, 0, (byte) (transports.size() + 1)};
        try {
            final VerbsProvider host = fabric.addHost(InetAddress.getByAddress(address));
            final FallbackTransport both =
                    new FallbackTransport(
                            new RdmaTransport(
                                    RdmaTransportContext.from(SMALL),
                                    new LinkContext(Ends.handshake(), JobToken.NONE),
                                    memory.pool(),
                                    () -> host),
                            Ends.tcp(),
                            UUID::randomUUID,
                            System::nanoTime);
            transports.add(both);
            return both;
        } catch (final java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Segments that a transport of this test may take. */
    static int segmentsBeside() {
        return RdmaTransportContext.from(SMALL).queues().segmentsMax();
    }
}
