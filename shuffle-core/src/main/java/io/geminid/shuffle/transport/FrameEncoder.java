package io.geminid.shuffle.transport;

import io.geminid.shuffle.wire.FrameHeader;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes the header of an outbound frame, checksums included. Reads every byte of the payload once
 * and copies none of it. Allocates nothing for a frame whose memory it has seen before. Used by one
 * thread.
 */
public final class FrameEncoder {

    /**
     * Views kept: more than a pool has in circulation on one connection, and few enough that memory
     * which is never seen again costs little.
     */
    private static final int VIEWS_MAX = 1024;

    private final FrameHeader header = new FrameHeader();
    private final CRC32C crc = new CRC32C();

    /**
     * Views of our own: others may use the same buffer object at the same time, so its position and
     * limit must not be moved.
     */
    private final Map<ByteBuffer, ByteBuffer> views = new IdentityHashMap<>();

    private final int version;

    /**
     * @param version agreed on with the peer
     */
    public FrameEncoder(final int version) {
        this.version = version;
    }

    /**
     * Writes a header.
     *
     * @param frame filled in by a handler
     * @param target little-endian
     * @param offset where the {@link FrameHeader#LENGTH_BYTES} go
     */
    public void encodeHeader(final OutboundFrame frame, final ByteBuffer target, final int offset) {
        header.wrap(target, offset)
                .start(version, frame.type(), frame.channel())
                .sequence(frame.sequence())
                .backlog(frame.backlog())
                .flags(frame.flags())
                .value(frame.value())
                .payload(frame.payloadBytes(), payloadCrc(frame))
                .seal();
    }

    /**
     * Copies the payload of a frame that is not data.
     *
     * @param frame filled in by a handler
     * @param target where to
     * @param offset where the {@link OutboundFrame#payloadBytes()} go
     */
    public static void copyPayload(
            final OutboundFrame frame, final ByteBuffer target, final int offset) {
        int at = offset;
        for (int i = 0; i < frame.sliceCount(); i++) {
            final int lengthBytes = frame.sliceLength(i);
            target.put(at, frame.sliceMemory(i), frame.sliceOffset(i), lengthBytes);
            at += lengthBytes;
        }
    }

    private int payloadCrc(final OutboundFrame frame) {
        if (frame.payloadBytes() == 0) {
            return 0;
        }
        crc.reset();
        for (int i = 0; i < frame.sliceCount(); i++) {
            final int from = frame.sliceOffset(i);
            crc.update(
                    view(frame.sliceMemory(i))
                            .clear()
                            .limit(from + frame.sliceLength(i))
                            .position(from));
        }
        return (int) crc.getValue();
    }

    private ByteBuffer view(final ByteBuffer memory) {
        ByteBuffer view = views.get(memory);
        if (view == null) {
            if (views.size() >= VIEWS_MAX) {
                views.clear();
            }
            view = memory.duplicate();
            views.put(memory, view);
        }
        return view;
    }
}
