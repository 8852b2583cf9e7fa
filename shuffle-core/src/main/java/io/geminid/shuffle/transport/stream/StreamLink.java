package io.geminid.shuffle.transport.stream;

import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.Connection;
import io.geminid.shuffle.transport.ConnectionListener;
import io.geminid.shuffle.transport.FrameEncoder;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.SendCompletion;
import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.link.FrameLink;
import io.geminid.shuffle.transport.link.HeaderRing;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.FrameCheck;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One end of a connection over a stream of bytes: a {@link FrameLink} whose frames are written one
 * after the other, headers and small payloads through a ring of memory, data from where it is.
 *
 * <p>Life: {@code frames().start}, then {@link #reader()} gets bytes and {@link #pump} gives bytes
 * until {@code frames().closing()}; then {@link #pump} until the goodbye is written, and last
 * {@link #end}, when all slices handed out by {@link #pump} have had their completions.
 *
 * <p>Used by the connection's thread only.
 */
public final class StreamLink {

    /** Takes the bytes to send, in order. */
    public interface Output {

        /**
         * @return false when no more should be pulled now
         */
        boolean hasRoom();

        /**
         * Bytes in the link's own memory, for which {@link StreamLink#ringWritten} is to be called
         * once they are written or given up, in order.
         *
         * @param offset first byte in {@link StreamLink#ringMemory()}
         * @param lengthBytes how many
         */
        void ring(int offset, int lengthBytes);

        /**
         * Bytes in somebody else's memory.
         *
         * @param memory direct; addressed absolutely
         * @param offset first byte
         * @param lengthBytes how many, 1 or more
         * @param completion to be called once they are written or given up, in order; may be {@code
         *     null}
         */
        void slice(ByteBuffer memory, int offset, int lengthBytes, SendCompletion completion);
    }

    /** Bytes of direct memory that a link needs. */
    public static final int MEMORY_BYTES = 40 << 10;

    private static final int RING_BYTES = MEMORY_BYTES - FrameReader.STAGING_BYTES;
    private static final int FRAME_BYTES_MAX =
            FrameHeader.LENGTH_BYTES + FrameHeader.CONTROL_BYTES_MAX;

    private final FrameLink frames;
    private final FrameReader reader;
    private final ByteBuffer ringMemory;
    private final HeaderRing ring = new HeaderRing(RING_BYTES);
    private final FrameLink.Output writer = new Writer();

    /** Set while frames are pulled. */
    private Output output;

    /** Part of the ring that was filled and not given to the output yet. */
    private int pieceOffset;

    private int pieceBytes;

    /**
     * @param connection what handlers are given
     * @param listener told about the handshake
     * @param context common to all links
     * @param memory {@link #MEMORY_BYTES} of direct memory, the link's until after {@link #end}
     */
    public StreamLink(
            final Connection connection,
            final ConnectionListener listener,
            final LinkContext context,
            final ByteBuffer memory) {
        this.frames = new FrameLink(connection, listener, context);
        this.reader = new FrameReader(memory.slice(0, FrameReader.STAGING_BYTES), new Incoming());
        this.ringMemory =
                memory.slice(FrameReader.STAGING_BYTES, RING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @return the connection's state and what it has to say; closing and ending it is done here
     */
    public FrameLink frames() {
        return frames;
    }

    /**
     * @return true if a frame has come in part
     */
    public boolean midFrame() {
        return !reader.betweenFrames();
    }

    /**
     * @return where the bytes of the stream go; tell {@link #onBytes}, not the reader
     */
    public FrameReader reader() {
        return reader;
    }

    /**
     * Bytes were put to the reader's target.
     *
     * @param count how many
     * @return false if the link is closing
     */
    public boolean onBytes(final int count) {
        try {
            reader.onBytes(count);
        } catch (final TransportException e) {
            close(e);
        } catch (final RuntimeException | Error e) {
            frames.closeForDefect("reading", e);
        }
        dropIfClosing();
        return !frames.closing();
    }

    /**
     * @return memory of the bytes given to {@link Output#ring}
     */
    public ByteBuffer ringMemory() {
        return ringMemory;
    }

    /**
     * Bytes given to {@link Output#ring} are written or given up.
     *
     * @param offset as given
     * @param lengthBytes as given
     */
    public void ringWritten(final int offset, final int lengthBytes) {
        ring.free(offset, lengthBytes);
    }

    /**
     * Gives out all there is to send, as long as there is room.
     *
     * @param to takes it
     * @return true if it stopped for want of room: call again when there is some
     */
    public boolean pump(final Output to) {
        output = to;
        final boolean more = frames.pump(writer);
        pass();
        output = null;
        dropIfClosing();
        return more;
    }

    /**
     * Closes the link; idempotent. The segment of an unfinished frame is given back at once, no
     * more frames are taken or pulled, and a goodbye is made ready.
     *
     * @param reason told to the peer and, by {@link #end}, to the handler
     */
    public void close(final TransportException reason) {
        frames.close(reason);
        reader.close();
    }

    /**
     * The stream is gone and all completions have been called. Tells handler or listener;
     * idempotent.
     *
     * @param cause why, unless {@link #close} came before
     */
    public void end(final TransportException cause) {
        reader.close();
        frames.end(cause);
    }

    private void dropIfClosing() {
        if (frames.closing()) {
            reader.close();
        }
    }

    /** Hands over what was written into the ring. */
    private void pass() {
        if (pieceBytes > 0) {
            output.ring(pieceOffset, pieceBytes);
            pieceOffset += pieceBytes;
            pieceBytes = 0;
        }
    }

    /** Turns frames into bytes. */
    private final class Writer implements FrameLink.Output {

        @Override
        public boolean hasRoom() {
            return output.hasRoom() && ring.hasRoom(FRAME_BYTES_MAX);
        }

        /** Writes the header into the ring, and the payload too if it is to be copied. */
        @Override
        public void frame(final OutboundFrame frame, final FrameEncoder encoder) {
            final int at = ring.position(FRAME_BYTES_MAX);
            if (at != pieceOffset + pieceBytes) {
                pass();
                pieceOffset = at;
            }
            encoder.encodeHeader(frame, ringMemory, at);
            int lengthBytes = FrameHeader.LENGTH_BYTES;
            if (frame.type() != FrameType.DATA) {
                FrameEncoder.copyPayload(frame, ringMemory, at + lengthBytes);
                lengthBytes += frame.payloadBytes();
            }
            ring.take(lengthBytes);
            pieceBytes += lengthBytes;
            if (frame.type() == FrameType.DATA) {
                pass();
                passSlices(frame);
            }
        }

        private void passSlices(final OutboundFrame frame) {
            final SendCompletion completion = frame.completion();
            // The last that has bytes carries the completion.
            int last = frame.sliceCount() - 1;
            while (last >= 0 && frame.sliceLength(last) == 0) {
                last--;
            }
            for (int i = 0; i <= last; i++) {
                if (frame.sliceLength(i) > 0) {
                    output.slice(
                            frame.sliceMemory(i),
                            frame.sliceOffset(i),
                            frame.sliceLength(i),
                            i == last ? completion : null);
                }
            }
            if (last < 0 && completion != null) {
                completion.onCompletion();
            }
        }
    }

    /** What the reader finds. */
    private final class Incoming implements FrameReader.Sink {

        @Override
        public FrameCheck rules() {
            return frames.rules();
        }

        @Override
        public Segment segmentFor(final FrameHeader header) throws TransportException {
            return frames.segmentFor(header);
        }

        @Override
        public void onData(final FrameHeader header, final Segment filled)
                throws TransportException {
            frames.onData(header, filled);
            dropIfClosing();
        }

        @Override
        public void onControl(final FrameHeader header, final ByteBuffer payload)
                throws TransportException {
            frames.onControl(header, payload);
            dropIfClosing();
        }
    }
}
