package io.geminid.flink.network;

import io.geminid.flink.memory.BufferMemory;
import io.geminid.shuffle.wire.FrameHeader;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.buffer.FreeingBufferRecycler;
import org.apache.flink.runtime.io.network.buffer.NetworkBuffer;

/**
 * Hands to Flink's input channels what came for them. Whatever Flink throws is the channel's
 * failure, not the connection's.
 *
 * <p>Connection's thread.
 */
final class Delivery {

    /** Flink's word for "nothing is said of the backlog". */
    private static final int NO_BACKLOG = -1;

    private static final int NO_SUBPARTITION = -1;

    private Delivery() {}

    /** Takes a full buffer; Flink's afterwards. */
    static void deliver(
            final ConsumedChannel channel, final FrameHeader header, final Buffer buffer) {
        final int sequence = header.sequence();
        try {
            if (header.payloadBytes() == 0) {
                buffer.recycleBuffer();
                channel.input.onEmptyBuffer(sequence, header.backlog());
            } else if (BufferFrames.isJoined(header)) {
                split(channel, header, buffer);
            } else {
                channel.input.onBuffer(
                        buffer, sequence, header.backlog(), BufferFrames.subpartition(header));
            }
        } catch (final IOException | RuntimeException e) {
            channel.input.onError(e);
        }
    }

    /** Takes the bytes of an event. */
    static void deliverEvent(
            final ConsumedChannel channel, final FrameHeader header, final byte[] event) {
        final MemorySegment segment = MemorySegmentFactory.wrap(event);
        final Buffer buffer =
                new NetworkBuffer(
                        segment,
                        FreeingBufferRecycler.INSTANCE,
                        BufferFrames.type(header),
                        event.length);
        try {
            if (BufferFrames.isJoined(header)) {
                split(channel, header, buffer);
            } else {
                channel.input.onBuffer(
                        buffer,
                        header.sequence(),
                        header.backlog(),
                        BufferFrames.subpartition(header));
            }
        } catch (final IOException | RuntimeException e) {
            channel.input.onError(e);
        }
    }

    static void backlog(final ConsumedChannel channel, final int backlog) {
        try {
            channel.input.onSenderBacklog(backlog);
        } catch (final IOException | RuntimeException e) {
            channel.input.onError(e);
        }
    }

    /** Buffers that were joined for one credit are elements of their own again. */
    private static void split(
            final ConsumedChannel channel, final FrameHeader header, final Buffer whole)
            throws IOException {
        final int[] lengths = channel.takePieces();
        final AtomicInteger left = new AtomicInteger(lengths.length);
        int offset = 0;
        int handed = 0;
        try {
            for (final int length : lengths) {
                final MemorySegment part = part(whole, offset, length);
                offset += length;
                handed++;
                channel.input.onBuffer(
                        new NetworkBuffer(
                                part,
                                recycled -> release(whole, left, 1),
                                whole.getDataType(),
                                whole.isCompressed(),
                                length),
                        header.sequence() + handed - 1,
                        handed == lengths.length ? header.backlog() : NO_BACKLOG,
                        NO_SUBPARTITION);
            }
        } finally {
            release(whole, left, lengths.length - handed);
        }
    }

    private static void release(final Buffer whole, final AtomicInteger left, final int parts) {
        if (parts > 0 && left.addAndGet(-parts) == 0) {
            whole.recycleBuffer();
        }
    }

    private static MemorySegment part(final Buffer whole, final int offset, final int length) {
        final MemorySegment memory = BufferMemory.segment(whole);
        return memory.isOffHeap()
                ? MemorySegmentFactory.wrapOffHeapMemory(memory.wrap(offset, length).slice())
                : MemorySegmentFactory.wrapCopy(memory.getArray(), offset, offset + length);
    }
}
