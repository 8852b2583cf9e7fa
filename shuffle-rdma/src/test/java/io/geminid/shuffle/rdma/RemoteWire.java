package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * One end of the socket between a suite and the process that runs its transport, and how things are
 * written to it. Any thread may say something.
 */
final class RemoteWire implements AutoCloseable {

    /** What is said. */
    enum Call {
        // Said by the suite.
        /** A new transport. */
        MAKE,
        /** Its start; answered. */
        START,
        /** {@code connect} with a listener's number. */
        CONNECT,
        /** {@code wakeUp} of a connection. */
        WAKE_UP,
        /** A task's number, to come back on the connection's thread. */
        EXECUTE,
        /** {@code close} of a connection. */
        CLOSE,
        /** Breaks all queue pairs. */
        BREAK,
        /** The counters; answered. */
        COUNTERS,
        /** The end of the transport; answered with what is left of its memory. */
        STOP,
        /** The answer to a question of the process. */
        ANSWER,

        // Said by the process; all but the first wait for an answer.
        /** The answer to a question of the suite. */
        RESULT,
        /** {@code connectionOpened}. */
        OPENED,
        /** {@code connectFailed}. */
        FAILED,
        /** {@code pull}. */
        PULL,
        /** The completion of a frame. */
        COMPLETED,
        /** {@code segmentFor}. */
        SEGMENT_FOR,
        /** {@code onData}. */
        DATA,
        /** {@code onControl}. */
        CONTROL,
        /** {@code onClosed}. */
        CLOSED,
        /** A task of {@code execute}. */
        RUN
    }

    /** Writes the parts of a message. */
    @FunctionalInterface
    interface Parts {

        void writeTo(DataOutputStream out) throws IOException;
    }

    private final Socket socket;
    private final DataOutputStream out;

    RemoteWire(final Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        out = new DataOutputStream(socket.getOutputStream());
    }

    void say(final Call call, final Parts parts) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream to = new DataOutputStream(bytes)) {
            to.writeByte(call.ordinal());
            parts.writeTo(to);
            synchronized (out) {
                out.writeInt(bytes.size());
                out.write(bytes.toByteArray());
                out.flush();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next message; begins with the call's ordinal number. */
    static DataInputStream next(final DataInputStream in) throws IOException {
        final byte[] message = new byte[in.readInt()];
        in.readFully(message);
        return new DataInputStream(new ByteArrayInputStream(message));
    }

    DataInputStream in() throws IOException {
        return new DataInputStream(socket.getInputStream());
    }

    static void write(final DataOutputStream out, final byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(final DataInputStream in) throws IOException {
        final byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    static void write(final DataOutputStream out, final UUID id) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    static UUID readId(final DataInputStream in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }

    static void write(final DataOutputStream out, final InetSocketAddress address)
            throws IOException {
        write(out, address.getAddress().getAddress());
        out.writeInt(address.getPort());
    }

    static InetSocketAddress readAddress(final DataInputStream in) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(readBytes(in)), in.readInt());
    }

    static void write(final DataOutputStream out, final TransportException e) throws IOException {
        out.writeInt(e.reason().code());
        // The constructor puts the reason before it again.
        out.writeUTF(e.getMessage().substring(e.reason().name().length() + 2));
    }

    static TransportException readException(final DataInputStream in) throws IOException {
        return new TransportException(Reason.of(in.readInt()), in.readUTF());
    }

    static void write(final DataOutputStream out, final FrameHeader header) throws IOException {
        final ByteBuffer copy = buffer();
        new FrameHeader()
                .wrap(copy, 0)
                .start(header.version(), header.type(), header.channel())
                .sequence(header.sequence())
                .backlog(header.backlog())
                .flags(header.flags())
                .value(header.value())
                .payload(header.payloadBytes(), header.payloadCrc())
                .seal();
        out.write(copy.array());
    }

    static FrameHeader readHeader(final DataInputStream in) throws IOException {
        final ByteBuffer copy = buffer();
        in.readFully(copy.array());
        return new FrameHeader().wrap(copy, 0);
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(FrameHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
