package io.geminid.verbs.fabric;

import io.geminid.verbs.AsyncEvent;
import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.work.Completions;
import io.geminid.verbs.work.RequestLayout;
import io.geminid.verbs.work.WorkStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A completion queue of the fabric: a ring whose entries show some steps after they were written.
 * When it overruns, it and its queue pairs fail.
 */
final class FabricCompletionQueue implements CompletionQueue {

    private final FabricDevice device;
    private final SoftwareFabric fabric;
    private final List<FabricQueuePair> users = new ArrayList<>();
    private final int capacity;
    private final ByteBuffer entries;
    private final long[] showAt;
    private long written; // entries ever
    private long shown; // of these, visible to polls
    private long taken; // of these, polled
    private boolean armed;
    private boolean event;
    private volatile boolean woken;
    private boolean failed;
    private boolean closed;

    FabricCompletionQueue(FabricDevice device, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("entries=" + capacity);
        }
        this.device = device;
        this.fabric = device.fabric();
        this.capacity = capacity;
        this.entries =
                ByteBuffer.allocate(Math.multiplyExact(capacity, RequestLayout.COMPLETION_BYTES))
                        .order(java.nio.ByteOrder.nativeOrder());
        this.showAt = new long[capacity];
        fabric.add(this);
    }

    void enter(FabricQueuePair user) {
        if (closed) {
            throw new IllegalStateException("completion queue used after close");
        }
        users.add(user);
    }

    void leave(FabricQueuePair user) {
        users.remove(user);
    }

    /** A success; the caller fills in what else it says. Returns the entry's offset, -1 if lost. */
    int success(long id, int queuePairNumber, int opcode) {
        int at = next(id, queuePairNumber, WorkStatus.SUCCESS);
        if (at >= 0) {
            entries.putInt(at + RequestLayout.COMPLETION_OPCODE, opcode);
            entries.putInt(at + RequestLayout.COMPLETION_LENGTH, 0);
            entries.putInt(at + RequestLayout.COMPLETION_FLAGS, 0);
        }
        return at;
    }

    void lengthAndImmediate(int at, int lengthBytes, boolean immediate, int value) {
        if (at >= 0) {
            entries.putInt(at + RequestLayout.COMPLETION_LENGTH, lengthBytes);
            entries.putInt(at + RequestLayout.COMPLETION_IMMEDIATE, value);
            entries.putInt(
                    at + RequestLayout.COMPLETION_FLAGS,
                    immediate ? RequestLayout.COMPLETION_WITH_IMMEDIATE : 0);
        }
    }

    /** A failure: everything but number, status and queue pair is noise, as on hardware. */
    void failure(long id, int queuePairNumber, WorkStatus status) {
        int at = next(id, queuePairNumber, status);
        if (at >= 0) {
            entries.putInt(at + RequestLayout.COMPLETION_OPCODE, fabric.key());
            entries.putInt(at + RequestLayout.COMPLETION_LENGTH, fabric.key());
            entries.putInt(at + RequestLayout.COMPLETION_FLAGS, fabric.key());
        }
    }

    private int next(long id, int queuePairNumber, WorkStatus status) {
        if (failed || written - taken == capacity) {
            overrun();
            return -1;
        }
        int index = (int) (written % capacity);
        int at = index * RequestLayout.COMPLETION_BYTES;
        entries.putLong(at + RequestLayout.COMPLETION_ID, id);
        entries.putInt(at + RequestLayout.COMPLETION_STATUS, status.ordinal());
        entries.putInt(at + RequestLayout.COMPLETION_VENDOR_ERROR, 0);
        entries.putInt(at + RequestLayout.COMPLETION_QUEUE_PAIR, queuePairNumber);
        // In order: none shows before the one written before it.
        showAt[index] = fabric.now() + fabric.chance(fabric.plan().completionStepsMax());
        written++;
        return at;
    }

    private void overrun() {
        if (!failed) {
            failed = true;
            device.event(AsyncEvent.Kind.COMPLETION_QUEUE_ERROR, 0, 0);
            for (int i = 0; i < users.size(); i++) {
                users.get(i).fail();
            }
        }
    }

    void step() {
        long before = shown;
        while (shown < written && showAt[(int) (shown % capacity)] <= fabric.now()) {
            shown++;
        }
        if (shown > before && armed) {
            armed = false;
            event = true;
        }
    }

    @Override
    public int poll(Completions into) throws VerbsException {
        into.size(0);
        ensureUsable("ibv_poll_cq");
        int count = (int) Math.min(into.capacity(), shown - taken);
        for (int i = 0; i < count; i++) {
            into.memory()
                    .put(
                            i * RequestLayout.COMPLETION_BYTES,
                            entries,
                            (int) ((taken + i) % capacity) * RequestLayout.COMPLETION_BYTES,
                            RequestLayout.COMPLETION_BYTES);
        }
        taken += count;
        into.size(count);
        return count;
    }

    @Override
    public void arm() throws VerbsException {
        ensureUsable("ibv_req_notify_cq");
        armed = true;
    }

    @Override
    public boolean await(long timeoutNs) throws VerbsException {
        long deadlineNs = fabric.nowNs() + timeoutNs;
        while (!event && !woken && (timeoutNs < 0 || fabric.nowNs() < deadlineNs)) {
            ensureUsable("ppoll");
            fabric.step();
        }
        woken = false;
        boolean came = event;
        event = false;
        return came;
    }

    private void ensureUsable(String call) throws VerbsException {
        if (closed) {
            throw new IllegalStateException("completion queue used after close");
        }
        if (failed) {
            throw new VerbsException(call, Errno.EINVAL, "overrun capacity=" + capacity);
        }
    }

    @Override
    public void wakeup() {
        woken = true;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void close() throws VerbsException {
        if (closed) {
            return;
        }
        if (!users.isEmpty()) {
            throw new VerbsException("ibv_destroy_cq", Errno.EBUSY, "queuePairs=" + users.size());
        }
        closed = true;
        fabric.remove(this);
    }
}
