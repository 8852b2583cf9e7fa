package io.geminid.state.heap.format;

import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;

/**
 * Writes values, each behind its length, so that a serializer that reads to the end may be used.
 * One thread.
 */
public final class FieldOutput {

    private final RecordOutput block = new RecordOutput();
    private final RecordOutput field = new RecordOutput();

    /** Creates an empty output. */
    public FieldOutput() {
        block.beginInScratch();
    }

    /**
     * Writes a value.
     *
     * @param serializer how
     * @param value what
     * @param <T> its type
     */
    public <T> void put(final RecordSerializer<T> serializer, final T value) {
        field.beginInScratch();
        serializer.write(value, field);
        block.putInt(field.length());
        block.putBytes(field.scratch());
    }

    /**
     * For numbers.
     *
     * @return where the next bytes go
     */
    public RecordOutput raw() {
        return block;
    }
}
