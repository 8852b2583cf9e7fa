package io.geminid.state.heap.format;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordSerializer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads what {@link FieldOutput} wrote. One thread. */
public final class FieldInput {

    private final RecordInput block = new RecordInput();
    private final RecordInput field = new RecordInput();

    FieldInput(final byte[] bytes) {
        block.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length);
    }

    /**
     * Reads a value.
     *
     * @param serializer how
     * @param <T> its type
     * @return the value
     * @throws RecordFormatException if its bytes are not what the serializer wrote
     */
    public <T> T get(final RecordSerializer<T> serializer) {
        final int length = block.getInt();
        final int from = block.skip(length);
        final T value = serializer.read(field.wrap(block.buffer(), from, from + length));
        if (field.remaining() != 0) {
            throw new RecordFormatException(
                    "serializer=" + serializer.id() + " unreadBytes=" + field.remaining());
        }
        return value;
    }

    /**
     * For numbers.
     *
     * @return where the next bytes come from
     */
    public RecordInput raw() {
        return block;
    }

    boolean hasNext() {
        return block.remaining() > 0;
    }
}
