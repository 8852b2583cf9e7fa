package io.geminid.shuffle.transport.fallback;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.FrameType.Sender;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection over two carriers. Its frames take one of them at a time; see {@link SessionFlow}
 * for why none is lost.
 *
 * <pre>
 *   OPENING -- joined --------&gt; ON_FAST -- fast lost --&gt; RESUMING -- both have said --&gt; ON_SURE
 *   OPENING -- started ----------------------------------------------------------------&gt; ON_SURE
 *   any -- sure lost, closed by either end, or refused --&gt; ENDING -- carriers closed --&gt; ENDED
 * </pre>
 *
 * <p>An end says what it has taken only when its fast carrier is closed, and goes on only when it
 * has heard the same from the peer.
 *
 * <p>State is guarded by the lock, under which nothing of others is called but {@code wakeUp}; the
 * flow belongs to the thread of the carrier in use.
 */
final class Session implements Connection {

    private enum Stage {
        OPENING,
        ON_FAST,
        RESUMING,
        ON_SURE,
        ENDING,
        ENDED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final FallbackTransport transport;
    private final ConnectionListener listener;
    private final boolean outgoing;
    private final Object lock = new Object();
    private final FrameHandler sureSide = new SureSide();
    private final OwnFrames sureDue = new OwnFrames();
    private final OwnFrames fastDue = new OwnFrames();

    // Guarded by lock.
    private volatile Stage stage = Stage.OPENING;
    private UUID id;
    private UUID token;
    private Connection fast;
    private boolean fastOpen;
    private boolean sureOpen;
    private boolean startDue;
    private boolean told;
    private String whySure = "";

    private long takenThere = -1;
    private TransportException reason;
    private TransportException fastLoss;
    private long lostNs;

    private InetSocketAddress address;

    /** This end has said what it took. */
    private volatile boolean resumeSent;

    /** Written under the lock when the session is opened; its content is the carrier's thread's. */
    private volatile SessionFlow flow;

    /** Set once before the session is known to others. */
    private volatile Connection sure;

    /** The carrier that frames take now. */
    private volatile Connection active;

    Session(
            final FallbackTransport transport,
            final ConnectionListener listener,
            final boolean outgoing) {
        this.transport = transport;
        this.listener = listener;
        this.outgoing = outgoing;
    }

    // Opening.

    /** The sure carrier is there. Its thread. */
    FrameHandler onSure(final Connection carrier, final UUID sessionId) {
        synchronized (lock) {
            sure = carrier;
            active = carrier;
            sureOpen = true;
            id = sessionId;
            address = carrier.peer().address();
            if (outgoing) {
                sureDue.add(FrameType.SESSION_OPEN, SessionFrames.open(id));
            }
        }
        carrier.wakeUp();
        return sureSide;
    }

    /** The fast carrier is there. Its thread; null if it came too late. */
    FrameHandler onFast(final Connection carrier) {
        synchronized (lock) {
            if (stage != Stage.OPENING || startDue) {
                return null;
            }
            fast = carrier;
            fastOpen = true;
            fastDue.add(FrameType.SESSION_JOIN, SessionFrames.join(id, token));
        }
        carrier.wakeUp();
        return new FastSide(carrier);
    }

    /** The peer has joined by the fast carrier. Its thread. */
    FrameHandler onJoin(final Connection carrier, final UUID tokenThere) throws TransportException {
        synchronized (lock) {
            // A difference in time tells nothing: a token is for one use and this session only.
            if (outgoing || !token.equals(tokenThere) || stage != Stage.OPENING) {
                throw new TransportException(
                        Reason.BAD_TOKEN,
                        "peer=" + carrier.peer().address() + " session=" + id + " " + stage);
            }
            fast = carrier;
            fastOpen = true;
            fastDue.add(FrameType.SESSION_JOINED);
        }
        activate(Stage.ON_FAST, carrier);
        carrier.wakeUp();
        return new FastSide(carrier);
    }

    /** There will be no fast carrier. Any thread. */
    void startOnSure(final String why) {
        synchronized (lock) {
            if (stage != Stage.OPENING || startDue) {
                return;
            }
            startDue = true;
            whySure = why;
            sureDue.add(FrameType.SESSION_START);
        }
        sure.wakeUp();
    }

    private void activate(final Stage on, final Connection carrier) {
        synchronized (lock) {
            if (stage != Stage.OPENING) {
                return;
            }
            told = true;
        }
        final FrameHandler handler = listener.connectionOpened(this);
        if (handler == null) {
            finish(
                    new TransportException(
                            Reason.DUPLICATE_CONNECTION, "processId=" + peer().processId()));
            return;
        }
        transport.opened(on == Stage.ON_FAST);
        synchronized (lock) {
            flow = new SessionFlow(handler);
            if (stage == Stage.OPENING) {
                stage = on;
                active = carrier;
            }
        }
        if (on == Stage.ON_FAST) {
            LOG.info("connection with {} uses {}", address, transport.fastName());
        } else {
            LOG.info("connection with {} uses {}: {}", address, transport.sureName(), whySure);
        }
    }

    private void onSureFrame(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        switch (header.type()) {
            case SESSION_OPEN -> onOpen(header, payload);
            case SESSION_ACCEPT -> onAccept(header, payload);
            case SESSION_START -> onStart(header);
            case SESSION_STARTED -> {
                require(outgoing && startDue, header);
                activate(Stage.ON_SURE, sure);
            }
            case SESSION_RESUME -> onResume(header);
            default -> throw refusal(header);
        }
    }

    private void onOpen(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        synchronized (lock) {
            require(!outgoing && id == null && SessionFrames.first(payload) != null, header);
            id = SessionFrames.first(payload);
            token = transport.newToken();
            sureDue.add(
                    FrameType.SESSION_ACCEPT,
                    SessionFrames.accept(
                            new SessionFrames.Accept(
                                    token, transport.fastAddress(), transport.whyNotFast())));
        }
        if (!transport.register(id, this)) {
            throw refusal(header);
        }
    }

    private void onAccept(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final SessionFrames.Accept accept = SessionFrames.readAccept(payload);
        synchronized (lock) {
            require(outgoing && token == null && accept != null, header);
            token = accept.token();
        }
        if (accept.fast() == null) {
            startOnSure("the peer has none: " + accept.whyNot());
        } else if (transport.fastAddress() == null) {
            startOnSure(transport.whyNotFast());
        } else {
            transport.connectFast(accept.fast(), this);
        }
    }

    private void onStart(final FrameHeader header) throws TransportException {
        final Connection joined;
        synchronized (lock) {
            require(!outgoing && id != null, header);
            startDue = true;
            whySure = transport.whyNot("the peer goes without " + transport.fastName());
            joined = fastOpen ? fast : null;
        }
        if (joined == null) {
            started();
        } else {
            // The peer never heard that its join succeeded: what was sent there is lost.
            joined.close(new TransportException(Reason.LINK_LOST, "peer starts without it"));
        }
    }

    /**
     * The acceptor's answer to a start, once a fast carrier of which the peer knows nothing is
     * gone.
     */
    private void started() {
        synchronized (lock) {
            sureDue.clear();
            sureDue.add(FrameType.SESSION_STARTED);
            if (stage == Stage.ON_FAST || stage == Stage.RESUMING) {
                stage = Stage.RESUMING;
                active = sure;
                resumeSent = true;
                takenThere = 0;
            }
        }
        sure.wakeUp();
    }

    // Going on.

    private void onResume(final FrameHeader header) throws TransportException {
        final Connection open;
        synchronized (lock) {
            if (outgoing && startDue) {
                // The peer will answer the start, which says that nothing was taken here.
                return;
            }
            require(fast != null && takenThere < 0 && header.value() >= 0, header);
            takenThere = header.value();
            open = fastOpen ? fast : null;
        }
        if (open != null) {
            open.close(new TransportException(Reason.LINK_LOST, "peer has lost it"));
        }
    }

    private void onFastClosed(final Connection carrier, final TransportException cause) {
        final boolean resumedThere;
        synchronized (lock) {
            fastLoss = cause;
            resumedThere = outgoing && stage == Stage.OPENING && takenThere >= 0;
        }
        if (resumedThere) {
            // The join succeeded, but the answer was lost.
            activate(Stage.ON_FAST, carrier);
        }
        final boolean starts;
        final boolean answers;
        final boolean resumes;
        synchronized (lock) {
            fastOpen = false;
            starts = outgoing && stage == Stage.OPENING;
            final boolean goesOn = stage == Stage.ON_FAST && sureOpen && isLoss(cause.reason());
            answers = goesOn && startDue;
            if (goesOn && !answers) {
                stage = Stage.RESUMING;
                lostNs = transport.nowNs();
                active = sure;
                sureDue.add(FrameType.SESSION_RESUME, flow.taken());
            }
            // The sure carrier's thread may be further before this one looks again.
            resumes = stage == Stage.RESUMING;
        }
        if (starts) {
            startOnSure(carrier.peer().address() + " refused it: " + cause.getMessage());
        } else if (answers) {
            started();
        } else if (resumes) {
            sure.wakeUp();
        } else {
            finishWithCarrier(cause);
        }
    }

    private static boolean isLoss(final Reason reason) {
        return reason == Reason.LINK_LOST || reason == Reason.PEER_SILENT;
    }

    /**
     * Once both ends have said what they took, at once: the peer's frames may follow its word. On
     * the sure carrier's thread.
     */
    private void goOnIfSaid() {
        synchronized (lock) {
            if (stage != Stage.RESUMING || !resumeSent || takenThere < 0) {
                return;
            }
        }
        final int resent = flow.resume(takenThere);
        if (resent < 0) {
            finish(
                    new TransportException(
                            Reason.BAD_CONTENT, "peer=" + address + " taken=" + takenThere));
            return;
        }
        final long stallNs = transport.nowNs() - lostNs;
        synchronized (lock) {
            if (stage != Stage.RESUMING) {
                return;
            }
            stage = Stage.ON_SURE;
        }
        if (lostNs != 0) {
            transport.fallbackCounters().onFallback(resent, stallNs);
            LOG.warn(
                    "connection to {} goes on over {}: resentFrames={} stallNs={} cause={}",
                    address,
                    transport.sureName(),
                    resent,
                    stallNs,
                    fastLoss.getMessage());
        }
    }

    // The end.

    /** Ends the session for a reason; the first one counts. Any thread. */
    private void finish(final TransportException why) {
        finish(why, why);
    }

    private void finish(final TransportException why, final TransportException toCarriers) {
        final boolean closeSure;
        final Connection closeFast;
        synchronized (lock) {
            if (reason == null) {
                reason = why;
            }
            if (stage != Stage.ENDED) {
                stage = Stage.ENDING;
            }
            closeSure = sureOpen;
            closeFast = fastOpen ? fast : null;
        }
        if (closeSure) {
            sure.close(toCarriers);
        }
        if (closeFast != null) {
            closeFast.close(toCarriers);
        }
        endIfAlone();
    }

    /** A carrier has ended, and with it the session. */
    private void finishWithCarrier(final TransportException why) {
        // What it refused is counted already.
        finish(
                why,
                TransportCounters.isRefusal(why.reason())
                        ? new TransportException(Reason.CLOSED_HERE, why.getMessage())
                        : why);
    }

    private void endIfAlone() {
        final boolean openedThere;
        synchronized (lock) {
            if (stage != Stage.ENDING || sureOpen || fastOpen) {
                return;
            }
            stage = Stage.ENDED;
            openedThere = !told && reason.reason() == Reason.DUPLICATE_CONNECTION;
        }
        transport.ended(this, id, reason, flow != null);
        if (flow != null) {
            flow.end(reason);
        } else if (outgoing && openedThere) {
            // The peer had got it, and kept another: as if it had been opened here, too.
            final FrameHandler handler = listener.connectionOpened(this);
            if (handler != null) {
                handler.onClosed(reason);
            }
        } else if (outgoing && !told) {
            listener.connectFailed(address, reason);
        }
    }

    private void onSureClosed(final TransportException cause) {
        synchronized (lock) {
            sureOpen = false;
        }
        finishWithCarrier(cause);
    }

    private void require(final boolean allowed, final FrameHeader header)
            throws TransportException {
        if (!allowed) {
            throw refusal(header);
        }
    }

    private TransportException refusal(final FrameHeader header) {
        return new TransportException(
                Reason.BAD_TYPE, "peer=" + address + " stage=" + stage + " " + header);
    }

    // What handlers call: any thread.

    @Override
    public PeerInfo peer() {
        return sure.peer();
    }

    @Override
    public boolean outgoing() {
        return outgoing;
    }

    @Override
    public void wakeUp() {
        active.wakeUp();
    }

    @Override
    public void execute(final Runnable task) {
        final Connection carrier = active;
        carrier.execute(
                () -> {
                    if (carrier == active) {
                        task.run();
                    } else {
                        execute(task);
                    }
                });
    }

    @Override
    public void close(final TransportException why) {
        finish(why);
    }

    // The carriers' sides.

    /** What a carrier asks and tells, for the frames that are the handler's. */
    private abstract class Side implements FrameHandler {

        /** Whether the handler's frames go this way. */
        abstract boolean inUse();

        private boolean isOver() {
            return stage == Stage.ENDING || stage == Stage.ENDED;
        }

        abstract void onOwn(FrameHeader header, ByteBuffer payload) throws TransportException;

        @Override
        public final Segment segmentFor(final FrameHeader header) throws TransportException {
            if (isOver()) {
                return null;
            }
            require(inUse(), header);
            return flow.segmentFor(header);
        }

        @Override
        public final void onData(final FrameHeader header, final Segment filled)
                throws TransportException {
            flow.onData(header, filled);
        }

        @Override
        public final void onControl(final FrameHeader header, final ByteBuffer payload)
                throws TransportException {
            if (isOver()) {
                return;
            }
            if (header.type().sender() == Sender.SESSION) {
                onOwn(header, payload);
            } else {
                require(inUse(), header);
                flow.onControl(header, payload);
            }
        }
    }

    private final class SureSide extends Side {

        @Override
        boolean inUse() {
            return stage == Stage.ON_SURE;
        }

        @Override
        public boolean pull(final OutboundFrame frame, final long completedFrame) {
            if (sureDue.fill(frame)) {
                if (frame.type() == FrameType.SESSION_STARTED) {
                    activate(Stage.ON_SURE, sure);
                } else if (frame.type() == FrameType.SESSION_RESUME) {
                    resumeSent = true;
                }
                goOnIfSaid();
                return true;
            }
            return inUse() && flow.pullSure(frame, completedFrame);
        }

        @Override
        void onOwn(final FrameHeader header, final ByteBuffer payload) throws TransportException {
            onSureFrame(header, payload);
            goOnIfSaid();
            sure.wakeUp();
        }

        @Override
        public void onClosed(final TransportException cause) {
            onSureClosed(cause);
        }
    }

    private final class FastSide extends Side {

        private final Connection carrier;

        FastSide(final Connection carrier) {
            this.carrier = carrier;
        }

        @Override
        boolean inUse() {
            return stage == Stage.ON_FAST;
        }

        @Override
        public boolean pull(final OutboundFrame frame, final long completedFrame) {
            return fastDue.fill(frame) || inUse() && flow.pullFast(frame, completedFrame);
        }

        @Override
        void onOwn(final FrameHeader header, final ByteBuffer payload) throws TransportException {
            require(outgoing && header.type() == FrameType.SESSION_JOINED, header);
            activate(Stage.ON_FAST, carrier);
        }

        @Override
        public void onClosed(final TransportException cause) {
            onFastClosed(carrier, cause);
        }
    }
}
