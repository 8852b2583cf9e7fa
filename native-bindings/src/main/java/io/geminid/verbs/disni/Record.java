package io.geminid.verbs.disni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.BufferUtil;

/** Memory outside the heap that a native reads or fills in, with its address. For one thread. */
final class Record {

    private final ByteBuffer memory;
    private final long address;

    Record(int bytes) {
        memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        address = BufferUtil.address(memory);
    }

    static Record of(byte[] bytes) {
        Record record = new Record(Math.max(1, bytes.length));
        record.memory.put(0, bytes);
        return record;
    }

    ByteBuffer memory() {
        return memory;
    }

    long address() {
        return address;
    }

    int intAt(int offset) {
        return memory.getInt(offset);
    }

    long longAt(int offset) {
        return memory.getLong(offset);
    }

    /** A number that the C side has as unsigned. */
    long unsignedAt(int offset) {
        return Integer.toUnsignedLong(memory.getInt(offset));
    }

    byte[] bytesAt(int offset, int length) {
        byte[] bytes = new byte[length];
        memory.get(offset, bytes);
        return bytes;
    }

    /** Text that ends with a zero byte, or fills its field. */
    String textAt(int offset, int fieldBytes) {
        int length = 0;
        while (length < fieldBytes && memory.get(offset + length) != 0) {
            length++;
        }
        return new String(bytesAt(offset, length), StandardCharsets.UTF_8);
    }
}
