package io.geminid.shuffle.rdma;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.rdma.queue.RegisteredMemory;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.BindPolicy;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.verbs.Verbs;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames over RDMA, two-sided: each frame is one SEND into a receive that the peer has posted, from
 * registered memory into registered memory. No key leaves the host.
 *
 * <p>All connections share one thread, one completion queue and one protection domain. The slabs of
 * the pool are registered once, as they come. Any thread.
 */
public final class RdmaTransport implements Transport {

    /** Name in the configuration. */
    public static final String NAME = "rdma";

    private static final SegmentOwner PROBE = SegmentOwner.named("rdma-probe");

    /** What a connection takes besides its receives. */
    static final int SEGMENTS_TO_COPY = 2;

    private static final Logger LOG = LoggerFactory.getLogger(RdmaTransport.class);

    private final RdmaTransportContext context;
    private final LinkContext linkContext;
    private final SegmentPool pool;
    private final Supplier<VerbsProvider> provider;
    private final AgentRunner runner;
    private final RdmaCounters counters = new RdmaCounters();
    private final Object lock = new Object();

    // Guarded by lock.
    private LocalSegmentPool segments;
    private RdmaDevice device;
    private RdmaAgent agent;
    private boolean closed;

    /**
     * Makes a transport over this host's devices; nothing happens before {@link #start}.
     *
     * @param context configuration
     * @param links what peers are told about this process, and must prove
     * @param pool whose slabs are registered, and where segments to receive into come from; stays
     *     the caller's, and open until after {@link #close}
     */
    public RdmaTransport(
            final RdmaTransportContext context, final LinkContext links, final SegmentPool pool) {
        this(context, links, pool, Verbs::provider);
    }

    /**
     * Makes a transport; nothing happens before {@link #start}.
     *
     * @param context configuration
     * @param links what peers are told about this process, and must prove
     * @param pool whose slabs are registered, and where segments to receive into come from; stays
     *     the caller's, and open until after {@link #close}
     * @param provider the host's way to RDMA, asked at the start
     */
    public RdmaTransport(
            final RdmaTransportContext context,
            final LinkContext links,
            final SegmentPool pool,
            final Supplier<VerbsProvider> provider) {
        this(context, links, pool, provider, new AgentThread());
    }

    /** With another thread and clock, for tests. */
    RdmaTransport(
            final RdmaTransportContext context,
            final LinkContext links,
            final SegmentPool pool,
            final Supplier<VerbsProvider> provider,
            final AgentRunner runner) {
        this.context = context;
        this.linkContext = links;
        this.pool = pool;
        this.provider = provider;
        this.runner = runner;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public TransportCounters counters() {
        return linkContext.counters();
    }

    /**
     * What only this kind of transport can tell.
     *
     * @return always the same object; readable also after {@link #close()}
     */
    public RdmaCounters rdmaCounters() {
        return counters;
    }

    @Override
    public int segmentsKept() {
        final LocalSegmentPool kept;
        synchronized (lock) {
            kept = segments;
        }
        return kept == null ? 0 : kept.held();
    }

    @Override
    public InetSocketAddress start(final ConnectionListener listener) throws IOException {
        final VerbsProvider verbs;
        try {
            verbs = provider.get();
        } catch (final UnsupportedOperationException e) {
            throw new IOException(e.getMessage(), e);
        }
        synchronized (lock) {
            if (closed || agent != null) {
                throw new IOException("started twice, or closed: closed=" + closed);
            }
            device = RdmaDevice.open(verbs, context, counters);
            boolean listening = false;
            segments =
                    pool.createLocalPool(
                            new LocalPoolContext(
                                    "rdma receives", 0, context.queues().segmentsMax(), 0));
            try {
                BindPolicy.check(
                        device.address(),
                        context.allowInsecure(),
                        RdmaTransportContext.BIND_ADDRESS,
                        LOG);
                register();
                agent = new RdmaAgent(context, linkContext, device, segments, runner::nowNs);
                final InetSocketAddress address =
                        agent.listen(
                                new InetSocketAddress(device.address(), context.port()), listener);
                listening = true;
                runner.start(agent);
                LOG.info(
                        "rdma transport listens on {} provider={} receives={} registeredBytes={}",
                        address,
                        verbs.name(),
                        context.queues().receives(),
                        device.registered().registeredBytes());
                return address;
            } catch (final VerbsException e) {
                throw new IOException(
                        "cannot listen on address="
                                + device.address().getHostAddress()
                                + " port="
                                + context.port()
                                + ": "
                                + e.getMessage(),
                        e);
            } finally {
                if (!listening) {
                    giveUp();
                }
            }
        }
    }

    /** Finds out now whether the pool's memory can be registered at all. */
    private void register() throws IOException {
        pool.addSlabListener(device.registered());
        final Segment probe = segments.poll(PROBE);
        if (probe == null) {
            throw new IOException("no segment is left to receive into: " + pool.context());
        }
        probe.close();
        if (device.registered().registeredBytes() == 0) {
            throw new IOException(
                    "no memory can be registered with the NIC: "
                            + RegisteredMemory.remedy(pool.context().slabBytes()));
        }
    }

    /** Under the lock: a start that failed leaves nothing. */
    private void giveUp() {
        if (agent != null) {
            agent.close();
            agent.doWork();
            agent = null;
        }
        freeDevice();
    }

    @Override
    public void connect(final InetSocketAddress address, final ConnectionListener listener) {
        final RdmaAgent by;
        synchronized (lock) {
            by = closed ? null : agent;
        }
        if (by != null) {
            by.execute(() -> by.connect(address, listener));
            return;
        }
        linkContext.counters().onEnded(Reason.CLOSED_HERE, false);
        listener.connectFailed(
                address,
                new TransportException(
                        Reason.CLOSED_HERE, "address=" + address + " transport closed"));
    }

    /** Breaks all queue pairs, as a fault of the device would; for tests of what follows. */
    void breakConnections() {
        breakConnections(Integer.MAX_VALUE);
    }

    /** Breaks the oldest so many queue pairs. */
    void breakConnections(final int count) {
        synchronized (lock) {
            final RdmaAgent by = agent;
            by.execute(() -> by.breakConnections(count));
        }
    }

    /**
     * Closes all connections, waits until the NIC has nothing of this process any more, frees
     * thread, port and registrations. Not to be called by the agent's thread. Idempotent.
     */
    @Override
    public void close() {
        final RdmaAgent ending;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            ending = agent;
        }
        if (ending == null) {
            return;
        }
        ending.execute(ending::close);
        if (runner.awaitClosed(ending)) {
            synchronized (lock) {
                freeDevice();
            }
        } else {
            LOG.error("the device does not let go: {}", counters);
        }
    }

    private void freeDevice() {
        try {
            pool.removeSlabListener(device.registered());
            device.close();
        } catch (final VerbsException | RuntimeException e) {
            LOG.error("the device does not let go: {}", e.toString());
        }
        segments.close();
    }
}
