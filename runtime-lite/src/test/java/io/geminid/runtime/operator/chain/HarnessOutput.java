package io.geminid.runtime.operator.chain;

import io.geminid.runtime.graph.JobEdge;
import io.geminid.runtime.graph.exchange.ChannelSelector;
import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.chain.HarnessTask.Element;
import io.geminid.runtime.operator.chain.HarnessTask.Kind;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import java.nio.ByteBuffer;

/** One edge's output of one subtask of a {@link JobHarness}. */
final class HarnessOutput implements Output<Object> {

    private final JobHarness job;
    private final JobEdge edge;
    private final int producer;
    private final int channelCount;
    private final HarnessTask.Channel[] channels;
    private final ChannelSelector<Object> selector;
    private final RecordSerializer<Object> serializer;
    private final RecordOutput out = new RecordOutput();

    @SuppressWarnings("unchecked") // the graph knows the types
    HarnessOutput(final JobHarness job, final JobEdge edge, final int producer) {
        this.job = job;
        this.edge = edge;
        this.producer = producer;
        channelCount = job.graph().mapping(edge).subpartitionCount(producer);
        channels = new HarnessTask.Channel[channelCount];
        selector =
                ((Partitioner<Object>) edge.spec().partitioner())
                        .selector(
                                channelCount,
                                job.graph()
                                        .jobGraph()
                                        .vertices()
                                        .get(edge.targetVertex())
                                        .maxParallelism(),
                                producer);
        serializer = (RecordSerializer<Object>) edge.spec().serializer();
    }

    @Override
    public void collect(final Object value, final long timestampMillis) {
        final int chosen = selector.select(value);
        for (int channel = 0; channel < channelCount; channel++) {
            if (chosen == ChannelSelector.ALL_CHANNELS || chosen == channel) {
                send(channel, new Element(Kind.RECORD, overTheWire(value), timestampMillis));
            }
        }
    }

    @Override
    public void emitWatermark(final long watermark) {
        sendToAll(new Element(Kind.WATERMARK, null, watermark));
    }

    @Override
    public void emitStatus(final WatermarkStatus status) {
        final Kind kind = status == WatermarkStatus.IDLE ? Kind.IDLE : Kind.ACTIVE;
        sendToAll(new Element(kind, null, 0));
    }

    void end() {
        sendToAll(new Element(Kind.END, null, 0));
    }

    private void sendToAll(final Element element) {
        for (int channel = 0; channel < channelCount; channel++) {
            send(channel, element);
        }
    }

    private void send(final int channel, final Element element) {
        if (channels[channel] == null) {
            channels[channel] = job.channel(edge, producer, channel);
        }
        channels[channel].add(element);
    }

    private Object overTheWire(final Object value) {
        out.beginInScratch();
        serializer.write(value, out);
        final ByteBuffer bytes = out.scratch();
        return serializer.read(new RecordInput().wrap(bytes, 0, bytes.limit()));
    }
}
