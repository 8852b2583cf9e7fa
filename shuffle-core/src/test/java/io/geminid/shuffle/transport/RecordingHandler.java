package io.geminid.shuffle.transport;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.memory.SegmentOwner;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handler that sends what a test gives it, writes down what comes, and notices when a transport
 * breaks its word. Given to by any thread, called by the connection's.
 */
public final class RecordingHandler implements FrameHandler {

    /** Something to send. */
    public record Frame(FrameType type, int channel, int sequence, long value, byte[] payload) {

        /** All but the payload. */
        String header() {
            return type + " channel=" + channel + " sequence=" + sequence + " value=" + value;
        }
    }

    /** A chance for a test to refuse or to misbehave. */
    @FunctionalInterface
    public interface Intervention {

        /**
         * @param method name of the method of the handler
         * @param header of the frame, {@code null} for a pull
         * @return true to drop a data frame, or to have nothing to send
         * @throws TransportException to refuse it
         */
        boolean on(String method, FrameHeader header) throws TransportException;
    }

    private static final SegmentOwner OWNER = SegmentOwner.named("test-received");
    private static final byte USED = (byte) 0xEE;

    private final LocalSegmentPool pool;
    private final Queue<Frame> outbox = new ConcurrentLinkedQueue<>();
    private final List<Frame> inbox = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final AtomicInteger pulled = new AtomicInteger();
    private final AtomicInteger completed = new AtomicInteger();
    private volatile Intervention intervention = (method, header) -> false;
    private volatile Connection connection;
    private volatile TransportException closed;
    private volatile long lastCompleted;
    private volatile long lastNumber;
    private volatile Thread thread;
    private volatile Segment given;

    /**
     * @param pool where segments to receive into come from
     */
    public RecordingHandler(final LocalSegmentPool pool) {
        this.pool = pool;
    }

    /** Lets a test look at calls before they are recorded. */
    public void intervene(final Intervention by) {
        intervention = by;
    }

    /** Sends frames. */
    public void send(final List<Frame> frames) {
        outbox.addAll(frames);
        if (connection != null) {
            connection.wakeUp();
        }
    }

    /** What has arrived so far. */
    public List<Frame> inbox() {
        return List.copyOf(inbox);
    }

    /** How many frames have arrived. */
    public int inboxSize() {
        return inbox.size();
    }

    /** Frames given to the link. */
    public int pulledCount() {
        return pulled.get();
    }

    /** Completions called. */
    public int completedCount() {
        return completed.get();
    }

    /** The highest frame that is known to have left the link. */
    public long lastCompletedFrame() {
        return lastCompleted;
    }

    /** The connection, once there is one. */
    public Connection connection() {
        return connection;
    }

    /** Why the connection was closed, or null. */
    public TransportException closed() {
        return closed;
    }

    /** What the transport did that it must not do. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** A listener that gives this handler to its one connection. */
    public void opened(final Connection opened) {
        require(connection == null, "two connections");
        connection = opened;
        thread = Thread.currentThread();
        opened.wakeUp();
    }

    @Override
    public boolean pull(final OutboundFrame frame, final long completedFrame) {
        enter("pull");
        require(frame.number() == lastNumber + 1, "number=" + frame.number());
        require(frame.type() == null && frame.sliceCount() == 0, "not cleared: " + frame.type());
        require(
                completedFrame >= lastCompleted && completedFrame <= lastNumber,
                "completedFrame=" + completedFrame + " before=" + lastCompleted);
        lastCompleted = completedFrame;
        final Frame next;
        try {
            next = intervention.on("pull", null) ? null : outbox.poll();
        } catch (final TransportException e) {
            throw new IllegalStateException(e);
        }
        if (next == null) {
            return false;
        }
        lastNumber = frame.number();
        pulled.incrementAndGet();
        frame.set(next.type(), next.channel()).sequence(next.sequence()).value(next.value());
        fill(frame, next);
        return true;
    }

    private void fill(final OutboundFrame frame, final Frame next) {
        final int length = next.payload().length;
        final boolean data = next.type() == FrameType.DATA;
        final ByteBuffer memory =
                data ? ByteBuffer.allocateDirect(length + 7) : ByteBuffer.allocate(length + 7);
        final int slices = Math.min(1 + (next.sequence() & 3), OutboundFrame.SLICES_MAX);
        int at = 0;
        for (int i = 0; i < slices; i++) {
            final int count = i == slices - 1 ? length - at : (length - at) / 2;
            // A little behind the last one, so that slices do not touch.
            memory.put(at + i, next.payload(), at, count);
            frame.slice(memory, at + i, count);
            at += count;
        }
        final boolean[] done = new boolean[1];
        frame.completion(
                () -> {
                    enter("completion");
                    require(!done[0], "completed twice");
                    done[0] = true;
                    completed.incrementAndGet();
                    for (int i = 0; i < memory.capacity(); i++) {
                        memory.put(i, USED);
                    }
                });
    }

    @Override
    public Segment segmentFor(final FrameHeader header) throws TransportException {
        enter("segmentFor");
        require(given == null, "asked again before onData");
        if (intervention.on("segmentFor", header)) {
            return null;
        }
        given = pool.poll(OWNER);
        return given;
    }

    @Override
    public void onData(final FrameHeader header, final Segment filled) throws TransportException {
        enter("onData");
        require(given != null, "onData without segmentFor");
        given = null;
        final byte[] payload = new byte[header.payloadBytes()];
        filled.getBytes(0, payload, 0, payload.length);
        filled.close();
        intervention.on("onData", header);
        record(header, payload);
    }

    @Override
    public void onControl(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        enter("onControl");
        intervention.on("onControl", header);
        final byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        record(header, bytes);
    }

    private void record(final FrameHeader header, final byte[] payload) {
        inbox.add(
                new Frame(
                        header.type(),
                        header.channel(),
                        header.sequence(),
                        header.value(),
                        payload));
    }

    @Override
    public void onClosed(final TransportException cause) {
        enter("onClosed");
        require(
                completed.get() == pulled.get(),
                "closed with pulled=" + pulled + " completed=" + completed);
        closed = cause;
    }

    private void enter(final String method) {
        require(closed == null, method + " after onClosed");
        require(Thread.currentThread() == thread, method + " on " + Thread.currentThread());
    }

    private void require(final boolean condition, final String problem) {
        if (!condition) {
            problems.add(problem);
        }
    }
}
