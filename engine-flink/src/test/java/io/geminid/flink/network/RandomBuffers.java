package io.geminid.flink.network;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.runtime.io.network.buffer.AbstractCompositeBuffer;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.buffer.Buffer.DataType;
import org.apache.flink.runtime.io.network.buffer.CompositeBuffer;
import org.apache.flink.runtime.io.network.buffer.FullyFilledBuffer;
import org.apache.flink.runtime.io.network.buffer.NetworkBuffer;

/** Buffers of every form that Flink's partitions give out, and what they are to arrive as. */
final class RandomBuffers {

    /** What arrives: the elements that a buffer stands for. */
    record Element(DataType type, boolean compressed, ByteBuffer bytes) {}

    private static final int EVENT_BYTES_MAX = 10_000;

    /**
     * An event of Flink's whose other bytes nobody reads: channels look whether it is a barrier.
     */
    private static final int END_OF_SUPERSTEP = 2;

    /** Pieces that need not fit a frame. */
    private static final int OVER_A_FRAME = 40;

    final List<Buffer> buffers = new ArrayList<>();
    final List<Element> elements = new ArrayList<>();

    /** Pieces that were made and not given back yet. */
    final AtomicInteger alive = new AtomicInteger();

    private final Random random;
    private final int bytesMax;

    RandomBuffers(final Random random, final int bytesMax, final int count) {
        this.random = random;
        this.bytesMax = bytesMax;
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(6)) {
                case 0 -> event();
                case 1 -> composite(1 + random.nextInt(OVER_A_FRAME));
                case 2 -> joined(1 + random.nextInt(bytesMax / 2), 2);
                case 3 -> joined(1 + random.nextInt(20), bytesMax / 20);
                default -> plain();
            }
        }
    }

    private void plain() {
        final boolean compressed = random.nextBoolean();
        final Buffer piece = piece(random.nextInt(bytesMax + 1), DataType.DATA_BUFFER, compressed);
        buffers.add(piece);
        if (piece.readableBytes() > 0) {
            expect(piece, DataType.DATA_BUFFER, compressed);
        }
    }

    private void event() {
        final boolean large = random.nextInt(4) == 0;
        final byte[] bytes = new byte[4 + random.nextInt(large ? EVENT_BYTES_MAX : 100)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(END_OF_SUPERSTEP);
        alive.incrementAndGet();
        final Buffer event =
                new NetworkBuffer(
                        MemorySegmentFactory.wrap(bytes),
                        segment -> alive.decrementAndGet(),
                        DataType.EVENT_BUFFER,
                        bytes.length);
        buffers.add(event);
        expect(event, DataType.EVENT_BUFFER, false);
    }

    private void composite(final int count) {
        final CompositeBuffer whole = new CompositeBuffer(DataType.DATA_BUFFER, bytesMax, false);
        fill(whole, count, bytesMax / count);
        buffers.add(whole);
        expect(whole, DataType.DATA_BUFFER, false);
    }

    private void joined(final int count, final int bytesEach) {
        final FullyFilledBuffer whole =
                new FullyFilledBuffer(DataType.DATA_BUFFER_WITH_CLEAR_END, bytesMax, true);
        for (int i = 0; i < count; i++) {
            final CompositeBuffer part =
                    new CompositeBuffer(
                            DataType.DATA_BUFFER_WITH_CLEAR_END, Math.max(1, bytesEach), true);
            fill(part, 1 + random.nextInt(2), Math.max(1, bytesEach / 2));
            whole.addPartialBuffer(part);
            expect(part, DataType.DATA_BUFFER_WITH_CLEAR_END, true);
        }
        buffers.add(whole);
    }

    private void fill(
            final AbstractCompositeBuffer whole, final int count, final int bytesEachMax) {
        for (int i = 0; i < count && whole.missingLength() > 0; i++) {
            final int bytes = 1 + random.nextInt(Math.max(1, bytesEachMax));
            whole.addPartialBuffer(
                    piece(
                            Math.min(bytes, whole.missingLength()),
                            whole.getDataType(),
                            whole.isCompressed()));
        }
    }

    /** Somewhere within a segment, of direct memory mostly. */
    private Buffer piece(final int bytes, final DataType type, final boolean compressed) {
        alive.incrementAndGet();
        final int before = random.nextInt(50);
        final int size = before + bytes + 1;
        final MemorySegment segment =
                random.nextInt(20) == 0
                        ? MemorySegmentFactory.allocateUnpooledSegment(size)
                        : MemorySegmentFactory.allocateUnpooledOffHeapMemory(size);
        for (int i = 0; i < size; i++) {
            segment.put(i, (byte) random.nextInt());
        }
        final NetworkBuffer buffer =
                new NetworkBuffer(
                        segment,
                        freed -> alive.decrementAndGet(),
                        type,
                        compressed,
                        before + bytes);
        buffer.setReaderIndex(before);
        return buffer;
    }

    private void expect(final Buffer part, final DataType type, final boolean compressed) {
        final ByteBuffer bytes = ByteBuffer.allocate(part.readableBytes());
        copy(part, bytes);
        elements.add(new Element(type, compressed, bytes.flip()));
    }

    private static void copy(final Buffer part, final ByteBuffer target) {
        if (part instanceof AbstractCompositeBuffer composite) {
            composite.getPartialBuffers().forEach(each -> copy(each, target));
        } else {
            target.put(part.getNioBufferReadable());
        }
    }
}
