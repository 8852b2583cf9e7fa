package io.geminid.state.heap;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import java.nio.ByteBuffer;

/** Copies values at the store's border. One per store, task thread only. */
final class Copier {

    private final RecordOutput out = new RecordOutput();
    private final RecordInput in = new RecordInput();

    <T> T copy(final T value, final RecordSerializer<T> serializer) {
        if (value instanceof Long
                || value instanceof String
                || value instanceof Integer
                || value instanceof Double
                || value instanceof Boolean) {
            return value;
        }
        out.beginInScratch();
        serializer.write(value, out);
        final ByteBuffer bytes = out.scratch();
        final T copy = serializer.read(in.wrap(bytes, 0, bytes.limit()));
        if (in.remaining() != 0) {
            throw new IllegalStateException(
                    "serializer="
                            + serializer.id()
                            + " writtenBytes="
                            + bytes.limit()
                            + " unreadBytes="
                            + in.remaining());
        }
        return copy;
    }
}
