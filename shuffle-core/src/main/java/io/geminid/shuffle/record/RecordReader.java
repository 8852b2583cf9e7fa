package io.geminid.shuffle.record;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.gate.InputGate;
import java.io.IOException;
import java.util.Objects;

/**
 * Reads values from an input gate: the record level above the buffer level. The counterpart of
 * {@link RecordWriter}.
 *
 * <p>Used by the consuming task's thread. Does not own the gate; {@link #close()} it before the
 * gate. Wait for the gate only after {@link ReadStatus#NOTHING}.
 *
 * @param <T> type of the records
 */
public final class RecordReader<T> implements AutoCloseable {

    private final RawRecordReader raw;
    private final RecordInput input;
    private final RecordSerializer<T> serializer;
    private T value;

    /**
     * Makes a reader.
     *
     * @param gate where the records come from; stays the caller's
     * @param serializer used by this reader's thread only
     * @param recordBytesMax longest record to accept
     */
    public RecordReader(
            final InputGate gate, final RecordSerializer<T> serializer, final int recordBytesMax) {
        this.raw = new RawRecordReader(gate, recordBytesMax);
        this.input = raw.record();
        this.serializer = Objects.requireNonNull(serializer, "serializer");
    }

    /**
     * Goes to the next record or event.
     *
     * @return what there is
     * @throws IOException if a channel is broken, or a record is longer than allowed or cannot be
     *     read; names channel and partition
     */
    public ReadStatus next() throws IOException {
        final ReadStatus status = raw.next();
        if (status == ReadStatus.RECORD) {
            readValue();
        }
        return status;
    }

    /**
     * The reader below: priority events, and what an unaligned checkpoint wants to know.
     *
     * @return for use between two records; what it is given to read is not read again here
     */
    public RawRecordReader raw() {
        return raw;
    }

    private void readValue() throws IOException {
        try {
            value = serializer.read(input);
        } catch (final RecordFormatException e) {
            throw raw.broken("serializer=" + serializer.id() + " " + e.getMessage(), e);
        }
        if (input.remaining() != 0) {
            throw raw.broken(
                    "serializer=" + serializer.id() + " bytesNotRead=" + input.remaining(), null);
        }
    }

    /**
     * The record, after {@link #next} said so.
     *
     * @return the value read last
     */
    public T value() {
        return value;
    }

    /**
     * The event, after {@link #next} said so.
     *
     * @return the event found last
     */
    public ShuffleEvent event() {
        return raw.event();
    }

    /**
     * Where the record or event came from that {@link #next} found.
     *
     * @return index of the channel in the gate
     */
    public int channel() {
        return raw.channel();
    }

    /** Gives back the memory it holds of the gate. Idempotent. */
    @Override
    public void close() {
        raw.close();
    }
}
