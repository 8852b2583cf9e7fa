package io.geminid.shuffle.tcp;

import io.geminid.shuffle.transport.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/** A plain socket that has connected to a transport. */
final class SocketPeer implements RawPeer, AutoCloseable {

    private final SocketChannel socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
    private boolean ended;

    SocketPeer(final InetSocketAddress target) throws IOException {
        this(target, 1 << 20);
    }

    /** With room for so many bytes that it has not read yet, more or less. */
    SocketPeer(final InetSocketAddress target, final int receiveBufferBytes) throws IOException {
        socket = SocketChannel.open();
        socket.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
        socket.connect(target);
        socket.configureBlocking(false);
    }

    @Override
    public void send(final ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining() && !ended) {
                if (socket.write(bytes) == 0) {
                    take();
                }
            }
        } catch (final IOException e) {
            // The transport has closed the link, or is about to be found to have.
            take();
        }
    }

    @Override
    public void hangUp() {
        close();
    }

    /** Ends the link so that the transport gets a reset. */
    void reset() {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends no more, but goes on to read. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean closedByTransport() {
        take();
        return ended;
    }

    @Override
    public ByteBuffer received() {
        take();
        return ByteBuffer.wrap(received.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void take() {
        try {
            int count = ended || !socket.isOpen() ? 0 : socket.read(chunk.clear());
            while (count > 0) {
                received.write(chunk.array(), 0, count);
                count = socket.read(chunk.clear());
            }
            ended |= count < 0;
        } catch (final IOException e) {
            ended = true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
