package io.geminid.shuffle.rdma;

import io.geminid.memory.Segment;
import io.geminid.shuffle.rdma.queue.LinkMemory;
import io.geminid.shuffle.rdma.queue.LinkSetup;
import io.geminid.shuffle.rdma.queue.ReceiveQueue;
import io.geminid.shuffle.rdma.queue.SendQueue;
import io.geminid.shuffle.rdma.queue.WorkId;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameEncoder;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.FrameLink;
import io.geminid.shuffle.wire.FrameFault;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.work.WorkStatus;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a connection: a queue pair, a {@link FrameLink}, and what ties them together.
 *
 * <p>Beside each message goes, as its immediate value, how many of the peer's messages were taken
 * here and their receives posted again, modulo 2^32. That one number is the peer's credit and its
 * acknowledgement; who sends more than he was told of is refused (INV: messages received are never
 * more than receives told of).
 *
 * <p>Life: CONNECTING, UP, then WINDING while the goodbye is under way, DRAINING until everything
 * posted is back, and ENDED. Whatever arrived before a link broke is still handed over while it
 * drains.
 *
 * <p>The agent's thread only, except where said.
 */
final class RdmaConnection implements Connection, FrameLink.Output {

    /** Where a connection is in its life. */
    enum State {
        /** No queue pair yet, or the peer has not answered. */
        CONNECTING,
        /** Messages can be sent. */
        UP,
        /** There is a reason to close, and the peer is being told. */
        WINDING,
        /** The queue pair has failed; what is posted comes back. */
        DRAINING,
        /** The NIC has nothing of it. Final. */
        ENDED
    }

    /** Time in which a goodbye must get out. */
    private static final long WIND_UP_NS = 1_000_000_000L;

    /** Time in which a failed queue pair gives back what it has, before it is taken away. */
    private static final long DRAIN_NS = 2_000_000_000L;

    /** Cycles that an acknowledgement may wait for a message to go with. */
    private static final int ACKNOWLEDGE_AFTER_CYCLES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(RdmaConnection.class);

    private final RdmaAgent agent;
    private final int number;
    private final boolean outgoing;
    private final io.geminid.verbs.connect.Connection verbs;
    private final FrameLink link;
    private final FrameHeader header = new FrameHeader();
    private final CRC32C crc = new CRC32C();

    /** Any thread sets it; cleared by the agent before it looks for something to send. */
    private final AtomicBoolean wakeUpUnderWay = new AtomicBoolean();

    private State state = State.CONNECTING;
    private LinkMemory memory;
    private ReceiveQueue receives;
    private SendQueue sends;
    private QueuePair queuePair;
    private TransportException loss;
    private long deadlineNs;

    /** Messages that came. */
    private long received;

    /** Receives that the peer was told of. */
    private long toldTotal;

    /** The last number that came beside a message. */
    private int lastTaken;

    private int cyclesWithoutAcknowledgement;

    // What happened since the last beat.
    private boolean heard;
    private boolean spoke;
    private int silentBeats;
    private long nextBeatNs;

    RdmaConnection(
            final RdmaAgent agent,
            final int number,
            final io.geminid.verbs.connect.Connection verbs,
            final ConnectionListener listener,
            final boolean outgoing) {
        this.agent = agent;
        this.number = number;
        this.verbs = verbs;
        this.outgoing = outgoing;
        this.link = new FrameLink(this, listener, agent.linkContext());
        this.deadlineNs = agent.nowNs() + agent.context().timings().handshakeTimeout().toNanos();
    }

    int number() {
        return number;
    }

    State state() {
        return state;
    }

    FrameLink link() {
        return link;
    }

    io.geminid.verbs.connect.Connection verbs() {
        return verbs;
    }

    // Setting up.

    /**
     * Makes the queue pair and posts its receives.
     *
     * @throws VerbsException if the device cannot
     * @throws TransportException if there are too few segments
     */
    void prepare() throws VerbsException, TransportException {
        final RdmaTransportContext.Queues queues = agent.context().queues();
        memory = agent.takeMemory();
        queuePair = agent.createQueuePair(verbs);
        final int inlineBytes = Math.min(queues.inlineBytes(), queuePair.limits().inlineBytes());
        receives = new ReceiveQueue(number, memory, agent.registered(), queues.receives());
        sends = new SendQueue(number, memory, agent.registered(), queues.sends(), inlineBytes);
        if (!receives.fill(agent.segments()) || !sends.fill(agent.segments())) {
            throw new TransportException(
                    Reason.LIMIT_REACHED,
                    "too few registered segments: peer="
                            + link.address()
                            + " "
                            + RdmaTransportContext.RECEIVES
                            + "="
                            + queues.receives()
                            + " "
                            + agent.segments());
        }
        receives.post(queuePair);
        toldTotal = receives.postedTotal();
    }

    /** What the peer needs to know before the first message. */
    byte[] setup() {
        return new LinkSetup(
                        LinkSetup.VERSION,
                        receives.depth(),
                        agent.linkContext().self().segmentBytes(),
                        null)
                .encode();
    }

    /** The address that is connected to; before anything else. */
    void connectingTo(final InetSocketAddress address) {
        link.start(address);
    }

    /**
     * Messages can be sent.
     *
     * @param peerSetup as told by the peer, checked
     */
    void up(final LinkSetup peerSetup) {
        state = State.UP;
        sends.open(peerSetup.receives());
        nextBeatNs = agent.nowNs() + intervalNs();
        pump();
    }

    // What the device says.

    /**
     * A request has completed.
     *
     * @param id as posted
     * @param status how it went
     */
    void failed(final long id, final WorkStatus status) {
        final boolean isSend = WorkId.isSend(id);
        final int index = WorkId.index(id);
        if (isSend) {
            sends.completed(index);
        } else {
            receives.completed(index);
        }
        agent.countFailure(status);
        if (isOpen()) {
            final boolean tooLong = !isSend && status != WorkStatus.FLUSHED;
            lost(
                    tooLong ? Reason.BAD_LENGTH : Reason.LINK_LOST,
                    (isSend ? "send" : "receive") + "Status=" + status);
        }
    }

    void sent(final long id) {
        sends.completed(WorkId.index(id));
    }

    /** A message has come. */
    void received(final long id, final int lengthBytes, final boolean hasTaken, final int taken) {
        final int slot = WorkId.index(id);
        receives.completed(slot);
        heard = true;
        try {
            if (!hasTaken) {
                throw refusal(Reason.BAD_CONTENT, "a message without its number");
            }
            account(taken);
            if (!link.closing()) {
                take(slot, lengthBytes);
            }
        } catch (final TransportException e) {
            link.close(e);
        } catch (final RuntimeException | Error e) {
            link.closeForDefect("reading", e);
        }
        if (isOpen()) {
            receives.list(slot);
        }
    }

    private void account(final int taken) throws TransportException {
        received++;
        if (received > toldTotal) {
            throw refusal(Reason.BAD_CREDIT, "messages=" + received + " receivesTold=" + toldTotal);
        }
        if (!sends.taken(taken - lastTaken)) {
            throw refusal(
                    Reason.BAD_CREDIT,
                    "taken="
                            + Integer.toUnsignedString(taken)
                            + " before="
                            + Integer.toUnsignedString(lastTaken)
                            + " sent="
                            + sends.written());
        }
        lastTaken = taken;
        link.taken(sends.takenFrame());
    }

    private void take(final int slot, final int lengthBytes) throws TransportException {
        if (lengthBytes < FrameHeader.LENGTH_BYTES) {
            throw refusal(Reason.BAD_LENGTH, "messageBytes=" + lengthBytes);
        }
        header.wrap(receives.headers(), receives.headerOffset(slot));
        final FrameFault fault = link.rules().faultOf(header);
        if (fault != null) {
            throw refusal(
                    Reason.of(fault),
                    "header magic="
                            + Integer.toHexString(header.magic() & 0xFFFF)
                            + " version="
                            + header.version()
                            + " "
                            + header);
        }
        final int payloadBytes = header.payloadBytes();
        if (lengthBytes != FrameHeader.LENGTH_BYTES + payloadBytes) {
            throw refusal(Reason.BAD_LENGTH, "messageBytes=" + lengthBytes + " " + header);
        }
        if (payloadBytes > 0) {
            crc.reset();
            crc.update(receives.payload(slot, payloadBytes));
            if ((int) crc.getValue() != header.payloadCrc()) {
                throw refusal(Reason.BAD_CHECKSUM, "payload " + header);
            }
        }
        if (header.type() == FrameType.DATA) {
            final Segment given = link.segmentFor(header);
            link.onData(
                    header, given == null ? null : receives.handOver(slot, payloadBytes, given));
        } else {
            final ByteBuffer payload = receives.payload(slot, payloadBytes);
            link.onControl(header, payload);
        }
    }

    private TransportException refusal(final Reason reason, final String details) {
        return new TransportException(reason, "peer=" + link.address() + " " + details);
    }

    /** The connection manager says that there is no connection any more. */
    void disconnected(final String what) {
        if (isOpen()) {
            lost(Reason.LINK_LOST, what);
        } else if (state == State.CONNECTING) {
            link.close(refusal(Reason.LINK_LOST, what));
            finish();
        }
    }

    /** It cannot be set up. */
    void refused(final TransportException cause) {
        link.close(cause);
        finish();
    }

    // Duty.

    /**
     * Posts receives again and sends what there is.
     *
     * @param idle whether nothing came in this cycle
     * @param tick whether it is time for what is in no hurry
     */
    void work(final boolean idle, final boolean tick) {
        if (state == State.UP || state == State.WINDING) {
            pump();
            acknowledge(idle, tick);
        }
        if (state == State.DRAINING && sends.postedCount() + receives.postedCount() == 0) {
            finish();
        }
    }

    /** Whether {@link #work} is to be called again soon though nothing happens. */
    boolean isWaiting() {
        return isOpen() && link.acknowledgementAwaited();
    }

    private void pump() {
        try {
            receives.post(queuePair);
            link.pump(this);
            sends.post(queuePair);
        } catch (final VerbsException e) {
            lost(Reason.LINK_LOST, e.getMessage());
        } catch (final RuntimeException | Error e) {
            link.closeForDefect("posting", e);
        }
        if (link.closing() && isOpen()) {
            wind();
        }
    }

    private void acknowledge(final boolean idle, final boolean tick) {
        if (!isOpen() || link.closing()) {
            return;
        }
        final boolean owing = 2 * (receives.postedTotal() - toldTotal) >= receives.depth();
        final boolean due =
                link.acknowledgementAwaited()
                                && (idle
                                        || ++cyclesWithoutAcknowledgement
                                                > ACKNOWLEDGE_AFTER_CYCLES)
                        || tick && link.acknowledgementDue();
        if ((owing || due) && sends.hasRoomForLast()) {
            link.acknowledge(this);
            try {
                sends.post(queuePair);
            } catch (final VerbsException e) {
                lost(Reason.LINK_LOST, e.getMessage());
            }
        }
    }

    /** Looks at the time. */
    void tick(final long nowNs) {
        if (state == State.DRAINING && nowNs - deadlineNs >= 0) {
            finish();
        } else if (state == State.WINDING && nowNs - deadlineNs >= 0) {
            drain();
        } else if (!link.opened() && !link.closing() && nowNs - deadlineNs >= 0) {
            closeNow(
                    refusal(
                            Reason.HANDSHAKE_TIMEOUT,
                            "timeout=" + agent.context().timings().handshakeTimeout()));
        } else if (state == State.UP && nowNs - nextBeatNs >= 0) {
            nextBeatNs = nowNs + intervalNs();
            beat();
        }
    }

    /** Counts beats and not time, so that a pause of this process is not held against the peer. */
    private void beat() {
        silentBeats = heard ? 0 : silentBeats + 1;
        heard = false;
        if (silentBeats >= agent.context().timings().silentBeatsMax()) {
            closeNow(
                    refusal(
                            Reason.PEER_SILENT,
                            "timeout=" + agent.context().timings().heartbeatTimeout()));
        } else if (!spoke) {
            link.heartbeat();
            pump();
        }
        spoke = false;
    }

    private long intervalNs() {
        return agent.context().timings().heartbeatInterval().toNanos();
    }

    // What the link gives.

    @Override
    public boolean hasRoom() {
        // A goodbye is the last thing to be sent, so it may take the last credit.
        return link.closing() ? sends.hasRoomForLast() : sends.hasRoom();
    }

    @Override
    public void frame(final OutboundFrame frame, final FrameEncoder encoder) {
        final int taken = (int) (receives.postedTotal() - receives.depth());
        toldTotal = receives.postedTotal();
        cyclesWithoutAcknowledgement = 0;
        spoke = true;
        final long lastFrame = Math.max(frame.number(), link.sentFrames());
        sends.write(frame, encoder, taken, lastFrame);
    }

    @Override
    public boolean tellsTaken() {
        return true;
    }

    // The end.

    private boolean isOpen() {
        return state == State.UP || state == State.WINDING;
    }

    private void wind() {
        if (state == State.UP) {
            state = State.WINDING;
            deadlineNs = agent.nowNs() + WIND_UP_NS;
        }
        final boolean told = !link.wantsToWrite() && sends.completed() == sends.written();
        if (told || link.peerSaidGoodbye() || link.closeReason().reason() == Reason.LINK_LOST) {
            drain();
        }
    }

    private void lost(final Reason reason, final String what) {
        loss = refusal(reason, what);
        if (reason != Reason.LINK_LOST) {
            link.close(loss);
        }
        drain();
    }

    /** Fails the queue pair, which makes it give back what it has. */
    private void drain() {
        state = State.DRAINING;
        deadlineNs = agent.nowNs() + DRAIN_NS;
        try {
            verbs.disconnect();
        } catch (final VerbsException e) {
            LOG.debug("peer={} gone before it could be told: {}", link.address(), e.getMessage());
        }
        fail();
    }

    /** Breaks the queue pair, as a fault of the device would. */
    void fail() {
        try {
            if (queuePair != null) {
                queuePair.toError();
            }
        } catch (final VerbsException e) {
            LOG.debug("peer={} queue pair gone: {}", link.address(), e.getMessage());
        }
    }

    /** Takes the queue pair away and gives all memory back. */
    private void finish() {
        try {
            verbs.close();
        } catch (final VerbsException e) {
            // The NIC may still write to its memory: better lost than used by two.
            LOG.error("peer={} keeps its memory: {}", link.address(), e.getMessage());
            agent.stuck(this);
            return;
        }
        if (state == State.DRAINING) {
            agent.countUnflushed(sends.postedCount() + receives.postedCount());
        }
        state = State.ENDED;
        if (sends != null) {
            sends.queuePairClosed();
            receives.queuePairClosed();
        }
        link.end(loss == null ? refusal(Reason.LINK_LOST, "ended") : loss);
        if (sends != null) {
            agent.countCopied(sends.copiedBytes() + receives.copiedBytes());
            sends.release();
            receives.release();
        }
        agent.ended(this, memory);
    }

    /** Closes it with a goodbye, if there is somebody to hear it. */
    void closeNow(final TransportException reason) {
        link.close(reason);
        if (state == State.CONNECTING) {
            finish();
        } else if (state == State.UP) {
            pump();
        }
    }

    // What handlers call: any thread.

    @Override
    public PeerInfo peer() {
        return link.peer();
    }

    @Override
    public boolean outgoing() {
        return outgoing;
    }

    @Override
    public void wakeUp() {
        if (!wakeUpUnderWay.get() && wakeUpUnderWay.compareAndSet(false, true)) {
            agent.wakeUp();
        }
    }

    /** Whether it was woken up since the last call. */
    boolean takeWakeUp() {
        return wakeUpUnderWay.get() && wakeUpUnderWay.compareAndSet(true, false);
    }

    @Override
    public void execute(final Runnable task) {
        agent.execute(task);
    }

    @Override
    public void close(final TransportException reason) {
        execute(() -> closeNow(reason));
    }
}
