package io.geminid.shuffle.transport.fallback;

import io.geminid.shuffle.transport.FrameEncoder;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.SendCompletion;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;

/**
 * A frame that was sent and that the peer may not have taken. Data stays where it is, and its owner
 * is told that it is free only when the carrier is done with it <em>and</em> the peer has taken it;
 * anything else is copied here. Reused; used by the thread that the session's frames belong to.
 */
final class RetainedFrame implements SendCompletion {

    private final OutboundFrame frame = new OutboundFrame();
    private SendCompletion owner;
    private ByteBuffer copy = ByteBuffer.allocate(64);
    private boolean carried;
    private boolean taken;

    /** To be filled in by the handler. */
    OutboundFrame start(final long number) {
        frame.clear(number);
        owner = null;
        carried = false;
        taken = false;
        return frame;
    }

    OutboundFrame frame() {
        return frame;
    }

    /** The handler has filled it in: keeps what will not stay as it is. */
    void keep() {
        owner = frame.completion();
        if (frame.type() != FrameType.DATA && frame.type() != null) {
            final int bytes = frame.payloadBytes();
            if (copy.capacity() < bytes) {
                copy = ByteBuffer.allocate(Math.max(bytes, FrameHeader.CONTROL_BYTES_MAX));
            }
            FrameEncoder.copyPayload(frame, copy, 0);
            final SendCompletion done = owner;
            owner = null;
            frame.onlySlice(copy, bytes);
            if (done != null) {
                done.onCompletion();
            }
        }
    }

    /** Gives it to a carrier. */
    void send(final OutboundFrame carrier) {
        carried = frame.type() == FrameType.DATA;
        carrier.sameAs(frame).completion(carried ? this : null);
    }

    /** The carrier is done with it. */
    @Override
    public void onCompletion() {
        carried = false;
        complete();
    }

    /** The peer has taken it, or nobody will. */
    void taken() {
        taken = true;
        complete();
    }

    /** Whether it can be used for another frame. */
    boolean isFree() {
        return taken && !carried;
    }

    private void complete() {
        if (isFree() && owner != null) {
            final SendCompletion done = owner;
            owner = null;
            done.onCompletion();
        }
    }
}
