package io.geminid.shuffle.record;

import io.geminid.serial.RecordInput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.gate.InputElement;
import io.geminid.shuffle.gate.InputGate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Finds the records in what a gate delivers, without making objects of them. A record that lies
 * within one segment is read where it is; one that spans segments is gathered in scratch memory of
 * its channel first.
 *
 * <p>Used by the consuming task's thread. Does not own the gate; {@link #close()} it before the
 * gate. It holds at most one buffer of the gate at a time, so only after {@link ReadStatus#NOTHING}
 * is there a reason to wait for the gate.
 */
public final class RawRecordReader implements AutoCloseable {

    private static final int LENGTH_BYTES = SpanningRecord.LENGTH_BYTES;

    private final InputGate gate;
    private final int recordBytesMax;
    private final RecordInput record = new RecordInput();
    private final InputElement element = new InputElement();
    private final SpanningRecord[] spanning;

    private Buffer buffer;
    private ByteBuffer memory;
    private int position;
    private int limit;
    private int channel = -1;
    private int eventChannel = -1;
    private ShuffleEvent event;
    private DataTap tap = (fromChannel, data) -> {};

    /**
     * Makes a reader.
     *
     * @param gate where the elements come from; stays the caller's
     * @param recordBytesMax longest record to accept
     */
    public RawRecordReader(final InputGate gate, final int recordBytesMax) {
        if (recordBytesMax < 0) {
            throw new IllegalArgumentException("recordBytesMax=" + recordBytesMax);
        }
        this.gate = Objects.requireNonNull(gate, "gate");
        this.recordBytesMax = recordBytesMax;
        this.spanning = new SpanningRecord[gate.channelCount()];
    }

    /**
     * Goes to the next record or event. What was found before is no longer valid.
     *
     * @return what there is
     * @throws IOException if a channel is broken, or the length of a record is negative or more
     *     than allowed; names channel and partition
     */
    public ReadStatus next() throws IOException {
        return nextInPlace() ? ReadStatus.RECORD : nextElsewhere();
    }

    /**
     * Takes the next event that overtakes data, between two records. What was found before is no
     * longer valid, but data stays as it is.
     *
     * @return {@link ReadStatus#EVENT}, or {@link ReadStatus#NOTHING} if there is none
     * @throws IOException if a channel is broken
     */
    public ReadStatus nextPriority() throws IOException {
        if (!gate.pollPriority(element)) {
            return ReadStatus.NOTHING;
        }
        event = element.event();
        eventChannel = element.channel();
        return ReadStatus.EVENT;
    }

    /**
     * Says who sees data as it is taken from the gate.
     *
     * @param newTap called for each piece of data, before its records are found
     */
    public void tap(final DataTap newTap) {
        tap = newTap;
    }

    /** Sees data that is taken from a gate. */
    @FunctionalInterface
    public interface DataTap {

        /**
         * Called by the reader's thread.
         *
         * @param fromChannel index of the channel
         * @param data the reader's; to be retained if it is kept
         */
        void onData(int fromChannel, Buffer data);
    }

    /**
     * The bytes of a channel that were taken from the gate and have given no record yet: a record
     * that is not complete, with its length, and the rest of the data at hand (INV U4). To be asked
     * between two records.
     *
     * @param ofChannel index of the channel
     * @return a copy, from position 0 to the limit; empty if there is nothing
     */
    public ByteBuffer unread(final int ofChannel) {
        final SpanningRecord begun = spanning[ofChannel];
        final int begunBytes = begun == null ? 0 : begun.storedBytes();
        final int restBytes = ofChannel == channel ? limit - position : 0;
        final ByteBuffer unread =
                ByteBuffer.allocate(begunBytes + restBytes).order(ByteOrder.LITTLE_ENDIAN);
        if (begunBytes > 0) {
            begun.copyTo(unread);
        }
        if (restBytes > 0) {
            unread.put(unread.position(), memory, position, restBytes);
        }
        return unread.clear();
    }

    /** The common case: the next record lies whole in the buffer at hand. Small, to be inlined. */
    private boolean nextInPlace() {
        final int end = limit;
        final int from = position + LENGTH_BYTES;
        if (from <= end) {
            final int recordBytes = memory.getInt(from - LENGTH_BYTES);
            if (recordBytes >= 0 && recordBytes <= end - from && recordBytes <= recordBytesMax) {
                position = from + recordBytes;
                record.wrap(memory, from, from + recordBytes);
                return true;
            }
        }
        return false;
    }

    private ReadStatus nextElsewhere() throws IOException {
        while (true) {
            if (position < limit && nextSpanning()) {
                return ReadStatus.RECORD;
            }
            releaseBuffer();
            if (!gate.poll(element)) {
                return gate.isFinished() ? ReadStatus.FINISHED : ReadStatus.NOTHING;
            }
            channel = element.channel();
            if (element.event() != null) {
                eventChannel = channel;
                event = element.event();
                requireBetweenRecords();
                return ReadStatus.EVENT;
            }
            takeBuffer();
            tap.onData(channel, buffer);
            final SpanningRecord begun = spanning[channel];
            if ((begun == null || begun.isEmpty()) && nextInPlace()) {
                return ReadStatus.RECORD;
            }
        }
    }

    /** Takes bytes of a record that began in an earlier buffer, or goes on in a later one. */
    private boolean nextSpanning() throws IOException {
        SpanningRecord begun = spanning[channel];
        if (begun == null) {
            begun = new SpanningRecord();
            spanning[channel] = begun;
        }
        int at = begun.gatherLength(memory, position, limit);
        if (!begun.lengthKnown()) {
            position = at;
            return false;
        }
        final int recordBytes = begun.recordBytes();
        if (recordBytes < 0 || recordBytes > recordBytesMax) {
            throw broken("recordBytes=" + recordBytes + " recordBytesMax=" + recordBytesMax, null);
        }
        if (begun.gatheredBytes() == 0 && recordBytes <= limit - at) {
            // Only its length came before: the record itself lies whole in this buffer.
            record.wrap(memory, at, at + recordBytes);
            position = at + recordBytes;
            begun.finish();
            return true;
        }
        at = begun.gather(memory, at, limit);
        position = at;
        if (begun.missingBytes() > 0) {
            return false;
        }
        record.wrap(begun.finish(), 0, recordBytes);
        return true;
    }

    private void takeBuffer() {
        buffer = element.buffer();
        memory = buffer.memory();
        position = buffer.offset();
        limit = position + buffer.length();
    }

    private void releaseBuffer() {
        final Buffer done = buffer;
        if (done != null) {
            buffer = null;
            memory = null;
            position = 0;
            limit = 0;
            done.release();
        }
    }

    private void requireBetweenRecords() throws IOException {
        final SpanningRecord begun = spanning[eventChannel];
        final boolean ends = event instanceof EndOfData || event instanceof EndOfPartition;
        if (ends && begun != null && !begun.isEmpty()) {
            throw brokenEvent(
                    "event="
                            + event
                            + " within a record: recordBytes="
                            + (begun.lengthKnown() ? begun.recordBytes() : "unknown")
                            + " arrivedBytes="
                            + begun.gatheredBytes());
        }
    }

    private IOException brokenEvent(final String detail) {
        return new IOException(gate.describe(eventChannel) + " " + detail);
    }

    /** Makes the exception for a channel whose bytes are not what they should be. */
    IOException broken(final String detail, final Throwable cause) {
        return new IOException(gate.describe(channel) + " " + detail, cause);
    }

    /**
     * The record, after {@link #next} said so.
     *
     * @return always the same cursor, over the bytes of the record found last; they are valid until
     *     the next call of {@link #next} or {@link #close}
     */
    public RecordInput record() {
        return record;
    }

    /**
     * The event, after {@link #next} said so.
     *
     * @return the event found last
     */
    public ShuffleEvent event() {
        return event;
    }

    /**
     * Where the record or event came from that {@link #next} found.
     *
     * @return index of the channel in the gate
     */
    public int channel() {
        return channel;
    }

    /**
     * Where the event came from that {@link #next} or {@link #nextPriority} found.
     *
     * @return index of the channel in the gate
     */
    public int eventChannel() {
        return eventChannel;
    }

    /** Gives back the memory it holds of the gate. Idempotent; the reader finds no more records. */
    @Override
    public void close() {
        releaseBuffer();
        Arrays.fill(spanning, null);
    }
}
