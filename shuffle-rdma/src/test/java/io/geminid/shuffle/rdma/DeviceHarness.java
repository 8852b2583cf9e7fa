package io.geminid.shuffle.rdma;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.rdma.RdmaTransportContext.Queues;
import io.geminid.shuffle.rdma.RdmaTransportContext.Timings;
import io.geminid.shuffle.transport.RawPeer;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.testing.PoolExtension;
import io.geminid.verbs.Verbs;
import io.geminid.verbs.connect.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs a contract over this host's devices: each transport takes the next of their addresses. */
final class DeviceHarness implements RdmaHarness {

    private static final String ADDRESSES = "GEMINID_RDMA_ADDRESSES";
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int RECEIVES = 16;
    private static final int CONNECTIONS_MAX = 8;

    /** Those of a transport, at most. */
    static final int SEGMENTS = CONNECTIONS_MAX * (RECEIVES + 2);

    private final Random random;
    private final List<RdmaTransport> transports = new ArrayList<>();
    private final List<RawVerbsPeer> raws = new ArrayList<>();
    private final List<SegmentPool> pools = new ArrayList<>();
    private SegmentPool shared;

    DeviceHarness(final Random random) {
        this.random = random;
    }

    static String address(final int index) {
        final String[] all = System.getenv(ADDRESSES).split(",");
        return all[index % all.length];
    }

    static RdmaTransportContext context(final String address) {
        return context(address, new RetryPolicy(18, 3, 3, 12));
    }

    static RdmaTransportContext context(final String address, final RetryPolicy retry) {
        return new RdmaTransportContext(
                address,
                0,
                true,
                new Queues(RECEIVES, 64, 220, CONNECTIONS_MAX, CONNECTIONS_MAX),
                retry,
                new Timings(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(20)));
    }

    RdmaTransport transport(final int index) {
        return transports.get(index);
    }

    @Override
    public int segmentsOfItsOwn() {
        return 3 * SEGMENTS;
    }

    @Override
    public void pool(final SegmentPool pool) {
        shared = random.nextInt(4) > 0 ? pool : null;
    }

    @Override
    public RdmaTransport transport(final LinkContext links) {
        SegmentPool pool = shared;
        if (pool == null) {
            pool = new SegmentPool(PoolExtension.context(segmentsOfItsOwn()));
            pools.add(pool);
        }
        return transport(links, context(address(transports.size())), pool);
    }

    @Override
    public RdmaTransportContext context() {
        return context(address(0));
    }

    @Override
    public RdmaTransport transport(
            final LinkContext links, final RdmaTransportContext context, final SegmentPool pool) {
        final RdmaTransport transport = new RdmaTransport(context, links, pool, Verbs::provider);
        transports.add(transport);
        return transport;
    }

    @Override
    public void await(final String what, final BooleanSupplier condition) {
        final long beginNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - beginNs > DEADLINE_NS) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override
    public void settle() {
        final long beginNs = System.nanoTime();
        while (System.nanoTime() - beginNs < SETTLE_NS) {
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override
    public void progress() {
        // The agents' threads do.
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
        try {
            final RawVerbsPeer raw =
                    new RawVerbsPeer(
                            Verbs.provider(), InetAddress.getByName(address(0)), target, setup);
            raws.add(raw);
            return raw;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        raws.forEach(RawVerbsPeer::hangUp);
        transports.forEach(RdmaTransport::close);
        for (final RdmaTransport each : transports) {
            final RdmaCounters counters = each.rdmaCounters();
            if (counters.stuck() > 0) {
                throw new AssertionError("memory never came back: " + counters);
            }
        }
        pools.forEach(SegmentPool::close);
    }
}
