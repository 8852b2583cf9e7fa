package io.geminid.shuffle.tcp;

import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.SendCompletion;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.stream.FrameReader;
import io.geminid.shuffle.transport.stream.StreamLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a TCP connection: moves bytes between a socket and a {@link StreamLink}, and minds the
 * time.
 *
 * <p>Frames are pulled while the channel is writable, and written with one flush for all of them;
 * so never more than the high-water mark waits in front of a full socket, where nothing can
 * overtake it. All state belongs to the channel's event loop, except where said.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter
        implements Connection, StreamLink.Output {

    /**
     * Time in which a goodbye must get out, and the peer close its end after it. Closing a socket
     * before all is read that the peer sent would make its system throw our goodbye away.
     */
    static final long WIND_UP_NS = TimeUnit.SECONDS.toNanos(1);

    /** Frames after which a sender is told that they arrived, though more bytes can be read. */
    private static final int FRAMES_UNACKNOWLEDGED_MAX = 64;

    /** Rounds of pulling and flushing before other connections of the event loop get their turn. */
    private static final int ROUNDS_MAX = 8;

    /** Pieces kept for reuse: more than ever wait for a socket under the high-water mark. */
    private static final int PIECES_KEPT_MAX = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);

    private final TcpTransport transport;
    private final boolean outgoing;
    private final StreamLink link;
    private final ByteBuffer memory;
    private final boolean nativeIo;
    private final Target target;
    private final ArrayDeque<Piece> freePieces = new ArrayDeque<>();
    private final Runnable pump = this::wokenUp;

    /** Any thread sets it; cleared by the event loop before it looks for something to send. */
    private final AtomicBoolean wakeUpUnderWay = new AtomicBoolean();

    /** Written by the event loop once; read by any thread. */
    private volatile Channel channel;

    private ChannelHandlerContext ctx;
    private boolean shakenHands;
    private boolean pumping;
    private boolean unflushed;

    /** There is more to send than there was room for. */
    private boolean stalled;

    private boolean windingUp;
    private boolean ended;

    // What happened since the last beat.
    private boolean heard;
    private boolean spoke;
    private int silentBeats;
    private ScheduledFuture<?> timer;

    TcpConnection(
            final TcpTransport transport,
            final ConnectionListener listener,
            final ByteBuffer memory,
            final boolean outgoing) {
        this.transport = transport;
        this.outgoing = outgoing;
        this.memory = memory;
        this.nativeIo = transport.nativeIo();
        this.link = new StreamLink(this, listener, transport.linkContext(), memory);
        this.target = new Target(nativeIo);
    }

    /** Where the next read goes. */
    private static final class Target extends MemoryByteBuf {

        Target(final boolean nativeIo) {
            super(nativeIo);
        }

        @Override
        void letGo() {
            // Nothing to free: the reader owns the memory.
        }
    }

    /** Bytes on their way into the socket. */
    private final class Piece extends MemoryByteBuf {

        /** First byte in the link's ring, or -1. */
        private int ringOffset;

        private int ringBytes;
        private SendCompletion completion;

        Piece() {
            super(TcpConnection.this.nativeIo);
        }

        @Override
        void letGo() {
            final SendCompletion done = completion;
            completion = null;
            if (ringOffset >= 0) {
                link.ringWritten(ringOffset, ringBytes);
            }
            if (freePieces.size() < PIECES_KEPT_MAX) {
                freePieces.add(this);
            }
            if (done != null) {
                done.onCompletion();
            }
            relieved();
        }
    }

    // Life.

    /** Says what is connected to. Outgoing connections only, before anything else. */
    void connectingTo(final InetSocketAddress address) {
        link.frames().start(address);
    }

    /** Takes the channel on, before it is registered. */
    void take(final Channel made) {
        channel = made;
        made.config().setRecvByteBufAllocator(new TargetAllocator(this::target));
        made.pipeline().addLast(this);
    }

    /** The channel could not be connected. */
    void connectFailed(final Throwable cause) {
        end(cause.toString(), cause);
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
        if (!outgoing) {
            link.frames().start(remoteAddress());
        }
        final long timeoutNs = transport.context().timings().handshakeTimeout().toNanos();
        timer =
                context.executor()
                        .schedule(this::handshakeTimedOut, timeoutNs, TimeUnit.NANOSECONDS);
        pump();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        end("end of stream", null);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        link.close(lost(cause.toString(), cause));
        context.close();
    }

    private void end(final String what, final Throwable cause) {
        if (timer != null) {
            timer.cancel(false);
        }
        ended = true;
        link.end(lost(what, cause));
        transport.ended(this);
    }

    private TransportException lost(final String what, final Throwable cause) {
        return new TransportException(
                Reason.LINK_LOST,
                "peer=" + link.frames().address() + " midFrame=" + link.midFrame() + " " + what,
                cause);
    }

    private InetSocketAddress remoteAddress() {
        final InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
        return address == null ? InetSocketAddress.createUnresolved("gone", 0) : address;
    }

    /** Why it ended, or is about to; null before. */
    TransportException closeReason() {
        return link.frames().closeReason();
    }

    InetSocketAddress address() {
        return link.frames().address();
    }

    ByteBuffer memory() {
        return memory;
    }

    // Time.

    private void handshakeTimedOut() {
        close(
                new TransportException(
                        Reason.HANDSHAKE_TIMEOUT,
                        "peer="
                                + link.frames().address()
                                + " timeout="
                                + transport.context().timings().handshakeTimeout()));
    }

    private void shookHands() {
        timer.cancel(false);
        final long intervalNs = transport.context().timings().heartbeatInterval().toNanos();
        timer =
                ctx.executor()
                        .scheduleWithFixedDelay(
                                this::beat, intervalNs, intervalNs, TimeUnit.NANOSECONDS);
        shakenHands = true;
        transport.shookHands(this);
    }

    /** Counts beats and not time, so that a pause of this process is not held against the peer. */
    private void beat() {
        silentBeats = heard ? 0 : silentBeats + 1;
        heard = false;
        if (silentBeats >= silentBeatsMax()) {
            closeNow(
                    new TransportException(
                            Reason.PEER_SILENT,
                            "peer="
                                    + link.frames().address()
                                    + " timeout="
                                    + transport.context().timings().heartbeatTimeout()));
            return;
        }
        if (!spoke) {
            link.frames().heartbeat();
            pump();
        }
        spoke = false;
    }

    private long silentBeatsMax() {
        final long intervalNs = transport.context().timings().heartbeatInterval().toNanos();
        final long timeoutNs = transport.context().timings().heartbeatTimeout().toNanos();
        return (timeoutNs + intervalNs - 1) / intervalNs;
    }

    // In.

    private ByteBuf target() {
        final FrameReader reader = link.reader();
        target.point(reader.targetMemory(), reader.targetOffset(), reader.targetLength());
        return target;
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf bytes = (ByteBuf) message;
        final int count = bytes.readableBytes();
        bytes.release();
        heard = true;
        if (!link.onBytes(count)) {
            windUp();
        } else if (link.frames().opened() && !shakenHands) {
            shookHands();
        } else if (link.frames().unacknowledgedFrames() > FRAMES_UNACKNOWLEDGED_MAX) {
            pump();
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        pump();
    }

    // Out.

    private void wokenUp() {
        wakeUpUnderWay.set(false);
        pump();
    }

    private void pump() {
        if (pumping || ended || ctx == null) {
            return;
        }
        boolean more = true;
        pumping = true;
        try {
            for (int round = 0; more && round < ROUNDS_MAX; round++) {
                stalled = link.pump(this);
                flush();
                more = stalled && channel.isWritable();
            }
        } finally {
            pumping = false;
        }
        if (link.frames().closing()) {
            windUp();
        } else if (more) {
            wakeUp();
        }
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            spoke = true;
            ctx.flush();
        }
    }

    /** Some of what waited for the socket is gone. */
    private void relieved() {
        if (stalled && !pumping && channel.isWritable()) {
            stalled = false;
            wakeUp();
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        relieved();
    }

    @Override
    public boolean hasRoom() {
        // A goodbye is little, and the last thing to be written.
        return channel.isWritable() || link.frames().closing();
    }

    @Override
    public void ring(final int offset, final int lengthBytes) {
        final Piece piece = piece();
        piece.ringOffset = offset;
        piece.ringBytes = lengthBytes;
        write(piece, link.ringMemory(), offset, lengthBytes);
    }

    @Override
    public void slice(
            final ByteBuffer bytes,
            final int offset,
            final int lengthBytes,
            final SendCompletion completion) {
        final Piece piece = piece();
        piece.ringOffset = -1;
        piece.completion = completion;
        write(piece, bytes, offset, lengthBytes);
    }

    private Piece piece() {
        final Piece free = freePieces.poll();
        return free == null ? new Piece() : free;
    }

    private void write(
            final Piece piece, final ByteBuffer bytes, final int offset, final int lengthBytes) {
        piece.point(bytes, offset, lengthBytes);
        piece.writerIndex(lengthBytes);
        unflushed = true;
        ctx.write(piece, ctx.voidPromise());
    }

    // The end.

    private void windUp() {
        if (windingUp || ended) {
            return;
        }
        windingUp = true;
        timer.cancel(false);
        if (link.frames().peerSaidGoodbye()
                || link.frames().closeReason().reason() == Reason.LINK_LOST) {
            channel.close();
            return;
        }
        timer = ctx.executor().schedule(() -> channel.close(), WIND_UP_NS, TimeUnit.NANOSECONDS);
        sayGoodbye();
    }

    private void sayGoodbye() {
        link.pump(this);
        unflushed = false;
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (!written.isSuccess() || ended) {
                                return;
                            }
                            if (link.frames().wantsToWrite()) {
                                sayGoodbye();
                            } else {
                                linger();
                            }
                        });
    }

    /**
     * Everything is written. What the peer still sends is read and dropped until it closes, too.
     */
    private void linger() {
        ended = true;
        link.end(null);
        ((DuplexChannel) channel).shutdownOutput();
    }

    // What handlers and the transport call.

    @Override
    public PeerInfo peer() {
        return link.frames().peer();
    }

    @Override
    public boolean outgoing() {
        return outgoing;
    }

    @Override
    public void wakeUp() {
        if (!wakeUpUnderWay.get() && wakeUpUnderWay.compareAndSet(false, true)) {
            execute(pump);
        }
    }

    @Override
    public void execute(final Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (final RejectedExecutionException e) {
            LOG.debug("peer={} gone before a task of its was run", link.frames().peer());
        }
    }

    @Override
    public void close(final TransportException reason) {
        execute(() -> closeNow(reason));
    }

    /** Closes without a goodbye. Any thread. */
    void drop(final TransportException reason) {
        execute(
                () -> {
                    link.close(reason);
                    channel.close();
                });
    }

    private void closeNow(final TransportException reason) {
        link.close(reason);
        if (ctx == null) {
            channel.close();
        } else {
            windUp();
        }
    }
}
