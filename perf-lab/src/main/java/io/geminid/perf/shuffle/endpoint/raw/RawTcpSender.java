package io.geminid.perf.shuffle.endpoint.raw;

import io.geminid.perf.TestNetwork;
import io.geminid.perf.shuffle.endpoint.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Writes the same 32 KiB of direct memory over and over to one blocking socket. */
public final class RawTcpSender implements Endpoint {

    /** The default segment size of our shuffle. */
    public static final int SEGMENT_BYTES = 32 * 1024;

    private ServerSocketChannel server;
    private volatile long bytes;

    @Override
    public InetSocketAddress start() throws IOException {
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(address(), 0));
        return (InetSocketAddress) server.getLocalAddress();
    }

    private static InetAddress address() throws IOException {
        final List<String> addresses = TestNetwork.addresses();
        return addresses.isEmpty()
                ? InetAddress.getLoopbackAddress()
                : InetAddress.getByName(addresses.get(0));
    }

    @Override
    public void run() throws IOException {
        final ByteBuffer segment = ByteBuffer.allocateDirect(SEGMENT_BYTES);
        try (SocketChannel socket = server.accept()) {
            send(socket, segment);
        }
    }

    private void send(final SocketChannel socket, final ByteBuffer segment) {
        long sent = 0;
        try {
            while (true) {
                segment.clear();
                while (segment.hasRemaining()) {
                    sent += socket.write(segment);
                }
                bytes = sent;
            }
        } catch (final IOException e) {
            return; // the receiver has ended; whether too early, the counters tell
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long records() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
