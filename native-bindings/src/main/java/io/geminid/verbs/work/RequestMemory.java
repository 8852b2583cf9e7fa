package io.geminid.verbs.work;

import static io.geminid.verbs.work.RequestLayout.SLICE_BYTES;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;

/**
 * The memory of a list of requests: first the requests, one after the other, then the slices, a
 * fixed number for each request. What both lists do alike.
 */
final class RequestMemory {

    private final ByteBuffer memory;
    private final long address;
    private final int requestBytes;
    private final int capacity;
    private final int slicesMax;
    private int size;
    private int slices;

    RequestMemory(int requestBytes, int capacity, int slicesMax) {
        if (capacity < 1 || capacity > 4096 || slicesMax < 1 || slicesMax > 32) {
            throw new IllegalArgumentException(
                    "capacity=%d must be within 1..4096, slicesMax=%d within 1..32"
                            .formatted(capacity, slicesMax));
        }
        this.requestBytes = requestBytes;
        this.capacity = capacity;
        this.slicesMax = slicesMax;
        this.memory =
                ByteBuffer.allocateDirect(capacity * (requestBytes + slicesMax * SLICE_BYTES))
                        .order(ByteOrder.nativeOrder());
        this.address = BufferUtil.address(memory);
    }

    ByteBuffer memory() {
        return memory;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == capacity;
    }

    void clear() {
        size = 0;
        slices = 0;
    }

    long addressOf(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index=" + index + " size=" + size);
        }
        return address + (long) index * requestBytes;
    }

    /** Opens the next request and chains it to the one before; returns its offset. */
    int add(long id) {
        if (size == capacity) {
            throw new IllegalStateException("requests=" + size + " is the list's capacity");
        }
        int at = size * requestBytes;
        memory.putLong(at + RequestLayout.ID, id);
        memory.putLong(at + RequestLayout.NEXT, 0);
        memory.putLong(at + RequestLayout.SLICES, address + slicesAt(size));
        memory.putInt(at + RequestLayout.SLICE_COUNT, 0);
        if (size > 0) {
            memory.putLong(at - requestBytes + RequestLayout.NEXT, address + at);
        }
        size++;
        slices = 0;
        return at;
    }

    /** Adds a slice to the request opened last. */
    void slice(long sliceAddress, int lengthBytes, int localKey) {
        if (size == 0 || slices == slicesMax) {
            throw new IllegalStateException(
                    "requests=" + size + " slices=" + slices + " slicesMax=" + slicesMax);
        }
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("lengthBytes=" + lengthBytes);
        }
        int at = slicesAt(size - 1) + slices * SLICE_BYTES;
        memory.putLong(at + RequestLayout.SLICE_ADDRESS, sliceAddress);
        memory.putInt(at + RequestLayout.SLICE_LENGTH, lengthBytes);
        memory.putInt(at + RequestLayout.SLICE_KEY, localKey);
        slices++;
        memory.putInt((size - 1) * requestBytes + RequestLayout.SLICE_COUNT, slices);
    }

    int sliceCount(int index) {
        return memory.getInt(index * requestBytes + RequestLayout.SLICE_COUNT);
    }

    int slicesAt(int index) {
        return capacity * requestBytes + index * slicesMax * SLICE_BYTES;
    }
}
