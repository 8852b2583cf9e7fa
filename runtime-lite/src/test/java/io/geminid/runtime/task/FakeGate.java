package io.geminid.runtime.task;

import io.geminid.runtime.record.StreamElement;
import io.geminid.runtime.record.StreamElementSerializer;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.Serializers;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ShuffleDescriptor;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.gate.InputElement;
import io.geminid.shuffle.gate.InputGate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** A gate that delivers what the test puts in, and keeps a log of calls. */
final class FakeGate implements InputGate {

    private final List<String> log;
    private final int channels;
    private final Deque<Consumer<InputElement>> elements = new ArrayDeque<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private final StreamElementSerializer<Long> serializer =
            new StreamElementSerializer<>(Serializers.LONG);
    private int partitionsOpen;
    private int buffersOut;
    IOException broken;

    FakeGate(final List<String> log, final int channels) {
        this.log = log;
        this.channels = channels;
        this.partitionsOpen = channels;
    }

    /** Puts in records without timestamps. */
    FakeGate records(final int channel, final long... values) {
        for (final long value : values) {
            element(channel, new StreamElement<Long>().record(value, Long.MIN_VALUE));
        }
        return this;
    }

    FakeGate watermark(final int channel, final long watermark) {
        return element(channel, new StreamElement<Long>().watermark(watermark));
    }

    FakeGate endOfData() {
        for (int channel = 0; channel < channels; channel++) {
            event(channel, new EndOfData(true));
        }
        return this;
    }

    FakeGate endOfPartition() {
        for (int channel = 0; channel < channels; channel++) {
            event(channel, new EndOfPartition());
        }
        return this;
    }

    private FakeGate element(final int channel, final StreamElement<Long> element) {
        final RecordOutput out = new RecordOutput();
        out.putInt(0);
        serializer.write(element, out);
        final ByteBuffer bytes = ByteBuffer.allocate(out.length()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(out.scratch()).flip();
        bytes.putInt(0, bytes.remaining() - Integer.BYTES);
        return add(into -> into.set(channel, new FakeBuffer(bytes)));
    }

    private void event(final int channel, final ShuffleEvent event) {
        add(
                into -> {
                    into.set(channel, event);
                    partitionsOpen -= event instanceof EndOfPartition ? 1 : 0;
                });
    }

    private FakeGate add(final Consumer<InputElement> element) {
        elements.add(element);
        final List<Runnable> told = List.copyOf(listeners);
        listeners.clear();
        told.forEach(Runnable::run);
        return this;
    }

    int left() {
        return elements.size();
    }

    int listeners() {
        return listeners.size();
    }

    int buffersOut() {
        return buffersOut;
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
        return "channel=" + channel;
    }

    @Override
    public void updateChannel(final int channel, final ShuffleDescriptor producer) {}

    @Override
    public void requestPartitions() {
        log.add("gate request");
    }

    @Override
    public boolean poll(final InputElement into) throws IOException {
        if (broken != null) {
            throw broken;
        }
        if (elements.isEmpty()) {
            return false;
        }
        elements.remove().accept(into);
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
        if (!elements.isEmpty()) {
            return false;
        }
        listeners.add(listener);
        return true;
    }

    @Override
    public void resumeConsumption(final int channel) {}

    @Override
    public void acknowledgeAllRecordsProcessed(final int channel) {
        log.add("gate acknowledge " + channel);
    }

    @Override
    public boolean isFinished() {
        return partitionsOpen == 0;
    }

    @Override
    public void close() {
        log.add("gate close");
    }

    private final class FakeBuffer implements Buffer {

        private final ByteBuffer bytes;

        FakeBuffer(final ByteBuffer bytes) {
            this.bytes = bytes;
            buffersOut++;
        }

        @Override
        public Kind kind() {
            return Kind.DATA;
        }

        @Override
        public ByteBuffer memory() {
            return bytes;
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int length() {
            return bytes.remaining();
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
            buffersOut--;
        }
    }
}
