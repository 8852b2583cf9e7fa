package io.geminid.shuffle.rdma;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.shuffle.rdma.queue.LinkMemory;
import io.geminid.shuffle.rdma.queue.LinkSetup;
import io.geminid.shuffle.rdma.queue.RegisteredMemory;
import io.geminid.shuffle.rdma.queue.WorkId;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.transport.link.RefusalLog;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.Listener;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.WorkStatus;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.agrona.collections.Int2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All connections of a transport, on one thread: connection events, completions, tasks, time.
 *
 * <p>Whoever owns the thread calls {@link #doWork} again and again, and {@link #park} when there
 * was nothing to do. All methods are that thread's, except {@link #execute}, {@link #wakeUp} and
 * those that read counters.
 */
final class RdmaAgent {

    /**
     * Completions taken at a time: enough for a burst, and soon enough back to what is to be sent.
     */
    private static final int BATCH = 64;

    /** Connection events are rare: asking for them costs a system call. */
    private static final long EVENTS_EVERY_NS = 200_000;

    /** Time between looks at the clock's consequences. */
    private static final long TICK_EVERY_NS = 1_000_000;

    /** While all is quiet nobody is in a hurry to connect. */
    private static final long PARK_MAX_NS = 10_000_000;

    private static final int BACKLOG = 64;
    private static final Logger LOG = LoggerFactory.getLogger(RdmaAgent.class);

    private final RdmaTransportContext context;
    private final LinkContext linkContext;
    private final LongSupplier nanoClock;
    private final RdmaDevice rdma;
    private final LocalSegmentPool segments;
    private final RdmaCounters counters;
    private final RefusalLog refusals;
    private final ConnectionManager manager;
    private final ConnectionEvent event = new ConnectionEvent();
    private final Completions batch = new Completions(BATCH);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<RdmaConnection> connections = new ArrayList<>();
    private final Int2ObjectHashMap<RdmaConnection> byNumber = new Int2ObjectHashMap<>();
    private final ArrayDeque<LinkMemory> freeMemory = new ArrayDeque<>();
    private Listener listener;
    private ConnectionListener acceptor;
    private int lastNumber;
    private int settingUp;
    private long nowNs;
    private long nextEventsNs;
    private long nextTickNs;
    private boolean closing;
    private volatile boolean closed;

    /** Set while the agent's thread waits or is about to; see {@link #wakeUp}. */
    private volatile boolean parked;

    RdmaAgent(
            final RdmaTransportContext context,
            final LinkContext linkContext,
            final RdmaDevice rdma,
            final LocalSegmentPool segments,
            final LongSupplier nanoClock)
            throws VerbsException {
        this.context = context;
        this.linkContext = linkContext;
        this.rdma = rdma;
        this.segments = segments;
        this.nanoClock = nanoClock;
        this.counters = rdma.counters();
        this.refusals = new RefusalLog(LOG, nanoClock);
        this.nowNs = nanoClock.getAsLong();
        this.manager = rdma.provider().createConnectionManager();
    }

    InetSocketAddress listen(final InetSocketAddress address, final ConnectionListener by)
            throws VerbsException {
        acceptor = by;
        listener = manager.listen(address, BACKLOG, context.retry());
        return listener.localAddress();
    }

    // What connections need.

    RdmaTransportContext context() {
        return context;
    }

    LinkContext linkContext() {
        return linkContext;
    }

    RegisteredMemory registered() {
        return rdma.registered();
    }

    LocalSegmentPool segments() {
        return segments;
    }

    long nowNs() {
        return nowNs;
    }

    LinkMemory takeMemory() throws VerbsException {
        final LinkMemory free = freeMemory.poll();
        return free == null ? new LinkMemory(rdma.domain(), context.queues().receives()) : free;
    }

    QueuePair createQueuePair(final Connection connection) throws VerbsException {
        final RdmaTransportContext.Queues queues = context.queues();
        return connection.createQueuePair(
                rdma.domain(),
                rdma.completions(),
                rdma.completions(),
                new QueuePairLimits(
                        queues.sends(),
                        queues.receives(),
                        OutboundFrame.SLICES_MAX + 1,
                        2,
                        queues.inlineBytes()));
    }

    void countFailure(final WorkStatus status) {
        counters.onFailure(status);
    }

    void countUnflushed(final int requests) {
        counters.onUnflushed(requests);
    }

    void countCopied(final long bytes) {
        counters.onCopied(bytes);
    }

    // Duty.

    /**
     * Does what there is to do.
     *
     * @return 0 if there was nothing
     */
    int doWork() {
        nowNs = nanoClock.getAsLong();
        int done = runTasks();
        if (settingUp > 0 || nowNs - nextEventsNs >= 0) {
            nextEventsNs = nowNs + EVENTS_EVERY_NS;
            done += takeEvents();
        }
        final int came = takeCompletions();
        done += came;
        final boolean tick = nowNs - nextTickNs >= 0;
        if (tick) {
            nextTickNs = nowNs + TICK_EVERY_NS;
        }
        for (int i = connections.size() - 1; i >= 0; i--) {
            final RdmaConnection connection = connections.get(i);
            final boolean woken = connection.takeWakeUp();
            if (woken || came > 0 || tick || connection.isWaiting()) {
                connection.work(came == 0, tick);
                done += woken || connection.isWaiting() ? 1 : 0;
            }
            if (tick) {
                connection.tick(nowNs);
            }
        }
        if (closing && connections.isEmpty() && !closed) {
            shut();
            done++;
        }
        return done;
    }

    private int runTasks() {
        int done = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            try {
                task.run();
            } catch (final RuntimeException | Error e) {
                LOG.error("a task of a connection failed", e);
            }
            done++;
        }
        return done;
    }

    private int takeCompletions() {
        final int count;
        try {
            count = rdma.completions().poll(batch);
        } catch (final VerbsException e) {
            onQueueLost(e);
            return 0;
        }
        for (int i = 0; i < count; i++) {
            final long id = batch.id(i);
            final RdmaConnection connection = byNumber.get(WorkId.connection(id));
            if (connection == null) {
                // Of a queue pair that was taken away: its memory has been given back already.
                continue;
            }
            if (!batch.isSuccess(i)) {
                connection.failed(id, batch.status(i));
            } else if (WorkId.isSend(id)) {
                connection.sent(id);
            } else {
                connection.received(
                        id, batch.lengthBytes(i), batch.hasImmediate(i), batch.immediate(i));
            }
        }
        return count;
    }

    private void onQueueLost(final VerbsException e) {
        if (!connections.isEmpty()) {
            LOG.error("the completion queue has failed, all connections end: {}", e.getMessage());
            for (final RdmaConnection each : List.copyOf(connections)) {
                each.refused(
                        new TransportException(
                                Reason.LINK_LOST, "completion queue: " + e.getMessage(), e));
            }
        }
    }

    // Connection events.

    private int takeEvents() {
        int done = 0;
        try {
            while (done < BATCH && manager.next(event, 0)) {
                done++;
                on(event);
            }
        } catch (final VerbsException e) {
            LOG.error("cannot read connection events: {}", e.getMessage());
        }
        return done;
    }

    private void on(final ConnectionEvent what) throws VerbsException {
        if (what.kind() == ConnectionEvent.Kind.CONNECT_REQUEST) {
            onRequest(what.connection(), LinkSetup.decode(what.privateData()));
            return;
        }
        if (what.connection() == null) {
            if (what.kind() == ConnectionEvent.Kind.DEVICE_REMOVED) {
                rdma.removed();
                closeListener();
            }
            return;
        }
        final RdmaConnection connection = find(what.connection());
        if (connection == null) {
            return;
        }
        switch (what.kind()) {
            case RESOLVED -> onResolved(connection);
            case ESTABLISHED -> onEstablished(connection, LinkSetup.decode(what.privateData()));
            case REJECTED -> onRejected(connection, LinkSetup.decode(what.privateData()), what);
            case DISCONNECTED -> connection.disconnected("disconnected");
            case DEVICE_REMOVED -> {
                rdma.removed();
                connection.disconnected("device removed");
            }
            default ->
                    connection.disconnected(
                            what.kind() + " address=" + connection.link().address() + " " + what);
        }
    }

    private RdmaConnection find(final Connection verbs) {
        for (final RdmaConnection each : connections) {
            if (each.verbs() == verbs) {
                return each;
            }
        }
        return null;
    }

    private void onRequest(final Connection verbs, final LinkSetup setup) throws VerbsException {
        final InetSocketAddress address = verbs.remoteAddress();
        final TransportException refusal = refusal(address, setup);
        if (refusal != null) {
            linkContext.counters().onEnded(refusal.reason(), false);
            refusals.refused(address, refusal);
            verbs.reject(LinkSetup.refusing(refusal.reason()).encode());
            verbs.close();
            return;
        }
        final RdmaConnection connection = add(verbs, acceptor, false);
        connection.connectingTo(address);
        try {
            connection.prepare();
            verbs.accept(connection.setup());
            connection.up(setup);
        } catch (final VerbsException e) {
            connection.refused(
                    new TransportException(Reason.LINK_LOST, "peer=" + address + " " + e, e));
        } catch (final TransportException e) {
            verbs.reject(LinkSetup.refusing(e.reason()).encode());
            connection.refused(e);
        }
    }

    private TransportException refusal(final InetSocketAddress peer, final LinkSetup setup) {
        final RdmaTransportContext.Queues queues = context.queues();
        final Reason fault = setup == null ? Reason.BAD_MAGIC : faultOf(setup);
        if (fault != null) {
            return new TransportException(fault, "peer=" + peer + " here=1 there=" + setup);
        }
        if (closing) {
            return new TransportException(Reason.CLOSED_HERE, "peer=" + peer + " closing");
        }
        final boolean crowded = connections.size() >= queues.connectionsMax();
        final boolean strange = strangers() >= queues.handshakesMax();
        return crowded || strange
                ? new TransportException(
                        Reason.LIMIT_REACHED,
                        "peer="
                                + peer
                                + " "
                                + (crowded
                                        ? RdmaTransportContext.CONNECTIONS_MAX
                                                + "="
                                                + queues.connectionsMax()
                                        : RdmaTransportContext.HANDSHAKES_MAX
                                                + "="
                                                + queues.handshakesMax()))
                : null;
    }

    private static Reason faultOf(final LinkSetup setup) {
        return setup.fault(FrameHeader.CONTROL_BYTES_MAX);
    }

    private int strangers() {
        int count = 0;
        for (final RdmaConnection each : connections) {
            count += !each.outgoing() && !each.link().opened() ? 1 : 0;
        }
        return count;
    }

    private void onResolved(final RdmaConnection connection) {
        try {
            connection.prepare();
            connection.verbs().connect(connection.setup());
        } catch (final VerbsException e) {
            connection.refused(
                    new TransportException(
                            Reason.LINK_LOST,
                            "peer=" + connection.link().address() + " " + e.getMessage(),
                            e));
        } catch (final TransportException e) {
            connection.refused(e);
        }
    }

    private void onEstablished(final RdmaConnection connection, final LinkSetup setup) {
        settled();
        if (!connection.outgoing()) {
            return;
        }
        final Reason fault = setup == null ? Reason.BAD_MAGIC : faultOf(setup);
        if (fault == null) {
            connection.up(setup);
        } else {
            connection.refused(
                    new TransportException(
                            fault, "peer=" + connection.link().address() + " there=" + setup));
        }
    }

    private void onRejected(
            final RdmaConnection connection, final LinkSetup setup, final ConnectionEvent what) {
        final boolean said = setup != null && setup.refusal() != null;
        connection.refused(
                new TransportException(
                        said ? Reason.HANDSHAKE_REFUSED : Reason.LINK_LOST,
                        "peer="
                                + connection.link().address()
                                + (said ? " reasonThere=" + setup.refusal() : " " + what)));
    }

    // Connections come and go.

    void connect(final InetSocketAddress address, final ConnectionListener by) {
        if (closing
                || rdma.isRemoved()
                || connections.size() >= context.queues().connectionsMax()) {
            final Reason reason = closing ? Reason.CLOSED_HERE : Reason.LIMIT_REACHED;
            final TransportException refusal =
                    new TransportException(
                            rdma.isRemoved() ? Reason.LINK_LOST : reason,
                            "address="
                                    + address
                                    + " deviceRemoved="
                                    + rdma.isRemoved()
                                    + " "
                                    + RdmaTransportContext.CONNECTIONS_MAX
                                    + "="
                                    + context.queues().connectionsMax());
            linkContext.counters().onEnded(refusal.reason(), false);
            by.connectFailed(address, refusal);
            return;
        }
        try {
            final InetSocketAddress local = new InetSocketAddress(rdma.address(), 0);
            final Connection verbs = manager.resolve(local, address, context.retry());
            add(verbs, by, true).connectingTo(address);
        } catch (final VerbsException e) {
            linkContext.counters().onEnded(Reason.LINK_LOST, false);
            by.connectFailed(
                    address,
                    new TransportException(
                            Reason.LINK_LOST, "address=" + address + " " + e.getMessage(), e));
        }
    }

    private RdmaConnection add(
            final Connection verbs, final ConnectionListener by, final boolean outgoing) {
        lastNumber = lastNumber == Integer.MAX_VALUE ? 1 : lastNumber + 1;
        final RdmaConnection connection = new RdmaConnection(this, lastNumber, verbs, by, outgoing);
        connections.add(connection);
        byNumber.put(lastNumber, connection);
        settingUp++;
        return connection;
    }

    private void settled() {
        settingUp = 0;
        for (final RdmaConnection each : connections) {
            settingUp += each.state() == RdmaConnection.State.UP ? 0 : 1;
        }
    }

    /** The NIC has nothing of it any more. */
    void ended(final RdmaConnection connection, final LinkMemory memory) {
        final TransportException reason = connection.link().closeReason();
        if (TransportCounters.isRefusal(reason.reason())) {
            refusals.refused(connection.link().address(), reason);
        } else {
            LOG.debug("connection closed: {}", reason.getMessage());
        }
        connections.remove(connection);
        byNumber.remove(connection.number());
        if (memory != null) {
            freeMemory.add(memory);
        }
        settled();
    }

    /** The device does not let go of it. */
    void stuck(final RdmaConnection connection) {
        connections.remove(connection);
        byNumber.remove(connection.number());
        counters.onStuck();
    }

    /** Breaks the oldest so many queue pairs, as a fault of the device would. */
    void breakConnections(final int count) {
        connections.stream().limit(count).forEach(RdmaConnection::fail);
    }

    // What other threads do.

    void execute(final Runnable task) {
        tasks.add(task);
        wakeUp();
    }

    /** Makes the agent look at its tasks and connections. */
    void wakeUp() {
        // Whoever has left something looks whether the agent sleeps; the agent says that it sleeps
        // and looks whether something was left. So one of the two sees the other.
        if (parked) {
            rdma.wakeUp();
        }
    }

    /** Waits until there is something to do. */
    void park() {
        parked = true;
        try {
            final CompletionQueue queue = rdma.completions();
            queue.arm();
            if (doWork() == 0 && !closed) {
                queue.await(settingUp > 0 ? TICK_EVERY_NS : PARK_MAX_NS);
            }
        } catch (final VerbsException e) {
            onQueueLost(e);
        } finally {
            parked = false;
        }
    }

    // The end.

    /** Ends all connections; {@link #isClosed} once nothing is left. */
    void close() {
        closing = true;
        closeListener();
        for (final RdmaConnection each : List.copyOf(connections)) {
            each.closeNow(new TransportException(Reason.CLOSED_HERE, "transport closed"));
        }
    }

    boolean isClosed() {
        return closed;
    }

    private void closeListener() {
        if (listener != null) {
            try {
                listener.close();
            } catch (final VerbsException e) {
                LOG.warn("cannot stop listening: {}", e.getMessage());
            }
            listener = null;
        }
    }

    private void shut() {
        try {
            manager.close();
            for (LinkMemory each = freeMemory.poll(); each != null; each = freeMemory.poll()) {
                each.close();
            }
        } catch (final VerbsException | RuntimeException e) {
            LOG.error("the device does not let go: {}", e.toString());
        }
        closed = true;
    }
}
