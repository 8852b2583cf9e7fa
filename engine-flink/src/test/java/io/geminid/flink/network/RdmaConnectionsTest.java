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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /**
     * {@code geminid.flink.transport} differs: one has no RDMA to offer, and no ear for an offer.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void everyFormArrivesOverTcpWhereOneEndIsSetToTcp(final int plain) {
        new PropertyRunner(seed, 4, 200)
                .check(
                        (random, size) -> {
                            transports.clear();
                            final LockedFabric fabric =
                                    new LockedFabric(random.nextLong(), FaultPlan.JITTER);
                            final AtomicInteger made = new AtomicInteger();
                            readAll(
                                    random,
                                    size,
                                    memory ->
                                            made.getAndIncrement() == plain
                                                    ? Ends.tcp()
                                                    : overRdma(fabric, memory));
                            final FallbackTransport auto = transports.get(0);
                            assertThat(auto.fallbackCounters().startedFast()).isZero();
                            assertThat(auto.fallbackCounters().startedSure()).isPositive();
                            assertThat(auto.counters().refused()).isZero();
                            assertThat(auto.counters().connections()).isZero();
                        });
    }

    private void readAll(final Random random, final int size, final FaultPlan plan)
            throws Exception {
        final LockedFabric fabric = new LockedFabric(random.nextLong(), plan);
        final boolean exchanged = readAll(random, size, memory -> overRdma(fabric, memory));
        if (plan.failedPerMillion() == 0) {
            assertThat(exchanged).isTrue();
            assertThat(transports)
                    .allMatch(each -> each.fallbackCounters().startedSure() == 0)
                    .anyMatch(each -> each.fallbackCounters().startedFast() > 0);
        }
    }

    /** Whether data, if there was any, came in other segments than the ones reserved for it. */
    private static boolean readAll(
            final Random random, final int size, final Function<RegisteredMemory, Transport> making)
            throws Exception {
        final RandomBuffers sent = new RandomBuffers(random, Ends.BUFFER_BYTES, size);
        final long data = sent.elements.stream().filter(each -> each.type().isBuffer()).count();
        final boolean exchanged;
        try (Ends ends = new Ends(sent.buffers, "same", "same", random.nextInt(3), making)) {
            ends.gate.requestPartitions();
            for (final RandomBuffers.Element expected : sent.elements) {
                ConnectionsTest.assertArrives(ends.next(), expected);
            }
            exchanged = data == 0 || ends.counters().segmentsExchanged.sum() > 0;
        }
        assertThat(sent.alive).hasValue(0);
        return exchanged;
    }

    private Transport overRdma(final LockedFabric fabric, final RegisteredMemory memory) {
        final byte[] address = {127, 0, 0, (byte) (transports.size() + 1)};
        try {
            final VerbsProvider host = fabric.addHost(InetAddress.getByAddress(address));
            final FallbackTransport both =
                    Ends.orTcp(
                            new RdmaTransport(
                                    RdmaTransportContext.from(SMALL),
                                    new LinkContext(Ends.handshake(), JobToken.NONE),
                                    memory.pool(),
                                    () -> host));
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
