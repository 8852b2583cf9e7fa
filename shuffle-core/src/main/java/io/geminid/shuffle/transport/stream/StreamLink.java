package io.geminid.shuffle.transport.stream;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameEncoder;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.SendCompletion;
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
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a connection over a stream of bytes: handshake, frames in both directions,
 * acknowledgements, signs of life and goodbye; everything but the I/O, the timers and the threads.
 *
 * <p>Life: {@link #start}, then {@link #reader()} gets bytes and {@link #pump} gives bytes until
 * {@link #closing()}; then {@link #pump} until the goodbye is written, and last {@link #end}, when
 * all slices handed out by {@link #pump} have had their completions.
 *
 * <p>Used by the connection's thread only.
 */
public final class StreamLink {

    /** Takes the bytes to send, in order. */
    public interface Output {

        /**
         * @return false when no more should be pulled now
         */
        boolean hasRoom();

        /**
         * Bytes in the link's own memory, for which {@link StreamLink#ringWritten} is to be called
         * once they are written or given up, in order.
         *
         * @param offset first byte in {@link StreamLink#ringMemory()}
         * @param lengthBytes how many
         */
        void ring(int offset, int lengthBytes);

        /**
         * Bytes in somebody else's memory.
         *
         * @param memory direct; addressed absolutely
         * @param offset first byte
         * @param lengthBytes how many, 1 or more
         * @param completion to be called once they are written or given up, in order; may be {@code
         *     null}
         */
        void slice(ByteBuffer memory, int offset, int lengthBytes, SendCompletion completion);
    }

    /** Bytes of direct memory that a link needs. */
    public static final int MEMORY_BYTES = 40 << 10;

    private static final int RING_BYTES = MEMORY_BYTES - FrameReader.STAGING_BYTES;
    private static final int FRAME_BYTES_MAX =
            FrameHeader.LENGTH_BYTES + FrameHeader.CONTROL_BYTES_MAX;
    private static final Logger LOG = LoggerFactory.getLogger(StreamLink.class);

    private final Connection connection;
    private final ConnectionListener listener;
    private final LinkContext context;
    private final FrameReader reader;
    private final ByteBuffer ringMemory;
    private final HeaderRing ring = new HeaderRing(RING_BYTES);
    private final OutboundFrame frame = new OutboundFrame();
    private final ByteBuffer scratch = ByteBuffer.allocate(Handshake.LENGTH_BYTES);
    private FrameEncoder encoder = new FrameEncoder(WireVersion.CURRENT);

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
    private boolean goodbyeDue;

    // Frames of the handlers, counted from 1 on.
    private long sentFrames;
    private long completedFrames;
    private long receivedFrames;
    private long acknowledgedFrames;

    /** Part of the ring that was filled and not given to the output yet. */
    private int pieceOffset;

    private int pieceBytes;

    /**
     * @param connection what handlers are given
     * @param listener told about the handshake
     * @param context common to all links
     * @param memory {@link #MEMORY_BYTES} of direct memory, the link's until after {@link #end}
     */
    public StreamLink(
            final Connection connection,
            final ConnectionListener listener,
            final LinkContext context,
            final ByteBuffer memory) {
        this.connection = connection;
        this.listener = listener;
        this.context = context;
        this.reader = new FrameReader(memory.slice(0, FrameReader.STAGING_BYTES), new Incoming());
        this.ringMemory =
                memory.slice(FrameReader.STAGING_BYTES, RING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        scratch.order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The stream is there. Who connects says hello; call {@link #pump}.
     *
     * @param peerAddress the other end of the stream
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
     * @return true if a frame has come in part
     */
    public boolean midFrame() {
        return !reader.betweenFrames();
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
     * @return where the bytes of the stream go; tell {@link #onBytes}, not the reader
     */
    public FrameReader reader() {
        return reader;
    }

    /**
     * Bytes were put to the reader's target.
     *
     * @param count how many
     * @return false if the link is closing
     */
    public boolean onBytes(final int count) {
        try {
            reader.onBytes(count);
        } catch (final TransportException e) {
            close(e);
        } catch (final RuntimeException | Error e) {
            closeForDefect("reading", e);
        }
        return !closing();
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
     * @return memory of the bytes given to {@link Output#ring}
     */
    public ByteBuffer ringMemory() {
        return ringMemory;
    }

    /**
     * Bytes given to {@link Output#ring} are written or given up.
     *
     * @param offset as given
     * @param lengthBytes as given
     */
    public void ringWritten(final int offset, final int lengthBytes) {
        ring.free(offset, lengthBytes);
    }

    /**
     * Gives out all there is to send, as long as there is room.
     *
     * @param output takes it
     * @return true if it stopped for want of room: call again when there is some
     */
    public boolean pump(final Output output) {
        boolean more = !ended;
        while (more && output.hasRoom() && ring.hasRoom(FRAME_BYTES_MAX)) {
            more = own(output) || pull(output);
        }
        pass(output);
        return more;
    }

    /**
     * Closes the link; idempotent. The segment of an unfinished frame is given back at once, no
     * more frames are taken or pulled, and a goodbye is made ready.
     *
     * @param reason told to the peer and, by {@link #end}, to the handler
     */
    public void close(final TransportException reason) {
        if (closeReason != null) {
            return;
        }
        closeReason = reason;
        reader.close();
        greeting = greeting == FrameType.HELLO ? null : greeting;
        heartbeatDue = false;
        ackDue = false;
        goodbyeDue = hears(reason.reason());
    }

    /**
     * The stream is gone and all completions have been called. Tells handler or listener;
     * idempotent.
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

    private void closeForDefect(final String doing, final Throwable e) {
        LOG.error("peer={} failed while {}", address, doing, e);
        close(new TransportException(Reason.INTERNAL, "peer=" + address + " " + e, e));
    }

    // Outbound.

    /** Writes one frame of the link's own, if any is due. */
    private boolean own(final Output output) {
        frame.clear(0);
        if (greeting != null) {
            context.self().encode(scratch, 0);
            frame.set(greeting, 0).slice(scratch, 0, Handshake.LENGTH_BYTES);
            greeting = null;
        } else if (goodbyeDue) {
            final ByteBuffer text = ErrorText.encode(closeReason.getMessage());
            frame.set(FrameType.GOODBYE, 0)
                    .value(closeReason.reason().code())
                    .slice(text, 0, text.capacity());
            goodbyeDue = false;
        } else if (ackDue) {
            frame.set(FrameType.ACK, 0).value(receivedFrames);
            acknowledgedFrames = receivedFrames;
            ackDue = false;
        } else if (heartbeatDue) {
            frame.set(FrameType.HEARTBEAT, 0);
            heartbeatDue = false;
        } else {
            return false;
        }
        write(output);
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
            write(output);
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
            pass(output);
            passSlices(output);
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

    /** Writes the header into the ring, and the payload too if it is to be copied. */
    private void write(final Output output) {
        final int at = ring.position(FRAME_BYTES_MAX);
        if (at != pieceOffset + pieceBytes) {
            pass(output);
            pieceOffset = at;
        }
        encoder.encodeHeader(frame, ringMemory, at);
        int lengthBytes = FrameHeader.LENGTH_BYTES;
        if (frame.type() != FrameType.DATA) {
            FrameEncoder.copyPayload(frame, ringMemory, at + lengthBytes);
            lengthBytes += frame.payloadBytes();
        }
        ring.take(lengthBytes);
        pieceBytes += lengthBytes;
    }

    private void passSlices(final Output output) {
        final SendCompletion completion = frame.completion();
        // The last that has bytes carries the completion.
        int last = frame.sliceCount() - 1;
        while (last >= 0 && frame.sliceLength(last) == 0) {
            last--;
        }
        for (int i = 0; i <= last; i++) {
            if (frame.sliceLength(i) > 0) {
                output.slice(
                        frame.sliceMemory(i),
                        frame.sliceOffset(i),
                        frame.sliceLength(i),
                        i == last ? completion : null);
            }
        }
        if (last < 0 && completion != null) {
            completion.onCompletion();
        }
    }

    /** Hands over what was written into the ring. */
    private void pass(final Output output) {
        if (pieceBytes > 0) {
            output.ring(pieceOffset, pieceBytes);
            pieceOffset += pieceBytes;
            pieceBytes = 0;
        }
    }

    // Inbound.

    private void onOwn(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        switch (header.type()) {
            case HELLO, WELCOME -> onGreeting(header, payload);
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
                        their.channelsMax());
        encoder = new FrameEncoder(version);
        reader.rules(FrameCheck.afterHandshake(version, context.self().segmentBytes()));
        greeting = connection.outgoing() ? null : FrameType.WELCOME;
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

    /** What the reader finds. */
    private final class Incoming implements FrameReader.Sink {

        @Override
        public Segment segmentFor(final FrameHeader header) throws TransportException {
            return handler.segmentFor(header);
        }

        @Override
        public void onData(final FrameHeader header, final Segment filled)
                throws TransportException {
            receivedFrames++;
            ackDue = true;
            if (filled == null) {
                context.counters().onDropped();
            } else {
                context.counters().onReceived(header.payloadBytes());
                handler.onData(header, filled);
            }
        }

        @Override
        public void onControl(final FrameHeader header, final ByteBuffer payload)
                throws TransportException {
            final Sender sender = header.type().sender();
            if (sender == Sender.TRANSPORT) {
                onOwn(header, payload);
            } else {
                receivedFrames++;
                // Nobody waits for the completion of a credit; it goes with the next one.
                ackDue |= sender == Sender.PRODUCER;
                handler.onControl(header, payload);
            }
        }
    }
}
