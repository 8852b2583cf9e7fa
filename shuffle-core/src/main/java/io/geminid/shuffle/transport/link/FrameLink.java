package io.geminid.shuffle.transport.link;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameEncoder;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.ErrorText;
import io.geminid.shuffle.wire.FrameCheck;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.FrameType.Sender;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a connection, frame by frame: handshake, frames in both directions, acknowledgements,
 * signs of life and goodbye; everything but the way in which a frame travels, timers and threads.
 *
 * <p>Life: {@link #start}; then {@link #pump} gives frames, and those that come are checked against
 * {@link #rules} and handed to {@link #segmentFor} with {@link #onData}, or to {@link #onControl},
 * until {@link #closing()}; then {@link #pump} until the goodbye is out, and last {@link #end},
 * when all data handed out by {@link #pump} has had its completions.
 *
 * <p>Used by the connection's thread only.
 */
public final class FrameLink {

    /** Takes the frames to send, in order. */
    public interface Output {

        /**
         * @return false when no more should be pulled now
         */
        boolean hasRoom();

        /**
         * Takes a frame.
         *
         * @param frame filled in; its completion, if it is data, is now the output's to call once
         *     the slices are sent or given up, in order. The payload of other frames is copied
         *     before this returns
         * @param encoder writes its header
         */
        void frame(OutboundFrame frame, FrameEncoder encoder);

        /**
         * Whether every frame tells the peer, by itself, how many frames were taken here. Then no
         * {@link FrameType#ACK} is sent but by {@link FrameLink#acknowledge}.
         *
         * @return false unless the transport has such a way
         */
        default boolean tellsTaken() {
            return false;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(FrameLink.class);

    private final Connection connection;
    private final ConnectionListener listener;
    private final LinkContext context;
    private final OutboundFrame frame = new OutboundFrame();
    private final Greetings greetings;
    private FrameEncoder encoder = new FrameEncoder(WireVersion.CURRENT);
    private FrameCheck rules = FrameCheck.BEFORE_HANDSHAKE;

    private InetSocketAddress address;
    private PeerInfo peer;
    private FrameHandler handler;

    /** The listener has got connectionOpened. */
    private boolean told;

    private boolean ended;
    private TransportException closeReason;
    private boolean peerSaidGoodbye;

    // Frames of the transport that wait to be sent.
    private FrameType greeting;
    private boolean heartbeatDue;
    private boolean ackDue;

    /** Somebody may wait for the acknowledgement that is due. */
    private boolean ackAwaited;

    private boolean goodbyeDue;

    // Frames of the handlers, counted from 1 on.
    private long sentFrames;
    private long completedFrames;
    private long receivedFrames;
    private long acknowledgedFrames;

    /**
     * @param connection what handlers are given
     * @param listener told about the handshake
     * @param context common to all links
     */
    public FrameLink(
            final Connection connection,
            final ConnectionListener listener,
            final LinkContext context) {
        this.connection = connection;
        this.listener = listener;
        this.context = context;
        this.greetings = new Greetings(context);
    }

    /**
     * There is a way to the peer. Who connects says hello; call {@link #pump}.
     *
     * @param peerAddress the other end
     */
    public void start(final InetSocketAddress peerAddress) {
        address = peerAddress;
        if (connection.outgoing()) {
            greeting = FrameType.HELLO;
        }
    }

    /**
     * @return who is at the other end; {@code null} before the handshake
     */
    public PeerInfo peer() {
        return peer;
    }

    /**
     * @return the other end of the stream, as given to {@link #start}
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * @return true once the handshake has succeeded
     */
    public boolean opened() {
        return handler != null;
    }

    /**
     * @return true once there is a reason to close; bytes that come are dropped from then on
     */
    public boolean closing() {
        return closeReason != null;
    }

    /**
     * @return why the link is being closed, or {@code null}
     */
    public TransportException closeReason() {
        return closeReason;
    }

    /**
     * @return true if the peer has ended the conversation, so that nothing more need be written
     */
    public boolean peerSaidGoodbye() {
        return peerSaidGoodbye;
    }

    /**
     * Frames of the peer's handler that it does not know to have arrived.
     *
     * @return 0 or more
     */
    public long unacknowledgedFrames() {
        return receivedFrames - acknowledgedFrames;
    }

    /**
     * Whether the link has a frame of its own to send; if so, call {@link #pump}.
     *
     * @return true for handshakes, acknowledgements, signs of life and goodbye
     */
    public boolean wantsToWrite() {
        return ackDue || heartbeatDue || goodbyeDue || greeting != null;
    }

    /** Makes the next {@link #pump} send a sign of life. */
    public void heartbeat() {
        heartbeatDue = opened() && !closing();
    }

    /**
     * Frames of this process's handler handed out so far.
     *
     * @return the number of the last one
     */
    public long sentFrames() {
        return sentFrames;
    }

    /**
     * The peer has taken frames; told by the transport's own way, if it has one.
     *
     * @param frames the number of the last one; less than before is no news
     */
    public void taken(final long frames) {
        assert frames <= sentFrames : frames;
        completedFrames = Math.max(completedFrames, frames);
    }

    /**
     * Gives out all there is to send, as long as there is room.
     *
     * @param output takes it
     * @return true if it stopped for want of room: call again when there is some
     */
    public boolean pump(final Output output) {
        boolean more = !ended;
        while (more && output.hasRoom()) {
            more = own(output) || pull(output);
        }
        return more;
    }

    /**
     * Tells the peer how many of its frames were taken, whether that is due or not.
     *
     * @param output takes the one frame
     */
    public void acknowledge(final Output output) {
        frame.clear(0);
        frame.set(FrameType.ACK, 0).value(receivedFrames);
        give(output);
        acknowledged();
    }

    /**
     * Whether frames were taken of which the peer's handler would like to know.
     *
     * @return true until something was sent that tells it
     */
    public boolean acknowledgementDue() {
        return ackDue;
    }

    /**
     * Whether it would like to know at once: behind the last frame of a channel there may be
     * something that waits for it. Frames with a backlog behind them are followed by others, or by
     * credits for them.
     *
     * @return false if there is time
     */
    public boolean acknowledgementAwaited() {
        return ackAwaited;
    }

    private void acknowledged() {
        acknowledgedFrames = receivedFrames;
        ackDue = false;
        ackAwaited = false;
    }

    private void give(final Output output) {
        output.frame(frame, encoder);
        if (output.tellsTaken()) {
            acknowledged();
        }
    }

    /**
     * Closes the link; idempotent. No more frames are taken or pulled, and a goodbye is made ready.
     *
     * @param reason told to the peer and, by {@link #end}, to the handler
     */
    public void close(final TransportException reason) {
        if (closeReason != null) {
            return;
        }
        closeReason = reason;
        greeting = greeting == FrameType.HELLO ? null : greeting;
        heartbeatDue = false;
        ackDue = false;
        ackAwaited = false;
        goodbyeDue = hears(reason.reason());
    }

    /**
     * There is no way to the peer any more, and all completions have been called. Tells handler or
     * listener; idempotent.
     *
     * @param cause why, unless {@link #close} came before
     */
    public void end(final TransportException cause) {
        if (ended) {
            return;
        }
        close(cause);
        ended = true;
        context.counters().onEnded(closeReason.reason(), opened());
        try {
            if (handler != null) {
                handler.onClosed(closeReason);
            } else if (connection.outgoing() && !told) {
                listener.connectFailed(address, closeReason);
            }
        } catch (final RuntimeException | Error e) {
            LOG.error("peer={} failed in onClosed", address, e);
        }
    }

    /** Whether the peer is there to be told, and is one that understands. */
    private boolean hears(final Reason reason) {
        return address != null
                && !peerSaidGoodbye
                && reason != Reason.LINK_LOST
                && (peer != null || reason != Reason.BAD_MAGIC);
    }

    /**
     * Closes the link for a defect of this process.
     *
     * @param doing what it was doing, for the log
     * @param e what was thrown
     */
    public void closeForDefect(final String doing, final Throwable e) {
        LOG.error("peer={} failed while {}", address, doing, e);
        close(new TransportException(Reason.INTERNAL, "peer=" + address + " " + e, e));
    }

    // Outbound.

    /** Writes one frame of the link's own, if any is due. */
    private boolean own(final Output output) {
        frame.clear(0);
        if (greeting != null) {
            final ByteBuffer payload = greetings.payload(greeting);
            frame.set(greeting, 0).slice(payload, 0, payload.capacity());
            greeting = null;
        } else if (goodbyeDue) {
            final ByteBuffer text = ErrorText.encode(closeReason.getMessage());
            frame.set(FrameType.GOODBYE, 0)
                    .value(closeReason.reason().code())
                    .slice(text, 0, text.capacity());
            goodbyeDue = false;
        } else if (ackDue && !output.tellsTaken()) {
            acknowledge(output);
            return true;
        } else if (heartbeatDue) {
            frame.set(FrameType.HEARTBEAT, 0);
            heartbeatDue = false;
        } else {
            return false;
        }
        give(output);
        return true;
    }

    private boolean pull(final Output output) {
        if (handler == null || closing()) {
            return false;
        }
        frame.clear(sentFrames + 1);
        try {
            if (!handler.pull(frame, completedFrames)) {
                return false;
            }
            checkPulled();
            give(output);
        } catch (final RuntimeException | Error e) {
            closeForDefect("pulling", e);
            if (frame.completion() != null) {
                frame.completion().onCompletion();
            }
            return true;
        }
        sentFrames++;
        if (frame.type() == FrameType.DATA) {
            context.counters().onSent(frame.payloadBytes());
        } else if (frame.completion() != null) {
            frame.completion().onCompletion();
        }
        return true;
    }

    private void checkPulled() {
        final boolean data = frame.type() == FrameType.DATA;
        final int bytesMax = data ? peer.segmentBytes() : FrameHeader.CONTROL_BYTES_MAX;
        if (frame.type() == null || frame.payloadBytes() > bytesMax) {
            throw new IllegalStateException(
                    "type="
                            + frame.type()
                            + " channel="
                            + frame.channel()
                            + " payloadBytes="
                            + frame.payloadBytes()
                            + " max="
                            + bytesMax);
        }
    }

    // Inbound.

    /**
     * What the header of the next frame must pass.
     *
     * @return the check; changes with the handshake
     */
    public FrameCheck rules() {
        return rules;
    }

    /**
     * A data frame has come, or is coming.
     *
     * @param header has passed {@link #rules}
     * @return its memory; {@code null} drops the frame
     * @throws TransportException if the frame is not allowed
     */
    public Segment segmentFor(final FrameHeader header) throws TransportException {
        return handler.segmentFor(header);
    }

    /**
     * A data frame is complete.
     *
     * @param header has passed {@link #rules}
     * @param filled the payload from offset 0 on, or {@code null} if it was dropped; now the link's
     * @throws TransportException if the frame is not allowed
     */
    public void onData(final FrameHeader header, final Segment filled) throws TransportException {
        receivedFrames++;
        ackDue = true;
        ackAwaited |= header.backlog() == 0;
        if (filled == null) {
            context.counters().onDropped();
        } else {
            context.counters().onReceived(header.payloadBytes());
            handler.onData(header, filled);
        }
    }

    /**
     * Any other frame is complete.
     *
     * @param header has passed {@link #rules}
     * @param payload from position to limit, little-endian; valid during the call
     * @throws TransportException if the frame is not allowed
     */
    public void onControl(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final Sender sender = header.type().sender();
        if (sender == Sender.TRANSPORT) {
            onOwn(header, payload);
        } else {
            receivedFrames++;
            // Nobody waits for the completion of a credit; it goes with the next one.
            ackDue |= sender == Sender.PRODUCER;
            ackAwaited |= sender == Sender.PRODUCER;
            handler.onControl(header, payload);
        }
    }

    private void onOwn(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        switch (header.type()) {
            case HELLO, WELCOME -> onGreeting(header, payload);
            case PROOF -> onProof(payload);
            case GOODBYE -> onGoodbye(header, payload);
            case ACK -> onAck(header.value());
            default -> {
                // A sign of life has no other content.
            }
        }
    }

    private void onGreeting(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        final FrameType expected = connection.outgoing() ? FrameType.WELCOME : FrameType.HELLO;
        if (header.type() != expected) {
            throw refusal(Reason.BAD_TYPE, "expected=" + expected + " " + header);
        }
        final Handshake their = Handshake.decode(payload);
        if (their == null) {
            throw refusal(Reason.BAD_CONTENT, header.toString());
        }
        final int version = WireVersion.agree(their);
        if (version == WireVersion.NONE || (connection.outgoing() && header.version() != version)) {
            throw refusal(
                    Reason.BAD_VERSION,
                    "here=" + context.self() + " there=" + their + " " + header);
        }
        peer =
                new PeerInfo(
                        their.processId(),
                        address,
                        version,
                        their.segmentBytes(),
                        their.channelsMax(),
                        their.hasSessions(),
                        "");
        encoder = new FrameEncoder(version);
        if (connection.outgoing()) {
            if (!greetings.onWelcome(payload, their)) {
                throw refusal(Reason.BAD_TOKEN, "proves=" + their.proves() + " " + their);
            }
            greeting = greetings.proves() ? FrameType.PROOF : null;
            open();
        } else {
            if (!greetings.onHello(payload, their)) {
                throw refusal(Reason.BAD_TOKEN, "proves=" + their.proves() + " " + their);
            }
            greeting = FrameType.WELCOME;
            if (greetings.proves()) {
                rules = FrameCheck.beforeProof(version);
            } else {
                open();
            }
        }
    }

    /** The acceptor's last word on who the peer is. */
    private void onProof(final ByteBuffer payload) throws TransportException {
        if (!greetings.onProof(payload)) {
            throw refusal(Reason.BAD_TOKEN, "processId=" + peer.processId());
        }
        open();
    }

    private void open() throws TransportException {
        peer = peer.withToken(greetings.tokenId());
        rules = FrameCheck.afterHandshake(peer.wireVersion(), context.self().segmentBytes());
        told = true;
        handler = listener.connectionOpened(connection);
        if (handler == null) {
            throw refusal(Reason.DUPLICATE_CONNECTION, "processId=" + peer.processId());
        }
        context.counters().onOpened();
    }

    private void onGoodbye(final FrameHeader header, final ByteBuffer payload) {
        peerSaidGoodbye = true;
        final Reason there = Reason.of(header.value());
        final Reason here;
        if (there == Reason.DUPLICATE_CONNECTION && opened()) {
            here = Reason.DUPLICATE_CONNECTION;
        } else if (there == Reason.BAD_TOKEN && !opened()) {
            here = Reason.BAD_TOKEN;
        } else if (connection.outgoing() && !opened()) {
            here = Reason.HANDSHAKE_REFUSED;
        } else {
            here = Reason.CLOSED_BY_PEER;
        }
        close(refusal(here, "reasonThere=" + there + " text=\"" + ErrorText.decode(payload) + '"'));
    }

    private void onAck(final long frames) throws TransportException {
        if (frames < completedFrames || frames > sentFrames) {
            throw refusal(
                    Reason.BAD_CONTENT,
                    "acknowledged="
                            + frames
                            + " before="
                            + completedFrames
                            + " sent="
                            + sentFrames);
        }
        completedFrames = frames;
    }

    private TransportException refusal(final Reason reason, final String details) {
        return new TransportException(reason, "peer=" + address + " " + details);
    }
}
