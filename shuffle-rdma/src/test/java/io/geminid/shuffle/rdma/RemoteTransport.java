package io.geminid.shuffle.rdma;

import io.geminid.memory.Segment;
import io.geminid.shuffle.rdma.RemoteWire.Call;
import io.geminid.shuffle.rdma.RemoteWire.Parts;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.PeerInfo;
import io.geminid.shuffle.transport.SendCompletion;
import io.geminid.shuffle.transport.Transport;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.Handshake;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The suite's side of a transport that lives in a {@link RemotePeer}. Handlers are called by the
 * thread that reads the socket, which is so the thread of all its connections.
 */
final class RemoteTransport implements Transport {

    private final RemoteWire wire;
    private final SynchronousQueue<DataInputStream> results = new SynchronousQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, ConnectionListener> listeners = new ConcurrentHashMap<>();
    private final Map<Integer, Remote> connections = new ConcurrentHashMap<>();
    private final Map<Integer, Runnable> tasks = new ConcurrentHashMap<>();
    private boolean closed;

    RemoteTransport(final RemoteWire wire) {
        this.wire = wire;
    }

    /** Makes the transport there. */
    void make(final Handshake self) {
        question(
                Call.MAKE,
                out -> {
                    out.writeInt(self.versionMin());
                    out.writeInt(self.versionMax());
                    out.writeInt(self.segmentBytes());
                    out.writeInt(self.channelsMax());
                    RemoteWire.write(out, self.processId());
                });
    }

    private synchronized DataInputStream question(final Call call, final Parts parts) {
        wire.say(call, parts);
        try {
            return results.take();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return RdmaTransport.NAME;
    }

    @Override
    public InetSocketAddress start(final ConnectionListener listener) throws IOException {
        listeners.put(0, listener);
        return RemoteWire.readAddress(question(Call.START, out -> {}));
    }

    @Override
    public void connect(final InetSocketAddress address, final ConnectionListener listener) {
        final int number = numbers.incrementAndGet();
        listeners.put(number, listener);
        wire.say(
                Call.CONNECT,
                out -> {
                    out.writeInt(number);
                    RemoteWire.write(out, address);
                });
    }

    void breakConnections() {
        wire.say(Call.BREAK, out -> {});
    }

    /** A copy, as of now. */
    @Override
    public TransportCounters counters() {
        final DataInputStream in = question(Call.COUNTERS, out -> {});
        final TransportCounters copy = new TransportCounters();
        try {
            final long framesSent = in.readLong();
            final long bytesSent = in.readLong();
            for (long i = 0; i < framesSent; i++) {
                copy.onSent(i == 0 ? Math.toIntExact(bytesSent) : 0);
            }
            final long framesReceived = in.readLong();
            final long bytesReceived = in.readLong();
            for (long i = 0; i < framesReceived; i++) {
                copy.onReceived(i == 0 ? Math.toIntExact(bytesReceived) : 0);
            }
            for (int i = in.readInt(); i > 0; i--) {
                copy.onOpened();
            }
            for (final Reason each : Reason.values()) {
                for (long i = in.readLong(); i > 0; i--) {
                    copy.onEnded(each, false);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            final String left = question(Call.STOP, out -> {}).readUTF();
            if (!left.isEmpty()) {
                throw new AssertionError("left in the other process: " + left);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // What the process asks; on the thread that reads the socket.

    void on(final Call call, final DataInputStream in) throws IOException {
        if (call == Call.RESULT) {
            try {
                results.put(in);
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return;
        }
        Parts answer;
        int threw = 0;
        try {
            answer = answer(call, in);
        } catch (final TransportException e) {
            threw = 1;
            answer = out -> RemoteWire.write(out, e);
        } catch (final RuntimeException e) {
            threw = 2;
            answer = out -> out.writeUTF(e.toString());
        }
        final Parts content = answer;
        final int kind = threw;
        wire.say(
                Call.ANSWER,
                out -> {
                    out.writeByte(kind);
                    content.writeTo(out);
                });
    }

    private Parts answer(final Call call, final DataInputStream in) throws IOException {
        if (call == Call.OPENED) {
            return opened(in);
        }
        if (call == Call.FAILED) {
            final ConnectionListener listener = listeners.get(in.readInt());
            listener.connectFailed(RemoteWire.readAddress(in), RemoteWire.readException(in));
            return out -> {};
        }
        if (call == Call.RUN) {
            tasks.remove(in.readInt()).run();
            return out -> {};
        }
        return connections.get(in.readInt()).on(call, in);
    }

    private Parts opened(final DataInputStream in) throws IOException {
        final ConnectionListener listener = listeners.get(in.readInt());
        final int id = in.readInt();
        final boolean outgoing = in.readBoolean();
        final PeerInfo peer =
                new PeerInfo(
                        RemoteWire.readId(in),
                        RemoteWire.readAddress(in),
                        in.readInt(),
                        in.readInt(),
                        in.readInt());
        final Remote connection = new Remote(id, outgoing, peer);
        connections.put(id, connection);
        connection.handler = listener.connectionOpened(connection);
        return out -> out.writeBoolean(connection.handler != null);
    }

    /** A connection there. */
    private final class Remote implements Connection {

        private final int id;
        private final boolean outgoing;
        private final PeerInfo peer;
        private final OutboundFrame frame = new OutboundFrame();
        private final Map<Long, SendCompletion> completions = new HashMap<>();
        private final Queue<Segment> given = new ConcurrentLinkedQueue<>();
        private FrameHandler handler;

        Remote(final int id, final boolean outgoing, final PeerInfo peer) {
            this.id = id;
            this.outgoing = outgoing;
            this.peer = peer;
        }

        @Override
        public PeerInfo peer() {
            return peer;
        }

        @Override
        public boolean outgoing() {
            return outgoing;
        }

        @Override
        public void wakeUp() {
            wire.say(Call.WAKE_UP, out -> out.writeInt(id));
        }

        @Override
        public void execute(final Runnable task) {
            final int number = numbers.incrementAndGet();
            tasks.put(number, task);
            wire.say(
                    Call.EXECUTE,
                    out -> {
                        out.writeInt(id);
                        out.writeInt(number);
                    });
        }

        @Override
        public void close(final TransportException reason) {
            wire.say(
                    Call.CLOSE,
                    out -> {
                        out.writeInt(id);
                        RemoteWire.write(out, reason);
                    });
        }

        Parts on(final Call call, final DataInputStream in) throws IOException {
            switch (call) {
                case PULL -> {
                    return pull(in.readLong(), in.readLong());
                }
                case COMPLETED -> completions.remove(in.readLong()).onCompletion();
                case SEGMENT_FOR -> {
                    final Segment segment = handler.segmentFor(RemoteWire.readHeader(in));
                    if (segment != null) {
                        given.add(segment);
                    }
                    return out -> out.writeBoolean(segment != null);
                }
                case DATA -> {
                    final FrameHeader header = RemoteWire.readHeader(in);
                    final byte[] payload = RemoteWire.readBytes(in);
                    final Segment segment = given.remove();
                    segment.putBytes(0, payload, 0, payload.length);
                    handler.onData(header, segment);
                }
                case CONTROL -> {
                    final FrameHeader header = RemoteWire.readHeader(in);
                    handler.onControl(header, ByteBuffer.wrap(RemoteWire.readBytes(in)));
                }
                case CLOSED -> handler.onClosed(RemoteWire.readException(in));
                default -> throw new IOException("call=" + call);
            }
            return out -> {};
        }

        private Parts pull(final long number, final long completedFrame) {
            frame.clear(number);
            if (!handler.pull(frame, completedFrame)) {
                return out -> out.writeBoolean(false);
            }
            completions.put(number, frame.completion());
            return this::writeFrame;
        }

        private void writeFrame(final DataOutputStream out) throws IOException {
            out.writeBoolean(true);
            out.writeByte(frame.type().code());
            out.writeInt(frame.channel());
            out.writeInt(frame.sequence());
            out.writeLong(frame.value());
            final byte[] payload = new byte[frame.payloadBytes()];
            int at = 0;
            for (int i = 0; i < frame.sliceCount(); i++) {
                frame.sliceMemory(i).get(frame.sliceOffset(i), payload, at, frame.sliceLength(i));
                at += frame.sliceLength(i);
            }
            RemoteWire.write(out, payload);
        }
    }
}
