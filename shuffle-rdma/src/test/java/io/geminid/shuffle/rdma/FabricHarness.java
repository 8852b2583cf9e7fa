package io.geminid.shuffle.rdma;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.rdma.RdmaTransportContext.Queues;
import io.geminid.shuffle.rdma.RdmaTransportContext.Timings;
import io.geminid.shuffle.transport.RawPeer;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.testing.PoolExtension;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsProvider;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.fabric.FaultPlan;
import io.geminid.verbs.fabric.SoftwareFabric;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Runs a contract over the software fabric: all agents and the network on the calling thread. */
final class FabricHarness implements RdmaHarness, AgentRunner {

    static final int RECEIVES = 8;
    static final int CONNECTIONS_MAX = 8;
    private static final int TRANSPORTS_MAX = 4;
    private static final int STEPS_MAX = 8_000_000;
    private static final int SETTLE_STEPS = 5_000;

    private final Random random;
    private final SoftwareFabric fabric;
    private final List<RdmaAgent> agents = new ArrayList<>();
    private final List<RdmaTransport> transports = new ArrayList<>();
    private final List<InetAddress> addresses = new ArrayList<>();
    private final List<RawVerbsPeer> raws = new ArrayList<>();
    private final List<SegmentPool> pools = new ArrayList<>();
    private SegmentPool shared;
    private long lockableBytes = Long.MAX_VALUE;
    private int hosts;

    FabricHarness(final Random random) {
        this(random, FaultPlan.JITTER);
    }

    FabricHarness(final Random random, final FaultPlan plan) {
        this.random = random;
        this.fabric = new SoftwareFabric(random.nextLong(), plan);
    }

    @Override
    public RdmaTransportContext context() {
        return new RdmaTransportContext(
                "",
                0,
                true,
                new Queues(RECEIVES, 16, 220, CONNECTIONS_MAX, CONNECTIONS_MAX),
                new RetryPolicy(8, 3, 3, 12),
                new Timings(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofMillis(500)));
    }

    /** Limits what transports made from now on can register. */
    void lockable(final long bytes) {
        lockableBytes = bytes;
    }

    SoftwareFabric fabric() {
        return fabric;
    }

    RdmaTransport transport(final int index) {
        return transports.get(index);
    }

    InetAddress address(final int index) {
        return addresses.get(index);
    }

    @Override
    public int segmentsOfItsOwn() {
        return TRANSPORTS_MAX * CONNECTIONS_MAX * (RECEIVES + 2);
    }

    /** Sometimes the handlers' pool is not the transports', so that everything is copied. */
    @Override
    public void pool(final SegmentPool pool) {
        shared = random.nextInt(4) > 0 ? pool : null;
    }

    @Override
    public RdmaTransport transport(final LinkContext links) {
        return transport(links, context(), pool());
    }

    @Override
    public RdmaTransport transport(
            final LinkContext links, final RdmaTransportContext context, final SegmentPool pool) {
        final InetAddress address = nextAddress();
        final VerbsProvider host = fabric.addHost(address);
        fabric.lockable(address, lockableBytes);
        final RdmaTransport transport = new RdmaTransport(context, links, pool, () -> host, this);
        transports.add(transport);
        addresses.add(address);
        return transport;
    }

    private SegmentPool pool() {
        if (shared != null) {
            return shared;
        }
        final SegmentPool own = new SegmentPool(PoolExtension.context(segmentsOfItsOwn()));
        pools.add(own);
        return own;
    }

    InetAddress nextAddress() {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) ++hosts});
        } catch (final UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public long nowNs() {
        return fabric.nowNs();
    }

    @Override
    public void start(final RdmaAgent agent) {
        agents.add(agent);
    }

    @Override
    public boolean awaitClosed(final RdmaAgent agent) {
        await("agent closed", agent::isClosed);
        agents.remove(agent);
        return true;
    }

    @Override
    public void await(final String what, final BooleanSupplier condition) {
        for (int i = 0; i < STEPS_MAX && !condition.getAsBoolean(); i++) {
            progress();
        }
        if (!condition.getAsBoolean()) {
            throw new AssertionError("not after steps=" + STEPS_MAX + ": " + what);
        }
    }

    @Override
    public void settle() {
        for (int i = 0; i < SETTLE_STEPS; i++) {
            progress();
        }
    }

    @Override
    public void progress() {
        fabric.step();
        for (int i = 0; i < agents.size(); i++) {
            if (random.nextInt(3) > 0) {
                agents.get(i).doWork();
            }
        }
    }

    @Override
    public InetSocketAddress cuttable(final InetSocketAddress target) {
        return target;
    }

    @Override
    public void cut() {
        transports.get(random.nextInt(transports.size())).breakConnections();
    }

    @Override
    public void cutOne() {
        transports.get(random.nextInt(transports.size())).breakConnections(1);
    }

    @Override
    public RawPeer raw(final InetSocketAddress target) {
        final RawVerbsPeer raw = raw(target, RawVerbsPeer.goodSetup());
        await("raw peer connected", () -> raw.outcome() != null);
        return raw;
    }

    @Override
    public RawVerbsPeer raw(final InetSocketAddress target, final byte[] setup) {
        final InetAddress address = nextAddress();
        try {
            final RawVerbsPeer raw =
                    new RawVerbsPeer(fabric.addHost(address), address, target, setup);
            raws.add(raw);
            return raw;
        } catch (final VerbsException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        raws.forEach(RawVerbsPeer::hangUp);
        transports.forEach(RdmaTransport::close);
        for (final RdmaTransport each : transports) {
            final RdmaCounters counters = each.rdmaCounters();
            if (counters.unflushed() + counters.stuck() > 0) {
                throw new AssertionError("requests never came back: " + counters);
            }
        }
        if (fabric.queuePairCount() > 0) {
            throw new AssertionError("queuePairs=" + fabric.queuePairCount());
        }
        if (fabric.receiverNotReadyCount() > 0) {
            throw new AssertionError("receiverNotReady=" + fabric.receiverNotReadyCount());
        }
        pools.forEach(SegmentPool::close);
    }
}
