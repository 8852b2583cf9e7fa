package io.geminid.shuffle.transport.fallback;

import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Frames of the session's own that wait for a carrier. Any thread. */
final class OwnFrames {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ArrayDeque<Own> due = new ArrayDeque<>();

    private record Own(FrameType type, long value, ByteBuffer payload) {}

    void add(final FrameType type) {
        add(type, 0, NOTHING);
    }

    void add(final FrameType type, final ByteBuffer payload) {
        add(type, 0, payload);
    }

    void add(final FrameType type, final long value) {
        add(type, value, NOTHING);
    }

    private synchronized void add(
            final FrameType type, final long value, final ByteBuffer payload) {
        due.add(new Own(type, value, payload));
    }

    synchronized void clear() {
        due.clear();
    }

    /** Fills in the next one; false if there is none. */
    synchronized boolean fill(final OutboundFrame frame) {
        final Own next = due.poll();
        if (next == null) {
            return false;
        }
        frame.set(next.type(), 0).value(next.value());
        if (next.payload().capacity() > 0) {
            frame.slice(next.payload(), 0, next.payload().capacity());
        }
        return true;
    }
}
