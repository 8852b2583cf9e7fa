package io.geminid.shuffle.record;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.gate.InputElement;
import io.geminid.shuffle.gate.InputGate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A gate that delivers the bytes and events it was given, in the pieces in which it got them. */
final class ChunkGate implements InputGate {

    private record Element(int channel, Chunk chunk, ShuffleEvent event) {}

    /** Bytes somewhere within a larger memory, whose other bytes are poison. */
    private final class Chunk implements Buffer {

        private static final int MARGIN = 3;
        private static final byte POISON = (byte) 0xA5;

        private final ByteBuffer memory;
        private final int length;

        Chunk(final byte[] bytes, final int from, final int to) {
            length = to - from;
            memory = ByteBuffer.allocateDirect(length + 2 * MARGIN).order(ByteOrder.LITTLE_ENDIAN);
            poison();
            memory.put(MARGIN, bytes, from, length);
        }

        private void poison() {
            for (int i = 0; i < memory.capacity(); i++) {
                memory.put(i, POISON);
            }
        }

        @Override
        public Kind kind() {
            return Kind.DATA;
        }

        @Override
        public ByteBuffer memory() {
            return memory;
        }

        @Override
        public int offset() {
            return MARGIN;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public boolean finished() {
            return true;
        }

        @Override
        public Buffer retain() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {
            held--;
            poison();
        }
    }

    private final Deque<Element> elements = new ArrayDeque<>();
    private final int channels;
    private int ended;
    private int held;

    ChunkGate(final int channels) {
        this.channels = channels;
    }

    ChunkGate add(final int channel, final byte[] bytes, final int from, final int to) {
        elements.add(new Element(channel, new Chunk(bytes, from, to), null));
        return this;
    }

    ChunkGate add(final int channel, final ShuffleEvent event) {
        elements.add(new Element(channel, null, event));
        return this;
    }

    /** Buffers handed out and not released. */
    int held() {
        return held;
    }

    @Override
    public int channelCount() {
        return channels;
    }

    @Override
    public long dataBytesMax() {
        return Long.MAX_VALUE;
    }

    @Override
    public String describe(final int channel) {
        return "channel=" + channel + " partition=test";
    }

    @Override
    public void updateChannel(final int channel, final ShuffleDescriptor producer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void requestPartitions() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean poll(final InputElement into) {
        final Element next = elements.poll();
        if (next == null) {
            return false;
        }
        if (next.event != null) {
            into.set(next.channel, next.event);
            ended += next.event instanceof EndOfPartition ? 1 : 0;
        } else {
            held++;
            into.set(next.channel, next.chunk);
        }
        return true;
    }

    @Override
    public boolean pollPriority(final InputElement into) {
        return false;
    }

    @Override
    public void onPriority(final Runnable listener) {}

    @Override
    public List<Buffer> queuedBefore(final int channel, final long checkpoint) {
        return List.of();
    }

    @Override
    public void overtake(final int channel, final long checkpoint) {}

    @Override
    public boolean awaitAvailable(final Runnable listener) {
        return elements.isEmpty();
    }

    @Override
    public void resumeConsumption(final int channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void acknowledgeAllRecordsProcessed(final int channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isFinished() {
        return ended == channels;
    }

    @Override
    public void close() {
        elements.clear();
    }
}
