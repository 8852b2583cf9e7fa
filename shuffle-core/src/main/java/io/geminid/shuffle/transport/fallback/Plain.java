package io.geminid.shuffle.transport.fallback;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.FrameHandler;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.wire.FrameHeader;
import java.nio.ByteBuffer;

/** A sure carrier whose peer knows no sessions: the handler's frames are the carrier's. */
final class Plain implements FrameHandler {

    private final FallbackTransport transport;
    private final FrameHandler handler;

    Plain(final FallbackTransport transport, final FrameHandler handler) {
        this.transport = transport;
        this.handler = handler;
    }

    @Override
    public boolean pull(final OutboundFrame frame, final long completedFrame) {
        return handler.pull(frame, completedFrame);
    }

    @Override
    public Segment segmentFor(final FrameHeader header) throws TransportException {
        return handler.segmentFor(header);
    }

    @Override
    public void onData(final FrameHeader header, final Segment filled) throws TransportException {
        handler.onData(header, filled);
    }

    @Override
    public void onControl(final FrameHeader header, final ByteBuffer payload)
            throws TransportException {
        handler.onControl(header, payload);
    }

    @Override
    public void onClosed(final TransportException cause) {
        transport.count(cause.reason(), true);
        handler.onClosed(cause);
    }
}
