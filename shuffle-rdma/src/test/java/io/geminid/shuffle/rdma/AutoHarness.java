package io.geminid.shuffle.rdma;

import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.transport.MemoryFabric;
import io.geminid.shuffle.transport.RawPeer;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportHarness;
import io.geminid.shuffle.transport.fallback.FallbackTransport;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.verbs.fabric.FaultPlan;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Sessions over the software fabric and, beside it, streams in memory. */
final class AutoHarness implements TransportHarness {

    private static final int STEPS_MAX = 8_000_000;
    private static final int SETTLE_STEPS = 5_000;

    private final Random random;
    private final FabricHarness fast;
    private final MemoryFabric sure;
    private final List<FallbackTransport> transports = new ArrayList<>();

    /** Which process has the sure transport alone; -1: none. */
    private int plain = -1;

    private int made;

    AutoHarness(final Random random) {
        this(random, FaultPlan.JITTER);
    }

    AutoHarness(final Random random, final FaultPlan plan) {
        this.random = random;
        this.fast = new FabricHarness(new Random(random.nextLong()), plan);
        this.sure = new MemoryFabric(new Random(random.nextLong()));
    }

    /** Says which process, by the order in which they are made, has no sessions. */
    AutoHarness withoutSessions(final int index) {
        plain = index;
        return this;
    }

    FabricHarness fast() {
        return fast;
    }

    FallbackTransport transport(final int index) {
        return transports.get(index);
    }

    @Override
    public int segmentsOfItsOwn() {
        return fast.segmentsOfItsOwn();
    }

    @Override
    public void pool(final SegmentPool pool) {
        fast.pool(pool);
    }

    @Override
    public Transport transport(final LinkContext links) {
        return made++ == plain ? sure.transport(links) : auto(links);
    }

    FallbackTransport auto(final LinkContext links) {
        final FallbackTransport transport =
                new FallbackTransport(
                        fast.transport(links),
                        sure.transport(new LinkContext(links.self().withSessions(), links.token())),
                        () -> new UUID(random.nextLong(), random.nextLong()),
                        fast::nowNs);
        transports.add(transport);
        return transport;
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
        if (random.nextInt(3) > 0) {
            fast.progress();
        } else {
            sure.progress();
        }
    }

    @Override
    public InetSocketAddress cuttable(final InetSocketAddress target) {
        return sure.cuttable(target);
    }

    @Override
    public void cut() {
        sure.cut();
    }

    /** A queue pair: its session goes on. */
    @Override
    public void cutOne() {
        fast.cutOne();
    }

    @Override
    public RawPeer raw(final InetSocketAddress target) {
        return sure.raw(target);
    }

    @Override
    public void close() {
        transports.forEach(FallbackTransport::close);
        fast.close();
        sure.close();
    }
}
