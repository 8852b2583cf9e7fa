package io.geminid.flink.network;

import io.geminid.flink.memory.BufferMemory;
import io.geminid.flink.memory.RegisteredMemory;
import io.geminid.memory.Segment;
import io.geminid.shuffle.transport.OutboundFrame;
import io.geminid.shuffle.transport.SendCompletion;
import io.geminid.shuffle.wire.FrameHeader;
import io.geminid.shuffle.wire.FrameType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.runtime.io.network.buffer.AbstractCompositeBuffer;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.buffer.FullyFilledBuffer;
import org.apache.flink.runtime.io.network.partition.consumer.InputChannel.BufferAndAvailability;

/**
 * Turns Flink's buffers into frames, one after the other. Most are one frame. A buffer that joins
 * others has a frame with their lengths before it; a long event comes in parts.
 *
 * <p>The value of a data or event frame:
 *
 * <pre>
 *   bits 0..31 subpartition, or -1
 *   bits 32..39 number of Flink's data type
 *   bit 40 compressed
 *   bit 41 joins several buffers
 * </pre>
 *
 * <p>Connection's thread only. Owns a buffer from {@link #begin} until the completion of its frame.
 */
final class BufferFrames {

    private static final long SUBPARTITION_MASK = 0xFFFF_FFFFL;
    private static final int TYPE_SHIFT = 32;
    private static final int TYPE_MASK = 0xFF;
    private static final long COMPRESSED = 1L << 40;
    private static final long JOINED = 1L << 41;

    private static final Buffer.DataType[] TYPES = Buffer.DataType.values();

    /** Completions kept for reuse: about as many as frames wait for a socket. */
    private static final int FREE_MAX = 256;

    private final RegisteredMemory memory;
    private final ShuffleCounters counters;
    private final ArrayDeque<Sent> free = new ArrayDeque<>();
    private final List<Buffer> pieces = new ArrayList<>();
    private final ByteBuffer scratch =
            ByteBuffer.allocate(FrameHeader.CONTROL_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);

    // The buffer under way; null if there is none.
    private Buffer buffer;
    private int channel;
    private int sequence;
    private int backlog;
    private int subpartition;
    private List<Buffer> joined = List.of();
    private int joinedTold;

    /** The bytes of an event, and how many of them have left. */
    private ByteBuffer event;

    private int eventSent;

    BufferFrames(final RegisteredMemory memory, final ShuffleCounters counters) {
        this.memory = memory;
        this.counters = counters;
    }

    /** Gives the memory back when the link does not need it any more. */
    private final class Sent implements SendCompletion {
        private Buffer sent;
        private Segment gathered;

        @Override
        public void onCompletion() {
            final Buffer done = sent;
            final Segment copy = gathered;
            sent = null;
            gathered = null;
            if (free.size() < FREE_MAX) {
                free.addLast(this);
            }
            if (copy != null) {
                copy.close();
            }
            done.recycleBuffer();
        }
    }

    /** Whether frames of a buffer are still to come. */
    boolean underWay() {
        return buffer != null;
    }

    /** Takes a buffer; {@link #fill} must follow until nothing is under way. */
    void begin(final BufferAndAvailability next, final int channelId, final int fromSubpartition) {
        assert buffer == null;
        buffer = next.buffer();
        channel = channelId;
        sequence = next.getSequenceNumber();
        backlog = next.buffersInBacklog();
        subpartition = fromSubpartition;
        joined = buffer instanceof FullyFilledBuffer full ? full.getPartialBuffers() : List.of();
        joinedTold = 0;
        flatten(buffer);
        if (!buffer.isBuffer()) {
            event = gatherEvent();
            eventSent = 0;
        }
    }

    /** Fills in the next frame of the buffer under way. */
    void fill(final OutboundFrame frame) {
        if (joinedTold < joined.size()) {
            fillLengths(frame);
        } else if (event == null) {
            fillData(frame);
        } else {
            fillEvent(frame);
        }
    }

    /** Gives the buffer under way back, if there is one. */
    void drop() {
        if (buffer != null) {
            final Buffer dropped = buffer;
            end();
            dropped.recycleBuffer();
        }
    }

    private void end() {
        buffer = null;
        joined = List.of();
        event = null;
        pieces.clear();
    }

    private void flatten(final Buffer part) {
        if (part instanceof AbstractCompositeBuffer composite) {
            composite.getPartialBuffers().forEach(this::flatten);
        } else if (part.readableBytes() > 0) {
            pieces.add(part);
        }
    }

    private long value() {
        return (subpartition & SUBPARTITION_MASK)
                | (long) buffer.getDataType().ordinal() << TYPE_SHIFT
                | (buffer.isCompressed() ? COMPRESSED : 0)
                | (joined.isEmpty() ? 0 : JOINED);
    }

    private void fillLengths(final OutboundFrame frame) {
        int bytes = 0;
        while (joinedTold < joined.size() && bytes < FrameHeader.CONTROL_BYTES_MAX) {
            scratch.putInt(bytes, joined.get(joinedTold).readableBytes());
            joinedTold++;
            bytes += Integer.BYTES;
        }
        frame.set(FrameType.PIECES, channel).sequence(sequence).slice(scratch, 0, bytes);
    }

    private void fillData(final OutboundFrame frame) {
        frame.set(FrameType.DATA, channel).sequence(sequence).backlog(backlog).value(value());
        counters.buffersSent.increment();
        counters.bytesSent.add(buffer.readableBytes());
        final Sent completion = free.isEmpty() ? new Sent() : free.pollLast();
        completion.sent = buffer;
        if (pieces.size() > OutboundFrame.SLICES_MAX || anyOnHeap()) {
            gatherData(frame, completion);
        } else {
            for (int i = 0; i < pieces.size(); i++) {
                slice(frame, pieces.get(i));
            }
        }
        frame.completion(completion);
        end();
    }

    private boolean anyOnHeap() {
        for (int i = 0; i < pieces.size(); i++) {
            if (!BufferMemory.segment(pieces.get(i)).isOffHeap()) {
                return true;
            }
        }
        return false;
    }

    private void slice(final OutboundFrame frame, final Buffer piece) {
        final MemorySegment segment = BufferMemory.segment(piece);
        final int offset = BufferMemory.offset(piece);
        final long address = segment.getAddress() + offset;
        final ByteBuffer slab = memory.slabMemory(address);
        if (slab == null) {
            counters.piecesUnregistered.increment();
            final ByteBuffer view = segment.wrap(offset, piece.readableBytes()).slice();
            frame.slice(view, 0, piece.readableBytes());
        } else {
            counters.piecesRegistered.increment();
            frame.slice(slab, memory.slabOffset(address), piece.readableBytes());
        }
    }

    /** Copies pieces that a frame cannot carry as they are into registered memory. */
    private void gatherData(final OutboundFrame frame, final Sent completion) {
        counters.piecesCopied.add(pieces.size());
        final Segment target = memory.pollGather();
        // Rare twice: very many pieces, and so many buffers of that kind under way.
        final ByteBuffer bytes =
                target == null
                        ? ByteBuffer.allocateDirect(buffer.readableBytes())
                        : target.slice(0, buffer.readableBytes());
        completion.gathered = target;
        for (int i = 0; i < pieces.size(); i++) {
            bytes.put(pieces.get(i).getNioBufferReadable());
        }
        frame.slice(bytes, 0, buffer.readableBytes());
    }

    private ByteBuffer gatherEvent() {
        if (pieces.size() == 1) {
            return pieces.get(0).getNioBufferReadable().slice();
        }
        final ByteBuffer bytes = ByteBuffer.allocate(buffer.readableBytes());
        for (int i = 0; i < pieces.size(); i++) {
            bytes.put(pieces.get(i).getNioBufferReadable());
        }
        return bytes.flip();
    }

    private void fillEvent(final OutboundFrame frame) {
        final int left = event.capacity() - eventSent;
        if (left > FrameHeader.CONTROL_BYTES_MAX) {
            frame.set(FrameType.EVENT_PART, channel)
                    .sequence(sequence)
                    .slice(event, eventSent, FrameHeader.CONTROL_BYTES_MAX);
            eventSent += FrameHeader.CONTROL_BYTES_MAX;
            return;
        }
        counters.eventsSent.increment();
        final boolean priority = buffer.getDataType().hasPriority();
        frame.set(priority ? FrameType.PRIORITY_EVENT : FrameType.EVENT, channel)
                .sequence(sequence)
                .backlog(backlog)
                .value(value())
                .slice(event, eventSent, left)
                // The link copies it before it calls.
                .completion(buffer::recycleBuffer);
        end();
    }

    // What a peer sent.

    /** Subpartition of a frame, or -1. */
    static int subpartition(final FrameHeader header) {
        return (int) header.value();
    }

    /** Data type of a frame; null if this Flink has none of that number. */
    static Buffer.DataType type(final FrameHeader header) {
        final int number = (int) (header.value() >>> TYPE_SHIFT) & TYPE_MASK;
        return number < TYPES.length ? TYPES[number] : null;
    }

    static boolean isCompressed(final FrameHeader header) {
        return (header.value() & COMPRESSED) != 0;
    }

    static boolean isJoined(final FrameHeader header) {
        return (header.value() & JOINED) != 0;
    }
}
