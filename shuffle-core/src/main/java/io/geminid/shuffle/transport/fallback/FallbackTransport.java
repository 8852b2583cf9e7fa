package io.geminid.shuffle.transport.fallback;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fast transport where both processes have it, the sure one otherwise and afterwards.
 *
 * <p>Every connection is a session: processes meet over the sure transport, and its link stays as
 * the way to go on when the fast one is lost, and as the sign that the peer lives. With a peer that
 * has the sure transport alone, and says so in the handshake, it is that transport's connection.
 * Which transport a connection uses, and why, is logged in one line.
 *
 * <p>The fast transport must announce and deliver a data frame in one go: none may be announced and
 * then lost. Any thread.
 */
public final class FallbackTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(FallbackTransport.class);

    private final Transport fast;
    private final Transport sure;
    private final Supplier<UUID> ids;
    private final LongSupplier nanoClock;
    private final TransportCounters total;
    private final FallbackCounters counters = new FallbackCounters();
    private final Object lock = new Object();

    // Guarded by lock.
    private final Map<UUID, Session> sessions = new HashMap<>();
    private final List<Session> all = new ArrayList<>();
    private InetSocketAddress fastAddress;
    private String whyNotFast = "not started";
    private boolean closed;

    /**
     * Makes a transport of two, which are then its own.
     *
     * @param fast used if both ends have it; its {@link Transport#start} may fail
     * @param sure used to meet, and to fall back on; tells its peers {@link Handshake#hasSessions}
     * @param ids secret and different at each call
     * @param nanoClock monotonic
     */
    public FallbackTransport(
            final Transport fast,
            final Transport sure,
            final Supplier<UUID> ids,
            final LongSupplier nanoClock) {
        this.fast = Objects.requireNonNull(fast, "fast");
        this.sure = Objects.requireNonNull(sure, "sure");
        this.ids = Objects.requireNonNull(ids, "ids");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        this.total = new TransportCounters(fast.counters(), sure.counters());
    }

    @Override
    public String name() {
        return "auto";
    }

    /**
     * What sessions did; what their carriers moved and refused is added to it.
     *
     * @return always the same object
     */
    @Override
    public TransportCounters counters() {
        return total;
    }

    /**
     * Which way sessions went.
     *
     * @return always the same object
     */
    public FallbackCounters fallbackCounters() {
        return counters;
    }

    @Override
    public int segmentsKept() {
        return fast.segmentsKept() + sure.segmentsKept();
    }

    @Override
    public InetSocketAddress start(final ConnectionListener listener) throws IOException {
        // First the fast one: whoever meets this process must be told whether it has that.
        try {
            final InetSocketAddress address = fast.start(new Joins());
            synchronized (lock) {
                fastAddress = address;
            }
            LOG.info("{} and {}: {} is there", fast.name(), sure.name(), fast.name());
        } catch (final IOException e) {
            synchronized (lock) {
                whyNotFast = e.getMessage();
            }
            LOG.info("{} only, no {}: {}", sure.name(), fast.name(), e.getMessage());
        }
        return sure.start(
                new ConnectionListener() {
                    @Override
                    public FrameHandler connectionOpened(final Connection carrier) {
                        return onSure(carrier, listener, null);
                    }

                    @Override
                    public void connectFailed(
                            final InetSocketAddress address, final IOException cause) {
                        throw new IllegalStateException("nobody connected: " + address, cause);
                    }
                });
    }

    @Override
    public void connect(final InetSocketAddress address, final ConnectionListener listener) {
        sure.connect(
                address,
                new ConnectionListener() {
                    @Override
                    public FrameHandler connectionOpened(final Connection carrier) {
                        return onSure(carrier, listener, ids.get());
                    }

                    @Override
                    public void connectFailed(
                            final InetSocketAddress tried, final IOException cause) {
                        listener.connectFailed(tried, cause);
                    }
                });
    }

    private FrameHandler onSure(
            final Connection carrier, final ConnectionListener listener, final UUID id) {
        if (!carrier.peer().hasSessions()) {
            return plain(carrier, listener);
        }
        final Session session = add(listener, carrier.outgoing());
        return session == null ? null : session.onSure(carrier, id);
    }

    /** The peer would not understand a session's frames, nor send any. */
    private FrameHandler plain(final Connection carrier, final ConnectionListener listener) {
        final FrameHandler handler = listener.connectionOpened(carrier);
        if (handler == null) {
            count(Reason.DUPLICATE_CONNECTION, false);
            return null;
        }
        opened(false);
        LOG.info(
                "connection with {} uses {}: the peer is set to {} alone",
                carrier.peer().address(),
                sure.name(),
                sure.name());
        return new Plain(this, handler);
    }

    private Session add(final ConnectionListener listener, final boolean outgoing) {
        synchronized (lock) {
            if (closed) {
                return null;
            }
            final Session session = new Session(this, listener, outgoing);
            all.add(session);
            return session;
        }
    }

    // What sessions ask and tell.

    UUID newToken() {
        return ids.get();
    }

    long nowNs() {
        return nanoClock.getAsLong();
    }

    String fastName() {
        return fast.name();
    }

    String sureName() {
        return sure.name();
    }

    /** Null if this process does not have the fast transport. */
    InetSocketAddress fastAddress() {
        synchronized (lock) {
            return fastAddress;
        }
    }

    String whyNotFast() {
        synchronized (lock) {
            return whyNotFast;
        }
    }

    boolean register(final UUID id, final Session session) {
        synchronized (lock) {
            return sessions.putIfAbsent(id, session) == null;
        }
    }

    /** Why a session is not on the fast transport: for want of one here, or else what is given. */
    String whyNot(final String otherwise) {
        synchronized (lock) {
            return fastAddress == null ? whyNotFast : otherwise;
        }
    }

    void connectFast(final InetSocketAddress address, final Session session) {
        fast.connect(
                address,
                new ConnectionListener() {
                    @Override
                    public FrameHandler connectionOpened(final Connection carrier) {
                        return session.onFast(carrier);
                    }

                    @Override
                    public void connectFailed(
                            final InetSocketAddress tried, final IOException cause) {
                        session.startOnSure(fast.name() + " cannot connect: " + cause.getMessage());
                    }
                });
    }

    void opened(final boolean onFast) {
        total.onOpened();
        counters.onStarted(onFast);
    }

    void ended(
            final Session session,
            final UUID id,
            final TransportException reason,
            final boolean opened) {
        count(reason.reason(), opened);
        synchronized (lock) {
            all.remove(session);
            sessions.remove(id, session);
        }
    }

    /** Counts the end of a connection. */
    void count(final Reason reason, final boolean opened) {
        // What is a refusal was counted by the carrier that refused.
        if (!TransportCounters.isRefusal(reason)) {
            total.onEnded(reason, opened);
        } else if (opened) {
            total.onGone();
        }
    }

    // Who comes by the fast transport must belong to a session.

    private final class Joins implements ConnectionListener {

        @Override
        public FrameHandler connectionOpened(final Connection carrier) {
            return new Joining(carrier);
        }

        @Override
        public void connectFailed(final InetSocketAddress address, final IOException cause) {
            throw new IllegalStateException("nobody connected: " + address, cause);
        }
    }

    /** A fast carrier that has not said what it belongs to; afterwards the session's side of it. */
    private final class Joining implements FrameHandler {

        private final Connection carrier;
        private FrameHandler side;

        Joining(final Connection carrier) {
            this.carrier = carrier;
        }

        @Override
        public boolean pull(final OutboundFrame frame, final long completedFrame) {
            return side != null && side.pull(frame, completedFrame);
        }

        @Override
        public Segment segmentFor(final FrameHeader header) throws TransportException {
            if (side == null) {
                throw stranger(header);
            }
            return side.segmentFor(header);
        }

        @Override
        public void onData(final FrameHeader header, final Segment filled)
                throws TransportException {
            side.onData(header, filled);
        }

        @Override
        public void onControl(final FrameHeader header, final ByteBuffer payload)
                throws TransportException {
            if (side != null) {
                side.onControl(header, payload);
                return;
            }
            final UUID token = SessionFrames.second(payload);
            if (header.type() != FrameType.SESSION_JOIN || token == null) {
                throw stranger(header);
            }
            final Session session;
            synchronized (lock) {
                session = sessions.get(SessionFrames.first(payload));
            }
            if (session == null) {
                throw stranger(header);
            }
            side = session.onJoin(carrier, token);
        }

        @Override
        public void onClosed(final TransportException cause) {
            if (side != null) {
                side.onClosed(cause);
            }
        }

        private TransportException stranger(final FrameHeader header) {
            return new TransportException(
                    Reason.BAD_TOKEN,
                    "peer=" + carrier.peer().address() + " belongs to no session: " + header);
        }
    }

    /** Closes all sessions and both transports; waits as they do. Idempotent. */
    @Override
    public void close() {
        final List<Session> open;
        synchronized (lock) {
            closed = true;
            open = List.copyOf(all);
        }
        for (final Session each : open) {
            each.close(new TransportException(Reason.CLOSED_HERE, "transport closed"));
        }
        fast.close();
        sure.close();
    }
}
