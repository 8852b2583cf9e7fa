package io.geminid.serial;

import java.util.function.BiConsumer;
import java.util.function.Function;

/** Serializers of Java's basic types. All are stateless and may be shared. */
public final class Serializers {

    /** Eight bytes. */
    public static final RecordSerializer<Long> LONG =
            of("int64", (value, out) -> out.putLong(value), RecordInput::getLong);

    /** Four bytes. */
    public static final RecordSerializer<Integer> INT =
            of("int32", (value, out) -> out.putInt(value), RecordInput::getInt);

    /** Eight bytes, IEEE 754. */
    public static final RecordSerializer<Double> DOUBLE =
            of("float64", (value, out) -> out.putDouble(value), RecordInput::getDouble);

    /** One byte, 0 or 1. */
    public static final RecordSerializer<Boolean> BOOLEAN =
            of("bool", (value, out) -> out.putByte(value ? 1 : 0), Serializers::readBoolean);

    /** Length and UTF-8 bytes. */
    public static final RecordSerializer<String> STRING =
            of("utf8", (value, out) -> out.putUtf8(value), RecordInput::getUtf8);

    /** Length and bytes. */
    public static final RecordSerializer<byte[]> BYTES =
            of("bytes", Serializers::writeBytes, Serializers::readBytes);

    private Serializers() {}

    /**
     * A serializer of version 1 made of two functions.
     *
     * @param id see {@link RecordSerializer#id()}
     * @param writer see {@link RecordSerializer#write}
     * @param reader see {@link RecordSerializer#read}
     * @param <T> type of the values
     * @return the serializer
     */
    public static <T> RecordSerializer<T> of(
            final String id,
            final BiConsumer<T, RecordOutput> writer,
            final Function<RecordInput, T> reader) {
        return new FunctionSerializer<>(id, writer, reader);
    }

    private static Boolean readBoolean(final RecordInput in) {
        final byte value = in.getByte();
        if (value != 0 && value != 1) {
            throw new RecordFormatException("bool=" + value + " expected=0 or 1");
        }
        return value == 1;
    }

    private static void writeBytes(final byte[] value, final RecordOutput out) {
        out.putVarInt(value.length);
        out.putBytes(value, 0, value.length);
    }

    private static byte[] readBytes(final RecordInput in) {
        final int length = in.getVarInt();
        if (length < 0 || length > in.remaining()) {
            throw new RecordFormatException("bytes=" + length + " remaining=" + in.remaining());
        }
        final byte[] value = new byte[length];
        in.getBytes(value, 0, length);
        return value;
    }

    private record FunctionSerializer<T>(
            String id, BiConsumer<T, RecordOutput> writer, Function<RecordInput, T> reader)
            implements RecordSerializer<T> {

        @Override
        public void write(final T value, final RecordOutput out) {
            writer.accept(value, out);
        }

        @Override
        public T read(final RecordInput in) {
            return reader.apply(in);
        }

        @Override
        public String toString() {
            return id;
        }
    }
}
