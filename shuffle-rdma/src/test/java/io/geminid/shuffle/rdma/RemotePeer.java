package io.geminid.shuffle.rdma;

import io.geminid.memory.LocalPoolContext;
import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.memory.SegmentPool;
import io.geminid.shuffle.rdma.RemoteWire.Call;
import io.geminid.shuffle.rdma.RemoteWire.Parts;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportCounters;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.testing.PoolExtension;
import io.geminid.verbs.Verbs;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The process that runs a suite's transports, one after the other, over the real device: asks the
 * suite what each handler does, and waits for the answer, on the connection's thread. Ends when the
 * suite does.
 */
final class RemotePeer {

    private static final int SEGMENTS = 64;
    private static final SegmentOwner OWNER = SegmentOwner.named("test-remote");

    private final RemoteWire wire;
    private final String local;
    private final Object asking = new Object();
    private final SynchronousQueue<DataInputStream> answers = new SynchronousQueue<>();

    /** For what may ask in turn: whoever reads the socket must not wait for an answer. */
    private final ExecutorService helper = Executors.newCachedThreadPool();

    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, Connection> connections = new ConcurrentHashMap<>();
    private SegmentPool whole;
    private LocalSegmentPool pool;
    private RdmaTransport transport;

    private RemotePeer(final RemoteWire wire, final String local) {
        this.wire = wire;
        this.local = local;
    }

    /**
     * Runs until the suite is gone.
     *
     * @param args the suite's port, and the address of the device to use
     */
    public static void main(final String[] args) throws IOException {
        try (RemoteWire wire =
                new RemoteWire(
                        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))) {
            new RemotePeer(wire, args[1]).run(wire.in());
        } finally {
            System.exit(0);
        }
    }

    private void run(final DataInputStream from) throws IOException {
        final Call[] calls = Call.values();
        while (true) {
            final DataInputStream in = RemoteWire.next(from);
            final Call call = calls[in.readByte()];
            switch (call) {
                case ANSWER -> put(in);
                case MAKE -> make(in);
                case START -> {
                    final InetSocketAddress address = transport.start(new Listener(0));
                    result(out -> RemoteWire.write(out, address));
                }
                case CONNECT -> {
                    final Listener listener = new Listener(in.readInt());
                    final InetSocketAddress to = RemoteWire.readAddress(in);
                    helper.execute(() -> transport.connect(to, listener));
                }
                case WAKE_UP -> connections.get(in.readInt()).wakeUp();
                case EXECUTE -> {
                    final int connection = in.readInt();
                    final int task = in.readInt();
                    connections
                            .get(connection)
                            .execute(() -> ask(Call.RUN, out -> out.writeInt(task)));
                }
                case CLOSE -> connections.get(in.readInt()).close(RemoteWire.readException(in));
                case BREAK -> transport.breakConnections();
                case COUNTERS -> result(this::writeCounters);
                case STOP -> helper.execute(this::stop);
                default -> throw new IOException("call=" + call);
            }
        }
    }

    private void put(final DataInputStream answer) {
        try {
            answers.put(answer);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void result(final Parts parts) {
        wire.say(Call.RESULT, parts);
    }

    private void make(final DataInputStream in) throws IOException {
        final Handshake self =
                new Handshake(
                        in.readInt(),
                        in.readInt(),
                        in.readInt(),
                        in.readInt(),
                        0,
                        RemoteWire.readId(in));
        whole = new SegmentPool(PoolExtension.context(DeviceHarness.SEGMENTS + SEGMENTS));
        pool = whole.createLocalPool(LocalPoolContext.fixed("received", SEGMENTS));
        transport =
                new RdmaTransport(
                        DeviceHarness.context(local),
                        new LinkContext(self, JobToken.NONE),
                        whole,
                        Verbs::provider);
        result(out -> out.writeBoolean(true));
    }

    private void writeCounters(final DataOutputStream out) throws IOException {
        final TransportCounters counters = transport.counters();
        out.writeLong(counters.framesSent());
        out.writeLong(counters.bytesSent());
        out.writeLong(counters.framesReceived());
        out.writeLong(counters.bytesReceived());
        out.writeInt(counters.connections());
        for (final Reason each : Reason.values()) {
            out.writeLong(counters.ended(each));
        }
    }

    private void stop() {
        transport.close();
        final RdmaCounters counters = transport.rdmaCounters();
        final String left =
                pool.held() > 0 || counters.stuck() > 0 ? whole.leakReport() + " " + counters : "";
        if (left.isEmpty()) {
            pool.close();
            whole.close();
        }
        result(out -> out.writeUTF(left));
    }

    /** Asks the suite; its answer begins with what it threw, if it did. */
    private DataInputStream ask(final Call call, final Parts parts) {
        synchronized (asking) {
            wire.say(call, parts);
            try {
                return answers.take();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static TransportException refusal(final DataInputStream answer) throws IOException {
        return switch (answer.readByte()) {
            case 0 -> null;
            case 1 -> RemoteWire.readException(answer);
            default -> throw new IllegalStateException(answer.readUTF());
        };
    }

    /** A listener of the suite's; 0 is the one that accepts. */
    private final class Listener implements ConnectionListener {

        private final int number;

        Listener(final int number) {
            this.number = number;
        }

        @Override
        public FrameHandler connectionOpened(final Connection connection) {
            final int id = numbers.incrementAndGet();
            connections.put(id, connection);
            final DataInputStream answer =
                    ask(
                            Call.OPENED,
                            out -> {
                                out.writeInt(number);
                                out.writeInt(id);
                                out.writeBoolean(connection.outgoing());
                                RemoteWire.write(out, connection.peer().processId());
                                RemoteWire.write(out, connection.peer().address());
                                out.writeInt(connection.peer().wireVersion());
                                out.writeInt(connection.peer().segmentBytes());
                                out.writeInt(connection.peer().channelsMax());
                            });
            try {
                refusal(answer);
                return answer.readBoolean() ? new Handler(id) : null;
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void connectFailed(final InetSocketAddress address, final IOException cause) {
            ask(
                    Call.FAILED,
                    out -> {
                        out.writeInt(number);
                        RemoteWire.write(out, address);
                        RemoteWire.write(out, (TransportException) cause);
                    });
        }
    }

    /** A handler of the suite's. */
    private final class Handler implements FrameHandler {

        private final int id;

        Handler(final int id) {
            this.id = id;
        }

        @Override
        public boolean pull(final OutboundFrame frame, final long completedFrame) {
            final long number = frame.number();
            final DataInputStream in =
                    ask(
                            Call.PULL,
                            out -> {
                                out.writeInt(id);
                                out.writeLong(number);
                                out.writeLong(completedFrame);
                            });
            try {
                refusal(in);
                if (!in.readBoolean()) {
                    return false;
                }
                frame.set(FrameType.of(in.readByte()), in.readInt())
                        .sequence(in.readInt())
                        .value(in.readLong());
                final byte[] payload = RemoteWire.readBytes(in);
                final ByteBuffer memory = ByteBuffer.allocateDirect(payload.length + 1);
                memory.put(0, payload);
                frame.slice(memory, 0, payload.length)
                        .completion(
                                () ->
                                        ask(
                                                Call.COMPLETED,
                                                out -> {
                                                    out.writeInt(id);
                                                    out.writeLong(number);
                                                }));
                return true;
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Segment segmentFor(final FrameHeader header) throws TransportException {
            final DataInputStream answer = checked(Call.SEGMENT_FOR, header, new byte[0]);
            try {
                return answer.readBoolean() ? pool.poll(OWNER) : null;
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onData(final FrameHeader header, final Segment filled)
                throws TransportException {
            final byte[] payload = new byte[header.payloadBytes()];
            filled.getBytes(0, payload, 0, payload.length);
            filled.close();
            checked(Call.DATA, header, payload);
        }

        @Override
        public void onControl(final FrameHeader header, final ByteBuffer payload)
                throws TransportException {
            final byte[] bytes = new byte[payload.remaining()];
            payload.get(payload.position(), bytes);
            checked(Call.CONTROL, header, bytes);
        }

        private DataInputStream checked(
                final Call call, final FrameHeader header, final byte[] payload)
                throws TransportException {
            final DataInputStream answer =
                    ask(
                            call,
                            out -> {
                                out.writeInt(id);
                                RemoteWire.write(out, header);
                                RemoteWire.write(out, payload);
                            });
            final TransportException refusal;
            try {
                refusal = refusal(answer);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            if (refusal != null) {
                throw refusal;
            }
            return answer;
        }

        @Override
        public void onClosed(final TransportException cause) {
            ask(
                    Call.CLOSED,
                    out -> {
                        out.writeInt(id);
                        RemoteWire.write(out, cause);
                    });
        }
    }
}
