package io.geminid.verbs.work;

import java.nio.ByteBuffer;

/**
 * Receives to be posted together. Made once, refilled for every post; for one thread.
 *
 * <pre>{@code
 * list.clear();
 * list.receive(id).slice(headerAddress, 40, key).slice(segmentAddress, segmentBytes, key);
 * queuePair.postReceives(list, 0);
 * }</pre>
 */
public final class ReceiveList {

    private final RequestMemory requests;

    /**
     * An empty list.
     *
     * @param capacity the most requests it holds, 1 to 4096
     * @param slicesMax the most slices of one request, 1 to 32
     */
    public ReceiveList(int capacity, int slicesMax) {
        requests = new RequestMemory(RequestLayout.RECEIVE_BYTES, capacity, slicesMax);
    }

    /** Empties it. */
    public void clear() {
        requests.clear();
    }

    /**
     * Opens a request; slices follow.
     *
     * @param id comes back with its completion
     * @return this list
     * @throws IllegalStateException if the list is full
     */
    public ReceiveList receive(long id) {
        requests.add(id);
        return this;
    }

    /**
     * Adds a buffer to the request opened last; buffers are filled in turn.
     *
     * @param address where it starts
     * @param lengthBytes its length
     * @param localKey the key of the region it is in
     * @return this list
     * @throws IllegalStateException if there is no request, or it has all the slices it may have
     */
    public ReceiveList slice(long address, int lengthBytes, int localKey) {
        requests.slice(address, lengthBytes, localKey);
        return this;
    }

    /**
     * How many requests it holds.
     *
     * @return requests
     */
    public int size() {
        return requests.size();
    }

    /**
     * Whether there is room for no other.
     *
     * @return true if it is full
     */
    public boolean isFull() {
        return requests.isFull();
    }

    /**
     * Where a request is; for implementations.
     *
     * @param index from 0
     * @return its address
     */
    public long address(int index) {
        return requests.addressOf(index);
    }

    /**
     * The memory of the list; for implementations.
     *
     * @return the buffer, in the machine's byte order
     */
    public ByteBuffer memory() {
        return requests.memory();
    }

    /**
     * Where the slices of a request are in {@link #memory}; for implementations.
     *
     * @param index from 0
     * @return an offset
     */
    public int slicesAt(int index) {
        return requests.slicesAt(index);
    }

    /**
     * How many slices a request has.
     *
     * @param index from 0
     * @return slices
     */
    public int sliceCount(int index) {
        return requests.sliceCount(index);
    }
}
