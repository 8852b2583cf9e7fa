package io.geminid.shuffle.transport.fallback;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.wire.FrameHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The frames of a session, numbered from 1 on in each direction, whichever carrier they take.
 *
 * <p>INV: every frame that the handler gave and the peer has not taken is retained while the fast
 * carrier is in use. INV: {@code taken} counts each frame of the peer once, when the handler has
 * it; so if both ends say what they have taken after their fast carriers are closed, and send again
 * exactly what lies behind that number, nothing is lost and nothing comes twice. A message that
 * arrives on a closed carrier is not taken, so it does no harm that it may arrive late.
 *
 * <p>Belongs to the thread of the carrier in use; handed over under the session's lock.
 */
final class SessionFlow {

    private final FrameHandler handler;
    private final ArrayDeque<RetainedFrame> retained = new ArrayDeque<>();
    private final ArrayDeque<RetainedFrame> resending = new ArrayDeque<>();
    private final ArrayDeque<RetainedFrame> waiting = new ArrayDeque<>();
    private final ArrayDeque<RetainedFrame> free = new ArrayDeque<>();
    private final RetainedFrame scratch = new RetainedFrame();

    /** Frames that the handler gave. */
    private long sent;

    /** Of these, the ones that the peer is known to have taken. */
    private long completed;

    /** Frames of the peer that the handler got. */
    private long taken;

    /** Number in the session minus number on the carrier in use, once a frame went that way. */
    private long offset;

    private boolean offsetKnown;

    SessionFlow(final FrameHandler handler) {
        this.handler = handler;
    }

    FrameHandler handler() {
        return handler;
    }

    long taken() {
        return taken;
    }

    /** A frame for the fast carrier, which is retained until the peer has taken it. */
    boolean pullFast(final OutboundFrame frame, final long carrierCompleted) {
        complete(carrierCompleted);
        while (completed > sent - retained.size()) {
            release(retained.pollFirst());
        }
        final RetainedFrame next = unused();
        if (!fill(next)) {
            free.push(next);
            return false;
        }
        next.keep();
        retained.addLast(next);
        sent(frame, sent);
        next.send(frame);
        return true;
    }

    /** A frame for the sure carrier: first what has to be sent again. */
    boolean pullSure(final OutboundFrame frame, final long carrierCompleted) {
        complete(carrierCompleted);
        final RetainedFrame again = resending.pollFirst();
        if (again != null) {
            sent(frame, sent - resending.size());
            again.send(frame);
            // The sure carrier does not lose it.
            release(again);
            return true;
        }
        if (!fill(scratch)) {
            return false;
        }
        sent(frame, sent);
        frame.sameAs(scratch.frame()).completion(scratch.frame().completion());
        return true;
    }

    private boolean fill(final RetainedFrame next) {
        final OutboundFrame frame = next.start(sent + 1);
        try {
            if (!handler.pull(frame, completed)) {
                return false;
            }
        } catch (final RuntimeException | Error e) {
            if (frame.completion() != null) {
                frame.completion().onCompletion();
            }
            throw e;
        }
        sent++;
        return true;
    }

    private void sent(final OutboundFrame frame, final long number) {
        offset = number - frame.number();
        offsetKnown = true;
    }

    private void complete(final long carrierCompleted) {
        if (offsetKnown) {
            completed = Math.max(completed, Math.min(sent, carrierCompleted + offset));
        }
    }

    private RetainedFrame unused() {
        // A carrier completes in order, so the first that waits is the first to be free.
        final RetainedFrame first = waiting.peekFirst();
        if (first != null && first.isFree()) {
            return waiting.pollFirst();
        }
        final RetainedFrame unused = free.pollFirst();
        return unused == null ? new RetainedFrame() : unused;
    }

    private void release(final RetainedFrame frame) {
        frame.taken();
        if (frame.isFree()) {
            free.push(frame);
        } else {
            waiting.addLast(frame);
        }
    }

    /**
     * The fast carrier is closed at both ends.
     *
     * @param takenThere frames that the peer has taken
     * @return frames to be sent again, or -1 if the peer cannot have taken so many, or so few
     */
    int resume(final long takenThere) {
        final long first = sent - retained.size();
        if (takenThere < Math.max(first, completed) || takenThere > sent) {
            return -1;
        }
        completed = takenThere;
        while (retained.size() > sent - takenThere) {
            release(retained.pollFirst());
        }
        resending.addAll(retained);
        retained.clear();
        offsetKnown = false;
        return resending.size();
    }

    /** All carriers are closed: whatever is retained is free. */
    void end(final TransportException cause) {
        retained.forEach(RetainedFrame::taken);
        resending.forEach(RetainedFrame::taken);
        retained.clear();
        resending.clear();
        handler.onClosed(cause);
    }

    Segment segmentFor(final FrameHeader header) throws TransportException {
        final Segment segment = handler.segmentFor(header);
        if (segment == null) {
            // It will be dropped, and that is all that will ever happen to it.
            taken++;
        }
        return segment;
    }

    void onData(final FrameHeader header, final Segment filled) throws TransportException {
        taken++;
        handler.onData(header, filled);
    }

    void onControl(final FrameHeader header, final ByteBuffer payload) throws TransportException {
        taken++;
        handler.onControl(header, payload);
    }
}
