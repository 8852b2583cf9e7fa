package io.geminid.runtime.task.io;

import io.geminid.runtime.graph.exchange.ChannelSelector;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.record.StreamElement;
import io.geminid.runtime.record.StreamElementSerializer;
import io.geminid.runtime.task.checkpoint.ChannelState;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.partition.ResultPartition;
import java.util.List;

/**
 * Writes the elements of one edge into its partition. Watermarks and status go to every
 * subpartition, in the order of the records.
 *
 * @param <T> type of the records
 */
final class EdgeOutput<T> implements Output<T> {

    private final EdgePlace place;
    private final ResultPartition partition;
    private final int subpartitions;
    private final ChannelSelector<T> selector;
    private final StreamElementSerializer<T> serializer;
    private final StreamElement<T> element = new StreamElement<>();
    private final boolean isLogged;
    private long records;
    private long bytes;

    EdgeOutput(
            final EdgePlace place,
            final ResultPartition partition,
            final ChannelSelector<T> selector,
            final RecordSerializer<T> values,
            final boolean isLogged) {
        this.isLogged = isLogged;
        this.place = place;
        this.partition = partition;
        this.subpartitions = partition.subpartitionCount();
        this.selector = selector;
        this.serializer = new StreamElementSerializer<>(values);
    }

    ResultPartition partition() {
        return partition;
    }

    /** Sends a barrier; one that overtakes does so only where data in flight may be kept. */
    void emitBarrier(final CheckpointBarrier barrier, final ChannelState overtaken) {
        if (place.staysAligned() && mayOvertake(barrier)) {
            final long remaining =
                    barrier.kind().overtakes() ? 0 : Math.max(1, barrier.remainingMillis());
            partition.broadcastEvent(
                    barrier.as(BarrierKind.FORCED_ALIGNED).within(remaining), false);
        } else if (isLogged) {
            partition.broadcastEvent(barrier, barrier.kind().overtakes());
        } else if (barrier.kind().overtakes()) {
            keep(partition.broadcastOvertaking(barrier), overtaken);
        } else {
            partition.broadcastEvent(barrier, false);
        }
    }

    private static boolean mayOvertake(final CheckpointBarrier barrier) {
        return barrier.kind().overtakes() || barrier.kind() == BarrierKind.ALIGNED_FOR_A_TIME;
    }

    void overtake(final CheckpointBarrier barrier, final ChannelState overtaken) {
        if (!place.staysAligned()) {
            keep(partition.overtake(barrier), overtaken);
        }
    }

    boolean awaitBarrierTaken(final long checkpoint, final Runnable listener) {
        return !place.staysAligned() && partition.awaitBarrierTaken(checkpoint, listener);
    }

    private void keep(final List<List<Buffer>> buffers, final ChannelState overtaken) {
        for (int subpartition = 0; subpartition < subpartitions; subpartition++) {
            for (final Buffer buffer : buffers.get(subpartition)) {
                if (!isLogged) {
                    overtaken.add(place.output(subpartition), buffer);
                }
                buffer.release();
            }
        }
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void collect(final T value, final long timestampMillis) {
        final int chosen = selector.select(value);
        element.record(value, timestampMillis);
        if (chosen == ChannelSelector.ALL_CHANNELS) {
            writeToAll();
            records += subpartitions;
        } else {
            write(chosen);
            records++;
        }
    }

    @Override
    public void emitWatermark(final long watermark) {
        element.watermark(watermark);
        writeToAll();
    }

    @Override
    public void emitStatus(final WatermarkStatus status) {
        element.status(status == WatermarkStatus.IDLE);
        writeToAll();
    }

    private void writeToAll() {
        if (partition.writesBroadcastOnce()) {
            write(partition.beginBroadcast());
            return;
        }
        for (int subpartition = 0; subpartition < subpartitions; subpartition++) {
            write(subpartition);
        }
    }

    private void write(final int subpartition) {
        write(partition.beginRecord(subpartition));
    }

    private void write(final RecordOutput out) {
        serializer.write(element, out);
        bytes += out.length();
        try {
            partition.endRecord();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutputInterruptedException(partition.id().toString(), e);
        }
    }
}
