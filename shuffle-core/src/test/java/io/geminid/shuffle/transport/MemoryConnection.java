package io.geminid.shuffle.transport;

import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.transport.stream.StreamLink;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

/** One end of a connection on a {@link MemoryFabric}. */
final class MemoryConnection implements Connection, StreamLink.Output {

    /** Bytes pulled ahead of what the pipe takes. */
    private static final int AHEAD_BYTES = 64 << 10;

    /** Bytes waiting for room in the pipe. */
    private record Piece(ByteBuffer bytes, int lengthBytes, SendCompletion completion) {}

    private final MemoryTransport transport;
    private final Random random;
    private final MemoryPipe in;
    private final MemoryPipe out;
    private final boolean outgoing;
    private final StreamLink link;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Queue<Piece> pieces = new ArrayDeque<>();
    private int pieceBytes;
    private boolean wakeUp;
    private boolean lingering;
    private boolean over;

    MemoryConnection(
            final MemoryTransport transport,
            final ConnectionListener listener,
            final MemoryPipe.Ends ends,
            final boolean outgoing) {
        this.transport = transport;
        this.random = transport.fabric().random();
        this.in = ends.in();
        this.out = ends.out();
        this.outgoing = outgoing;
        this.link =
                new StreamLink(
                        this,
                        listener,
                        transport.context(),
                        ByteBuffer.allocateDirect(StreamLink.MEMORY_BYTES));
    }

    void start(final InetSocketAddress peer) {
        link.frames().start(peer);
        wakeUp = true;
    }

    void refuse(final InetSocketAddress peer) {
        link.frames().start(peer);
        tasks.add(
                () -> finish(new TransportException(Reason.LINK_LOST, "refused: address=" + peer)));
    }

    boolean isOf(final MemoryTransport one) {
        return transport == one;
    }

    /** No handler will hear of it any more. */
    boolean isEnded() {
        return over || lingering;
    }

    boolean isOver() {
        return over;
    }

    boolean isPaused() {
        return transport.isPaused();
    }

    /** Both directions break. */
    void cut() {
        in.cut();
        out.cut();
    }

    /** Ends as its process does: without a word to anybody in it. */
    void vanish() {
        out.end();
        in.abandon();
        over = true;
    }

    /** Does one of the things that can be done, if any. */
    boolean step() {
        if (over) {
            return false;
        }
        final int first = random.nextInt(4);
        for (int i = 0; i < 4; i++) {
            final boolean done =
                    switch ((first + i) % 4) {
                        case 0 -> runTask();
                        case 1 -> answerWakeUp();
                        case 2 -> transmit();
                        default -> deliver();
                    };
            if (done) {
                if (!isEnded() && link.frames().closing()) {
                    wind();
                }
                return true;
            }
        }
        return false;
    }

    private boolean runTask() {
        final Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    private boolean answerWakeUp() {
        if (!wakeUp) {
            return false;
        }
        wakeUp = false;
        link.pump(this);
        return true;
    }

    private boolean transmit() {
        if (pieces.isEmpty()) {
            return false;
        }
        if (out.abandoned()) {
            finish(new TransportException(Reason.LINK_LOST, "reset by peer"));
            return true;
        }
        if (out.room() == 0) {
            return false;
        }
        final ByteBuffer bytes = pieces.peek().bytes();
        out.put(bytes, 1 + random.nextInt(Math.min(bytes.remaining(), out.room())));
        if (!bytes.hasRemaining()) {
            complete(pieces.remove());
            wakeUp = true;
        }
        return true;
    }

    private boolean deliver() {
        if (in.size() == 0) {
            if (!in.ended()) {
                return false;
            }
            finish(new TransportException(Reason.LINK_LOST, "end of stream"));
            return true;
        }
        final int count = 1 + random.nextInt(Math.min(in.size(), link.reader().targetLength()));
        final int offset = link.reader().targetOffset();
        final ByteBuffer target = link.reader().targetMemory().duplicate().clear();
        in.take(target.position(offset), count);
        link.onBytes(count);
        wakeUp = true;
        return true;
    }

    /**
     * On the way to the end: once the goodbye is out, what the peer still sends is read and
     * dropped, or it might not get to read the goodbye.
     */
    private void wind() {
        link.pump(this);
        if (link.frames().peerSaidGoodbye()) {
            finish(null);
        } else if (pieces.isEmpty()) {
            out.end();
            lingering = true;
            link.end(null);
        }
    }

    private void finish(final TransportException cause) {
        out.end();
        in.abandon();
        over = true;
        while (!pieces.isEmpty()) {
            complete(pieces.remove());
        }
        link.end(cause);
    }

    private void complete(final Piece piece) {
        pieceBytes -= piece.lengthBytes();
        if (piece.completion() != null) {
            piece.completion().onCompletion();
        }
    }

    // What the link gives.

    @Override
    public boolean hasRoom() {
        return pieceBytes < AHEAD_BYTES;
    }

    @Override
    public void ring(final int offset, final int lengthBytes) {
        add(
                link.ringMemory().slice(offset, lengthBytes),
                () -> link.ringWritten(offset, lengthBytes));
    }

    @Override
    public void slice(
            final ByteBuffer memory,
            final int offset,
            final int lengthBytes,
            final SendCompletion completion) {
        add(memory.slice(offset, lengthBytes), completion);
    }

    private void add(final ByteBuffer bytes, final SendCompletion completion) {
        pieces.add(new Piece(bytes, bytes.remaining(), completion));
        pieceBytes += bytes.remaining();
    }

    // What handlers call.

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
        wakeUp = true;
    }

    @Override
    public void execute(final Runnable task) {
        tasks.add(task);
    }

    @Override
    public void close(final TransportException reason) {
        tasks.add(() -> link.close(reason));
    }
}
