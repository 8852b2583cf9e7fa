package io.geminid.shuffle.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Passes bytes on between two ends until it is closed: then both get a reset, in the middle of
 * whatever was under way. Its threads end with it.
 */
final class CuttableProxy implements AutoCloseable {

    private final ServerSocketChannel listening;
    private final InetSocketAddress target;
    private final List<SocketChannel> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;
    private volatile boolean closed;

    CuttableProxy(final InetSocketAddress target) throws IOException {
        this.target = target;
        this.listening =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start("proxy-accept", this::accept);
    }

    InetSocketAddress address() {
        try {
            return (InetSocketAddress) listening.getLocalAddress();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on passes nothing on, not even an end: a silent peer. */
    void stop() {
        stopped = true;
    }

    private void start(final String name, final Runnable body) {
        final Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        try {
            while (!closed) {
                final SocketChannel near = keep(listening.accept());
                final SocketChannel far = keep(SocketChannel.open(target));
                start("proxy-there", () -> pass(near, far));
                start("proxy-back", () -> pass(far, near));
            }
        } catch (final IOException e) {
            // Closed.
            assert closed || !listening.isOpen() : e;
        }
    }

    private SocketChannel keep(final SocketChannel socket) throws IOException {
        sockets.add(socket);
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        if (closed) {
            socket.close();
        }
        return socket;
    }

    private void pass(final SocketChannel from, final SocketChannel to) {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(8192);
        try {
            while (from.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining() && !stopped) {
                    to.write(bytes);
                }
            }
            if (!stopped) {
                to.shutdownOutput();
            }
        } catch (final IOException e) {
            // The other end, or the test, has closed it: so is the rest.
            if (!stopped) {
                close(from);
                close(to);
            }
        }
    }

    private static void close(final SocketChannel socket) {
        try {
            socket.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(CuttableProxy::close);
        for (final Thread thread : threads) {
            try {
                thread.join(5_000);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
