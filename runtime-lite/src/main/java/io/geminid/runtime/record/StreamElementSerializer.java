package io.geminid.runtime.record;

import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;

/**
 * Bytes of a {@link StreamElement}. Little-endian, a tag of one byte before whatever it needs.
 *
 * <pre>
 *  RECORD, no timestamp   | 0 | value ...                            |
 *  RECORD, timestamp      | 1 | timestamp (8 bytes) | value ...      |
 *  WATERMARK              | 2 | watermark (8 bytes) |
 *  IDLE                   | 3 |
 *  ACTIVE                 | 4 |
 * </pre>
 *
 * <p>Returns the same element from each {@link #read}. Used by one thread.
 *
 * @param <T> type of the records
 */
public final class StreamElementSerializer<T> implements RecordSerializer<StreamElement<T>> {

    private static final int RECORD = 0;
    private static final int RECORD_WITH_TIMESTAMP = 1;
    private static final int WATERMARK = 2;
    private static final int IDLE = 3;
    private static final int ACTIVE = 4;

    private final RecordSerializer<T> values;
    private final StreamElement<T> reused = new StreamElement<>();
    private long bytesRead;

    /**
     * Makes a serializer.
     *
     * @param values of the records
     */
    public StreamElementSerializer(final RecordSerializer<T> values) {
        this.values = values;
    }

    @Override
    public void write(final StreamElement<T> element, final RecordOutput out) {
        switch (element.kind()) {
            case RECORD -> writeRecord(element, out);
            case WATERMARK -> {
                out.putByte(WATERMARK);
                out.putLong(element.timestampMillis());
            }
            case IDLE -> out.putByte(IDLE);
            case ACTIVE -> out.putByte(ACTIVE);
            default -> throw new AssertionError(element.kind());
        }
    }

    private void writeRecord(final StreamElement<T> element, final RecordOutput out) {
        if (element.timestampMillis() == Watermarks.NO_TIMESTAMP) {
            out.putByte(RECORD);
        } else {
            out.putByte(RECORD_WITH_TIMESTAMP);
            out.putLong(element.timestampMillis());
        }
        values.write(element.value(), out);
    }

    @Override
    public StreamElement<T> read(final RecordInput in) {
        bytesRead += in.remaining();
        final int tag = in.getByte();
        return switch (tag) {
            case RECORD -> reused.record(values.read(in), Watermarks.NO_TIMESTAMP);
            case RECORD_WITH_TIMESTAMP -> {
                final long timestampMillis = in.getLong();
                yield reused.record(values.read(in), timestampMillis);
            }
            case WATERMARK -> reused.watermark(in.getLong());
            case IDLE -> reused.status(true);
            case ACTIVE -> reused.status(false);
            default -> throw new RecordFormatException("streamElementTag=" + tag + " is unknown");
        };
    }

    /**
     * @return bytes of all elements read so far
     */
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public String id() {
        return "stream-element(" + values.id() + ")";
    }
}
