package io.geminid.perf.shuffle.endpoint.raw;

import io.geminid.perf.shuffle.endpoint.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads from one blocking socket into the same 32 KiB of direct memory over and over. */
public final class RawTcpReceiver implements Endpoint {

    private final InetSocketAddress sender;
    private SocketChannel socket;
    private volatile long bytes;

    public RawTcpReceiver(final InetSocketAddress sender) {
        this.sender = sender;
    }

    @Override
    public InetSocketAddress start() throws IOException {
        socket = SocketChannel.open(sender);
        return null;
    }

    @Override
    public void run() throws IOException {
        final ByteBuffer segment = ByteBuffer.allocateDirect(RawTcpSender.SEGMENT_BYTES);
        long received = 0;
        for (int read = socket.read(segment); read >= 0; read = socket.read(segment)) {
            received += read;
            bytes = received;
            if (!segment.hasRemaining()) {
                segment.clear();
            }
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
        socket.close();
    }
}
