package io.geminid.flink.state.bytes;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;

/**
 * Values of a map, which in Flink may be null: a flag, and the value. The same bytes as in a
 * savepoint.
 */
public final class NullableSerializer implements RecordSerializer<Object> {

    /** Stands for null, which the store does not know. */
    public static final Object NULL = new Object();

    private static final String ID = "flink-nullable";

    private final FlinkSerializer<Object> serializer;

    /**
     * Adds the flag.
     *
     * @param serializer of values that are not null
     */
    public NullableSerializer(final FlinkSerializer<Object> serializer) {
        this.serializer = serializer;
    }

    @Override
    public void write(final Object value, final RecordOutput out) {
        if (value == NULL) {
            out.putByte(1);
        } else {
            out.putByte(0);
            serializer.write(value, out);
        }
    }

    @Override
    public Object read(final RecordInput in) {
        return in.getByte() == 0 ? serializer.read(in) : NULL;
    }

    @Override
    public String id() {
        return ID;
    }
}
