package io.geminid.runtime.cluster.control;

import io.geminid.runtime.cluster.message.ControlCodec;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.serial.RecordFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of {@link TcpControl}. {@link #send} and {@link #close} by any thread, everything
 * else by the thread of the links.
 */
final class TcpControlLink implements ControlLink {

    private static final Logger LOG = LoggerFactory.getLogger(TcpControlLink.class);

    /** Messages read in one turn: other links wait. */
    private static final int MESSAGES_PER_TURN_MAX = 64;

    private final TcpControl control;
    private final SocketChannel channel;
    private final String peer;
    private final ByteBuffer header = buffer(ControlCodec.HEADER_BYTES);

    // By the thread of the links only.
    private SelectionKey key;
    private ControlListener listener;
    private ByteBuffer frame;
    private long helloDeadlineNs;
    private boolean ended;

    // Guarded by this.
    private final ControlCodec codec = new ControlCodec();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean refusesMore;

    TcpControlLink(final TcpControl control, final SocketChannel channel, final String peer) {
        this.control = control;
        this.channel = channel;
        this.peer = peer;
    }

    /** The end that connected trusts its peer: it was given the address in private. */
    void establish(final ControlListener newListener) {
        listener = newListener;
    }

    void register(final Selector selector, final long newHelloDeadlineNs) {
        helloDeadlineNs = newHelloDeadlineNs;
        try {
            key = channel.register(selector, SelectionKey.OP_READ, this);
            flush();
        } catch (final IOException e) {
            end("cause=" + e);
        }
    }

    boolean isStranger() {
        return listener == null;
    }

    long helloDeadlineNs() {
        return helloDeadlineNs;
    }

    @Override
    public boolean send(final ControlMessage message) {
        final boolean first;
        synchronized (this) {
            if (refusesMore) {
                return false;
            }
            final ByteBuffer bytes = codec.encode(message);
            first = waiting.isEmpty();
            waiting.add(bytes);
            waitingBytes += bytes.remaining();
            refusesMore = waitingBytes > WAITING_BYTES_MAX;
            if (refusesMore) {
                control.execute(() -> end("waitingBytesMax=" + WAITING_BYTES_MAX));
                return false;
            }
        }
        if (first) {
            control.execute(this::flush);
        }
        return true;
    }

    @Override
    public void close(final String reason) {
        control.execute(() -> end(reason));
    }

    @Override
    public String peer() {
        return peer;
    }

    void onReady(final SelectionKey ready) {
        if (ready.isReadable()) {
            read();
        }
        if (ready.isValid() && ready.isWritable()) {
            flush();
        }
    }

    void end(final String reason) {
        if (ended) {
            return;
        }
        ended = true;
        synchronized (this) {
            refusesMore = true;
            waiting.clear();
        }
        control.onLinkClosed(this, isStranger(), reason); // counted before the peer can see it
        closeChannel();
        if (listener != null) {
            listener.onClosed(reason);
        }
    }

    void closeChannel() {
        try {
            channel.close();
        } catch (final IOException e) {
            LOG.warn("closing peer={}: {}", peer, e.toString());
        }
    }

    private void read() {
        try {
            for (int i = 0; i < MESSAGES_PER_TURN_MAX && !ended; i++) {
                final ControlMessage message = readMessage();
                if (message == null) {
                    return;
                }
                onMessage(message);
            }
        } catch (final IOException e) {
            end("connection lost: " + e.getMessage());
        } catch (final RecordFormatException e) {
            end("refused: " + e.getMessage());
        }
    }

    /** Reads what is there; {@code null} if no message is complete or the peer closed. */
    private ControlMessage readMessage() throws IOException {
        if (frame == null) {
            if (!fill(header)) {
                return null;
            }
            final int lengthMax =
                    isStranger() ? ControlCodec.LENGTH_MAX_STRANGER : ControlCodec.LENGTH_MAX;
            frame = buffer(ControlCodec.HEADER_BYTES + ControlCodec.readLength(header, lengthMax));
            frame.put(header.flip());
            header.clear();
        }
        if (!fill(frame)) {
            return null;
        }
        final ByteBuffer complete = frame;
        frame = null;
        return ControlCodec.decode(complete, complete.capacity() - ControlCodec.HEADER_BYTES);
    }

    private boolean fill(final ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            final int count = channel.read(target);
            if (count < 0) {
                end("peer closed");
                return false;
            }
            if (count == 0) {
                return false;
            }
        }
        return true;
    }

    private void onMessage(final ControlMessage message) {
        if (listener != null) {
            listener.onMessage(message);
        } else if (message instanceof FromWorker.Hello hello) {
            final ControlListener accepted = control.onHello(this, hello);
            if (accepted == null) {
                end("token is wrong");
            } else {
                listener = accepted;
            }
        } else {
            end("firstMessage=" + message.type() + " expected=HELLO");
        }
    }

    private void flush() {
        if (key == null || ended) {
            return;
        }
        try {
            key.interestOps(
                    writeWaiting()
                            ? SelectionKey.OP_READ
                            : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        } catch (final IOException e) {
            end("connection lost: " + e.getMessage());
        }
    }

    private synchronized boolean writeWaiting() throws IOException {
        for (ByteBuffer next = waiting.peek(); next != null; next = waiting.peek()) {
            waitingBytes -= channel.write(next);
            if (next.hasRemaining()) {
                return false;
            }
            waiting.remove();
        }
        return true;
    }

    private static ByteBuffer buffer(final int capacityBytes) {
        return ByteBuffer.allocate(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
