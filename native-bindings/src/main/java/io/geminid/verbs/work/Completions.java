package io.geminid.verbs.work;

import static io.geminid.verbs.work.RequestLayout.COMPLETION_BYTES;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.BufferUtil;

/**
 * A batch of completions, polled again and again into the same memory. For one thread.
 *
 * <p>Of a completion that is no success only number, status, queue pair and vendor error mean
 * anything: a device does not even say whether it was a send or a receive. Callers that need to
 * know put it into the number, or use two completion queues.
 */
public final class Completions {

    /** More than this at once delays everything else that the thread does. */
    public static final int CAPACITY_MAX = 4096;

    private final ByteBuffer memory;
    private final long address;
    private final int capacity;
    private int size;

    /**
     * An empty batch.
     *
     * @param capacity the most that one poll takes, 1 to {@link #CAPACITY_MAX}
     */
    public Completions(int capacity) {
        if (capacity < 1 || capacity > CAPACITY_MAX) {
            throw new IllegalArgumentException(
                    "capacity=" + capacity + " must be within 1.." + CAPACITY_MAX);
        }
        this.capacity = capacity;
        this.memory =
                ByteBuffer.allocateDirect(capacity * COMPLETION_BYTES)
                        .order(ByteOrder.nativeOrder());
        this.address = BufferUtil.address(memory);
    }

    /**
     * The most that one poll takes.
     *
     * @return completions
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Where the completions are; for implementations.
     *
     * @return the first one's address
     */
    public long address() {
        return address;
    }

    /**
     * The same memory; for implementations.
     *
     * @return the buffer, in the machine's byte order
     */
    public ByteBuffer memory() {
        return memory;
    }

    /**
     * Says how many there are now; for implementations.
     *
     * @param count completions that were written
     */
    public void size(int count) {
        assert count >= 0 && count <= capacity : "count=" + count + " capacity=" + capacity;
        size = count;
    }

    /**
     * How many the last poll took.
     *
     * @return completions
     */
    public int size() {
        return size;
    }

    /**
     * Which request.
     *
     * @param index from 0
     * @return the number that it was posted with
     */
    public long id(int index) {
        return memory.getLong(at(index) + RequestLayout.COMPLETION_ID);
    }

    /**
     * How it went.
     *
     * @param index from 0
     * @return the status
     */
    public WorkStatus status(int index) {
        return WorkStatus.of(memory.getInt(at(index) + RequestLayout.COMPLETION_STATUS));
    }

    /**
     * Whether it was done.
     *
     * @param index from 0
     * @return true for {@link WorkStatus#SUCCESS}
     */
    public boolean isSuccess(int index) {
        return memory.getInt(at(index) + RequestLayout.COMPLETION_STATUS) == 0;
    }

    /**
     * Whether it was a receive; only for a success.
     *
     * @param index from 0
     * @return true for a receive
     */
    public boolean isReceive(int index) {
        return (memory.getInt(at(index) + RequestLayout.COMPLETION_OPCODE)
                        & RequestLayout.COMPLETION_RECEIVE)
                != 0;
    }

    /**
     * How much was received, or written by the peer with an immediate value; only for a successful
     * receive.
     *
     * @param index from 0
     * @return bytes
     */
    public int lengthBytes(int index) {
        return memory.getInt(at(index) + RequestLayout.COMPLETION_LENGTH);
    }

    /**
     * Whether four bytes came beside the data; only for a successful receive.
     *
     * @param index from 0
     * @return true if {@link #immediate} means something
     */
    public boolean hasImmediate(int index) {
        return (memory.getInt(at(index) + RequestLayout.COMPLETION_FLAGS)
                        & RequestLayout.COMPLETION_WITH_IMMEDIATE)
                != 0;
    }

    /**
     * The four bytes beside the data.
     *
     * @param index from 0
     * @return what the sender gave
     */
    public int immediate(int index) {
        return networkOrder(memory.getInt(at(index) + RequestLayout.COMPLETION_IMMEDIATE));
    }

    /**
     * On which queue pair.
     *
     * @param index from 0
     * @return its number
     */
    public int queuePairNumber(int index) {
        return memory.getInt(at(index) + RequestLayout.COMPLETION_QUEUE_PAIR);
    }

    /**
     * The device's own reason for a failure, for its maker's manual.
     *
     * @param index from 0
     * @return a number
     */
    public int vendorError(int index) {
        return memory.getInt(at(index) + RequestLayout.COMPLETION_VENDOR_ERROR);
    }

    private int at(int index) {
        return Objects.checkIndex(index, size) * COMPLETION_BYTES;
    }

    /** Between the machine's byte order and the network's, either way. */
    static int networkOrder(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? Integer.reverseBytes(value)
                : value;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("completions=").append(size);
        for (int i = 0; i < size; i++) {
            text.append(" [id=%d %s queuePair=%d]".formatted(id(i), status(i), queuePairNumber(i)));
        }
        return text.toString();
    }
}
