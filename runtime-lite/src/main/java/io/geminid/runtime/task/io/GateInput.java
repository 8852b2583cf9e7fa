package io.geminid.runtime.task.io;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.record.StreamElement;
import io.geminid.runtime.record.StreamElementSerializer;
import io.geminid.runtime.task.InputFailedException;
import io.geminid.runtime.time.WatermarkStatus;
import io.geminid.runtime.time.WatermarkValve;
import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.gate.InputGate;
import io.geminid.shuffle.record.ReadStatus;
import io.geminid.shuffle.record.RecordReader;
import java.io.IOException;

/**
 * Reads one gate: records go to the operator, watermarks and status to the valve of the operator's
 * input.
 *
 * @param <T> type of the records
 */
final class GateInput<T> {

    private final InputGate gate;
    private final StreamElementSerializer<T> serializer;
    private final RecordReader<StreamElement<T>> reader;
    private final OnceListener available;
    private final Output<T> operator;
    private final WatermarkValve valve;
    private final int firstChannel;
    private int channelsWithData;
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
        serializer = new StreamElementSerializer<>(values);
        reader = new RecordReader<>(gate, serializer, source.recordBytesMax);
        available = new OnceListener(wake);
        operator = target.operator;
        valve = target.valve;
        firstChannel = target.firstChannel;
        channelsWithData = gate.channelCount();
    }

    /** Where the bytes come from, and how long a record may be. */
    record Source(InputGate gate, int recordBytesMax) {}

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
            if (reader.event() instanceof EndOfData) {
                channelsWithData--;
            }
        } else if (status == ReadStatus.FINISHED) {
            finished = true;
        }
        return status;
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
                records++;
                operator.collect(element.value(), element.timestampMillis());
            }
            case WATERMARK -> valve.onWatermark(channel, element.timestampMillis());
            case IDLE -> valve.onStatus(channel, WatermarkStatus.IDLE);
            case ACTIVE -> valve.onStatus(channel, WatermarkStatus.ACTIVE);
            default -> throw new AssertionError(element.kind());
        }
    }

    /** Has the task's thread woken when there may be something; false if there is now. */
    boolean awaitAvailable() {
        return finished || available.awaitBy(gate::awaitAvailable);
    }

    void acknowledgeAllRecordsProcessed() {
        for (int channel = 0; channel < gate.channelCount(); channel++) {
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
