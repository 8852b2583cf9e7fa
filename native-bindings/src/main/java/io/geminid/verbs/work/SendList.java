package io.geminid.verbs.work;

import java.nio.ByteBuffer;

/**
 * Sends to be posted together, with one notice to the device for all. Made once, refilled for every
 * post; for one thread.
 *
 * <pre>{@code
 * list.clear();
 * list.send(id, SendList.SIGNALED).slice(headerAddress, 40, key).slice(dataAddress, length, key);
 * queuePair.postSends(list, 0);
 * }</pre>
 */
public final class SendList {

    /** Flag: wait until all reads posted before have completed. */
    public static final int FENCE = 1;

    /** Flag: say when it is done. Failures are always said. */
    public static final int SIGNALED = 2;

    /** Flag: the peer wakes up even if it waits for marked messages only. */
    public static final int SOLICITED = 4;

    /**
     * Flag: the data is taken at the post, the slices' keys do not matter, and the memory stays the
     * caller's.
     */
    public static final int INLINE = 8;

    private final RequestMemory requests;

    /**
     * An empty list.
     *
     * @param capacity the most requests it holds, 1 to 4096
     * @param slicesMax the most slices of one request, 1 to 32
     */
    public SendList(int capacity, int slicesMax) {
        requests = new RequestMemory(RequestLayout.SEND_BYTES, capacity, slicesMax);
    }

    /** Empties it. */
    public void clear() {
        requests.clear();
    }

    /**
     * Opens a send; slices follow.
     *
     * @param id comes back with its completion
     * @param flags any of the flags together
     * @return this list
     * @throws IllegalStateException if the list is full
     */
    public SendList send(long id, int flags) {
        open(id, flags, RequestLayout.SEND);
        return this;
    }

    /**
     * Opens a send with four bytes beside the data; slices follow.
     *
     * @param id comes back with its completion
     * @param flags any of the flags together
     * @param immediate the four bytes
     * @return this list
     * @throws IllegalStateException if the list is full
     */
    public SendList sendWithImmediate(long id, int flags, int immediate) {
        int at = open(id, flags, RequestLayout.SEND_WITH_IMMEDIATE);
        memory().putInt(at + RequestLayout.IMMEDIATE, Completions.networkOrder(immediate));
        return this;
    }

    /**
     * Opens a one-sided write; slices follow.
     *
     * @param id comes back with its completion
     * @param flags any of the flags together
     * @param remoteAddress where to, in the peer's process
     * @param remoteKey the peer's key
     * @return this list
     * @throws IllegalStateException if the list is full
     */
    public SendList write(long id, int flags, long remoteAddress, int remoteKey) {
        remote(open(id, flags, RequestLayout.WRITE), remoteAddress, remoteKey);
        return this;
    }

    /**
     * Opens a one-sided write that takes a receive at the peer; slices follow.
     *
     * @param id comes back with its completion
     * @param flags any of the flags together
     * @param immediate four bytes that the peer's completion shows
     * @param remoteAddress where to, in the peer's process
     * @param remoteKey the peer's key
     * @return this list
     * @throws IllegalStateException if the list is full
     */
    public SendList writeWithImmediate(
            long id, int flags, int immediate, long remoteAddress, int remoteKey) {
        int at = open(id, flags, RequestLayout.WRITE_WITH_IMMEDIATE);
        memory().putInt(at + RequestLayout.IMMEDIATE, Completions.networkOrder(immediate));
        remote(at, remoteAddress, remoteKey);
        return this;
    }

    /**
     * Opens a one-sided read; the slices that follow are written.
     *
     * @param id comes back with its completion
     * @param flags any of the flags together
     * @param remoteAddress where from, in the peer's process
     * @param remoteKey the peer's key
     * @return this list
     * @throws IllegalStateException if the list is full
     */
    public SendList read(long id, int flags, long remoteAddress, int remoteKey) {
        remote(open(id, flags, RequestLayout.READ), remoteAddress, remoteKey);
        return this;
    }

    /**
     * Adds a piece of memory to the request opened last; pieces are taken in turn.
     *
     * @param address where it starts
     * @param lengthBytes its length
     * @param localKey the key of the region it is in; any with {@link #INLINE}
     * @return this list
     * @throws IllegalStateException if there is no request, or it has all the slices it may have
     */
    public SendList slice(long address, int lengthBytes, int localKey) {
        requests.slice(address, lengthBytes, localKey);
        return this;
    }

    /**
     * Marks the request opened last {@link #SIGNALED}: who fills a list often knows only then which
     * one is the last.
     *
     * @return this list
     * @throws IllegalStateException if there is no request
     */
    public SendList signaled() {
        if (requests.size() == 0) {
            throw new IllegalStateException("no request is open");
        }
        int flags = (requests.size() - 1) * RequestLayout.SEND_BYTES + RequestLayout.FLAGS;
        memory().putInt(flags, memory().getInt(flags) | SIGNALED);
        return this;
    }

    private int open(long id, int flags, int opcode) {
        int at = requests.add(id);
        memory().putInt(at + RequestLayout.OPCODE, opcode);
        memory().putInt(at + RequestLayout.FLAGS, flags);
        return at;
    }

    private void remote(int at, long remoteAddress, int remoteKey) {
        memory().putLong(at + RequestLayout.REMOTE_ADDRESS, remoteAddress);
        memory().putInt(at + RequestLayout.REMOTE_KEY, remoteKey);
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
