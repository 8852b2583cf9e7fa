package io.geminid.runtime.task.io;

import io.geminid.runtime.graph.exchange.Partitioner;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.record.StreamElement;
import io.geminid.runtime.record.StreamElementSerializer;
import io.geminid.runtime.task.InputFailedException;
import io.geminid.runtime.task.checkpoint.BarrierAligner;
import io.geminid.runtime.task.checkpoint.ChannelId;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.runtime.task.checkpoint.CheckpointedGate;
import io.geminid.runtime.task.checkpoint.RestoredGate;
import io.geminid.runtime.task.checkpoint.TaskCheckpoints;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.WatermarkValve;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.event.BarrierAnnouncement;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.record.RawRecordReader;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.record.RecordReader;
import io.geminid.state.KeyGroup;
import io.geminid.state.KeyGroupRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Reads one gate: records go to the operator, watermarks and status to the valve of the operator's
 * input.
 *
 * @param <T> type of the records
 */
final class GateInput<T> implements CheckpointedGate {

    private final InputGate gate;
    private final RestoredGate restored;
    private final EdgePlace place;
    private final TaskCheckpoints checkpoints;
    private final int channelsBefore;
    private final int channels;
    private final StreamElementSerializer<T> serializer;
    private final RecordReader<StreamElement<T>> reader;
    private final OnceListener available;
    private final Output<T> operator;
    private final WatermarkValve valve;
    private final int firstChannel;
    private int channelsWithData;
    private final boolean isRescaled;
    private boolean isRestored;
    private boolean finished;
    private long records;

    /**
     * Makes an input.
     *
     * @param source the gate, closed by this
     * @param values of the records
     * @param target where records go
     * @param wake wakes the task's thread
     */
    GateInput(
            final Source source,
            final RecordSerializer<T> values,
            final Target<T> target,
            final Runnable wake) {
        gate = source.gate;
        restored = gate instanceof RestoredGate wrapped && !wrapped.isDone() ? wrapped : null;
        place = source.place;
        checkpoints = source.checkpoints;
        channelsBefore = source.channelsBefore;
        channels = restored == null ? gate.channelCount() : restored.ownChannelCount();
        isRescaled = restored != null && restored.restored().get(0).rescaled();
        serializer = new StreamElementSerializer<>(values);
        reader = new RecordReader<>(gate, serializer, source.recordBytesMax);
        available = new OnceListener(wake);
        operator = target.operator;
        valve = target.valve;
        firstChannel = target.firstChannel;
        channelsWithData = channels;
        if (restored != null) {
            restored.whenDone(this::onRestored);
        }
    }

    /**
     * Where the bytes come from.
     *
     * @param gate closed by this
     * @param place the edge
     * @param checkpoints told of barriers
     * @param channelsBefore channels of the task's gates before this one
     * @param recordBytesMax longest record to accept
     */
    record Source(
            InputGate gate,
            EdgePlace place,
            TaskCheckpoints checkpoints,
            int channelsBefore,
            int recordBytesMax) {}

    /**
     * Where elements go.
     *
     * @param operator records
     * @param valve watermarks and status, of all gates of the same input
     * @param firstChannel the gate's first channel in the valve
     */
    record Target<T>(Output<T> operator, WatermarkValve valve, int firstChannel) {}

    /** Whether records may still come. */
    boolean hasData() {
        return channelsWithData > 0;
    }

    /** Takes the next element, if there is one. */
    ReadStatus next() throws InputFailedException {
        final ReadStatus status = read();
        if (status == ReadStatus.RECORD) {
            onElement(reader.value());
        } else if (status == ReadStatus.EVENT) {
            onEvent(reader.channel(), reader.event());
        } else if (status == ReadStatus.FINISHED) {
            finished = true;
        }
        return status;
    }

    /** Reads events that overtake data, whether or not output is available. */
    void readPriorityEvents() throws InputFailedException {
        try {
            while (reader.raw().nextPriority() == ReadStatus.EVENT) {
                onEvent(reader.raw().eventChannel(), reader.event());
            }
        } catch (final IOException e) {
            throw new InputFailedException(e);
        }
    }

    private void onEvent(final int channel, final ShuffleEvent event) {
        final BarrierAligner aligner = checkpoints.aligner();
        if (event instanceof CheckpointBarrier barrier) {
            aligner.onBarrier(channelsBefore + channel, barrier);
        } else if (event instanceof BarrierAnnouncement announcement) {
            aligner.onAnnouncement(announcement.barrier());
        } else if (event instanceof EndOfData) {
            channelsWithData--;
        } else if (event instanceof EndOfPartition) {
            aligner.onEndOfPartition(channelsBefore + channel);
        }
    }

    /** Everything restored was read, and nothing new yet: event time goes over to the channels. */
    private void onRestored() {
        final int count = restored.restored().size();
        for (int i = 0; i < count; i++) {
            if (reader.raw().unread(channels + i).hasRemaining()) {
                throw new IllegalStateException(
                        gate.describe(channels + i) + " ends within a record");
            }
        }
        for (int channel = 0; channel < channels && !isRescaled; channel++) {
            final int old = firstChannel + channels + channel;
            valve.set(firstChannel + channel, valve.watermark(old), valve.isIdle(old));
        }
        for (int i = 0; i < count; i++) {
            valve.set(firstChannel + channels + i, Watermarks.NONE, true);
        }
        isRestored = true;
    }

    /** Puts the valve to where it was. */
    void restoreTime(final Map<ChannelId, InputProgress.EventTime> times) {
        if (restored == null) {
            return;
        }
        // New channels of another parallelism are active: nothing is known of a producer's event
        // time from what some of the old ones had sent, and it says itself how far it is.
        for (int channel = 0; channel < channels && !isRescaled; channel++) {
            valve.set(firstChannel + channel, Watermarks.NONE, true);
        }
        for (int i = 0; i < restored.restored().size(); i++) {
            final InputProgress.EventTime time = times.get(restored.restored().get(i).id());
            if (time != null) {
                valve.set(firstChannel + channels + i, time.watermark(), time.isIdle());
            }
        }
    }

    /** Adds event time of each channel. */
    void addTimes(final Map<ChannelId, InputProgress.EventTime> times) {
        final int offset = restored == null || isRestored ? 0 : channels;
        for (int channel = 0; channel < channels; channel++) {
            final int slot = firstChannel + offset + channel;
            times.put(
                    idOf(channel),
                    new InputProgress.EventTime(valve.watermark(slot), valve.isIdle(slot)));
        }
    }

    private ReadStatus read() throws InputFailedException {
        try {
            return reader.next();
        } catch (final IOException e) {
            throw new InputFailedException(e);
        }
    }

    private void onElement(final StreamElement<T> element) {
        final int channel = firstChannel + reader.channel();
        switch (element.kind()) {
            case RECORD -> {
                if (isRescaled && !isRestored && !isOurs(element.value())) {
                    return;
                }
                records++;
                operator.collect(element.value(), element.timestampMillis());
            }
            case WATERMARK -> valve.onWatermark(channel, element.timestampMillis());
            case IDLE -> valve.onStatus(channel, WatermarkStatus.IDLE);
            case ACTIVE -> valve.onStatus(channel, WatermarkStatus.ACTIVE);
            default -> throw new AssertionError(element.kind());
        }
    }

    /** Whether a record that was in flight towards another subtask then belongs to this one now. */
    @SuppressWarnings("unchecked") // the graph gave edge and operator the same type
    private boolean isOurs(final T value) {
        final Partitioner<T> partitioner = (Partitioner<T>) place.edge().spec().partitioner();
        if (partitioner.keySelector() == null) {
            return true;
        }
        final int keyGroup =
                KeyGroup.of(partitioner.keySelector().keyOf(value), place.maxParallelism());
        return KeyGroupRange.of(
                        place.maxParallelism(), place.mapping().consumers(), place.subtask())
                .contains(keyGroup);
    }

    @Override
    public int channelCount() {
        return channels;
    }

    @Override
    public ChannelId idOf(final int channel) {
        return place.input(channel);
    }

    @Override
    public boolean keepsInFlight() {
        return !place.staysAligned();
    }

    @Override
    public void resume(final int channel) {
        gate.resumeConsumption(channel);
    }

    @Override
    public void overtake(final int channel, final long checkpoint) {
        gate.overtake(channel, checkpoint);
    }

    @Override
    public ByteBuffer unread(final int channel) {
        return reader.raw().unread(channel);
    }

    @Override
    public List<Buffer> queuedBefore(final int channel, final long checkpoint) {
        return gate.queuedBefore(channel, checkpoint);
    }

    @Override
    public long dataBytesMax() {
        return gate.dataBytesMax();
    }

    @Override
    public void tap(final RawRecordReader.DataTap tap) {
        reader.raw().tap(tap);
    }

    @Override
    public boolean addRestored(final ChannelState into) {
        if (restored == null || isRestored) {
            return true;
        }
        for (int i = 0; i < restored.restored().size(); i++) {
            final int unread = reader.raw().unread(channels + i).remaining();
            into.addRestored(restored.restored().get(i).id(), restored.rest(i, unread));
        }
        return !isRescaled;
    }

    @Override
    public long restoredBytesRead() {
        if (restored == null) {
            return 0;
        }
        long unread = 0;
        for (int i = 0; i < restored.restored().size() && !isRestored; i++) {
            unread += reader.raw().unread(channels + i).remaining();
        }
        return restored.bytesTaken() - unread;
    }

    /** Has the task's thread woken when there may be something; false if there is now. */
    boolean awaitAvailable() {
        return finished || available.awaitBy(gate::awaitAvailable);
    }

    void acknowledgeAllRecordsProcessed() {
        for (int channel = 0; channel < channels; channel++) {
            gate.acknowledgeAllRecordsProcessed(channel);
        }
    }

    /** Reads what still comes after the end of data; true once nothing comes any more. */
    boolean drain() throws InputFailedException {
        while (!finished) {
            if (next() == ReadStatus.NOTHING && awaitAvailable()) {
                return false;
            }
        }
        return true;
    }

    long records() {
        return records;
    }

    long bytes() {
        return serializer.bytesRead();
    }

    void close() {
        reader.close();
        gate.close();
    }
}
