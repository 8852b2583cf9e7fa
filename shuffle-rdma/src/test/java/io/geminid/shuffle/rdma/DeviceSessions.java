package io.geminid.shuffle.rdma;

import io.geminid.shuffle.transport.RecordingHandler;
import io.geminid.shuffle.transport.RecordingHandler.Frame;
import io.geminid.shuffle.wire.FrameType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Two connected ends in this process, and a stream of frames to go through between them. */
final class DeviceSessions implements AutoCloseable {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int LONG_BYTES = 4_000;
    private static final int SHORT_BYTES = 60;
    private static final byte[][] LONG = new byte[256][LONG_BYTES];
    private static final byte[][] SHORT = new byte[256][SHORT_BYTES];

    static {
        for (int i = 0; i < LONG.length; i++) {
            LONG[i][0] = (byte) i;
            SHORT[i][0] = (byte) i;
        }
    }

    final DeviceEnd a;
    final DeviceEnd b;

    /** Connects two ends, which are then its own to close. */
    DeviceSessions(final DeviceEnd a, final DeviceEnd b) throws IOException {
        this.a = a;
        this.b = b;
        a.connect(b.address);
        await("opened", () -> a.failure != null || a.handler != null && b.handler != null);
        if (a.failure != null) {
            throw a.failure;
        }
    }

    /** Both ends over RDMA with TCP to fall back on. */
    static DeviceSessions auto(final RdmaTransportContext context) throws IOException {
        final DeviceSessions sessions =
                new DeviceSessions(DeviceEnd.auto(0, context), DeviceEnd.auto(1, context));
        // Counted after the handler was given, by another thread.
        await("over RDMA", () -> sessions.a.fallback.fallbackCounters().startedFast() == 1);
        return sessions;
    }

    /** Sends frames in both directions. */
    void sendBothWays(final int from, final int to) {
        a.handler.send(frames(from, to));
        b.handler.send(frames(from, to));
    }

    /** Waits until something has arrived at both ends. */
    void awaitSome(final int count) {
        await("some", () -> a.handler.inboxSize() > count && b.handler.inboxSize() > count);
    }

    /** Waits until all frames are at both ends, and requires each once and in order. */
    void awaitAll(final int count) {
        for (final DeviceEnd each : List.of(a, b)) {
            await("frames=" + count, () -> each.handler.inboxSize() >= count);
            requireFirst(each.handler);
            if (each.handler.inboxSize() != count) {
                throw new AssertionError(
                        "frames=" + each.handler.inboxSize() + " expected=" + count);
            }
        }
    }

    /** Frames from a number on; the payloads are shared and not to be written. */
    static List<Frame> frames(final int from, final int to) {
        final List<Frame> frames = new ArrayList<>();
        for (int i = from; i < to; i++) {
            final byte[] payload = (i % 3 == 0 ? SHORT : LONG)[i & 0xFF];
            final FrameType type = i % 5 == 0 ? FrameType.EVENT : FrameType.DATA;
            frames.add(new Frame(type, 1, i, i, payload));
        }
        return frames;
    }

    /** Requires that what has arrived is the beginning of what was sent, without a gap. */
    static void requireFirst(final RecordingHandler handler) {
        final List<Frame> inbox = handler.inbox();
        for (int i = 0; i < inbox.size(); i++) {
            final Frame each = inbox.get(i);
            final int bytes = i % 3 == 0 ? SHORT_BYTES : LONG_BYTES;
            if (each.sequence() != i
                    || each.payload().length != bytes
                    || each.payload()[0] != (byte) i) {
                throw new AssertionError("at=" + i + " is " + each);
            }
        }
    }

    static void await(final String what, final BooleanSupplier condition) {
        final long beginNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - beginNs > DEADLINE_NS) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
