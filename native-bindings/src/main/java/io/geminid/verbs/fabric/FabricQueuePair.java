package io.geminid.verbs.fabric;

import io.geminid.verbs.AsyncEvent;
import io.geminid.verbs.MemoryAccess;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.info.QueuePairInfo;
import io.geminid.verbs.info.QueuePairState;
import io.geminid.verbs.work.ReceiveList;
import io.geminid.verbs.work.RequestLayout;
import io.geminid.verbs.work.SendList;
import io.geminid.verbs.work.WorkStatus;
import java.nio.ByteBuffer;

/** A queue pair of the fabric: sends, delivers to its peer, acknowledges, flushes. */
final class FabricQueuePair implements QueuePair {

    /** Messages under way at once: enough that several are, few enough that the queue matters. */
    private static final int MESSAGES_IN_FLIGHT_MAX = 16;

    /** Flush completions a step: few, so that callers see them come one after the other. */
    private static final int FLUSHES_PER_STEP = 2;

    private final SoftwareFabric fabric;
    private final FabricProtectionDomain domain;
    private final FabricCompletionQueue sendCompletions;
    private final FabricCompletionQueue receiveCompletions;
    private final RetryPolicy policy;
    private final QueuePairLimits limits;
    private final FabricQueue sends;
    private final FabricQueue receives;
    private final int number;
    private FabricQueuePair peer;
    private FabricRequest stranded; // of the peer, which has failed and sends no other
    private QueuePairState state = QueuePairState.INIT;
    private boolean closed;

    FabricQueuePair(
            FabricProtectionDomain domain,
            FabricCompletionQueue sendCompletions,
            FabricCompletionQueue receiveCompletions,
            QueuePairLimits limits,
            RetryPolicy policy)
            throws VerbsException {
        if (limits.inlineBytes() > FabricDevice.INLINE_BYTES_MAX
                || limits.sends() > FabricDevice.REQUESTS_MAX
                || limits.receives() > FabricDevice.REQUESTS_MAX) {
            throw new VerbsException("rdma_create_qp", Errno.EINVAL, limits.toString());
        }
        domain.fabricDevice().ensurePresent("rdma_create_qp");
        this.fabric = domain.fabricDevice().fabric();
        this.domain = domain;
        this.sendCompletions = sendCompletions;
        this.receiveCompletions = receiveCompletions;
        this.limits = limits;
        this.policy = policy;
        this.sends = new FabricQueue(limits.sends(), limits.sendSlices());
        this.receives = new FabricQueue(limits.receives(), limits.receiveSlices());
        this.number = domain.fabricDevice().nextQueuePairNumber();
        domain.enter();
        sendCompletions.enter(this);
        receiveCompletions.enter(this);
        fabric.add(this);
    }

    FabricDevice device() {
        return domain.fabricDevice();
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public QueuePairLimits limits() {
        return limits;
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("queue pair used after close: number=" + number);
        }
    }

    // Posting.

    @Override
    public int postSends(SendList list, int from) throws VerbsException {
        ensureOpen();
        if (state == QueuePairState.INIT) {
            throw new VerbsException("ibv_post_send", Errno.EINVAL, "state=" + state);
        }
        int accepted = 0;
        for (int i = from; i < list.size() && !sends.isFull(); i++) {
            FabricRequest request = sends.at(sends.posted);
            decode(list, i, request, accepted);
            sends.posted++;
            accepted++;
        }
        return accepted;
    }

    private void decode(SendList list, int index, FabricRequest request, int accepted)
            throws VerbsException {
        ByteBuffer from = list.memory();
        int at = index * RequestLayout.SEND_BYTES;
        ensureSlices("ibv_post_send", list.sliceCount(index), limits.sendSlices(), accepted);
        request.id = from.getLong(at + RequestLayout.ID);
        request.opcode = from.getInt(at + RequestLayout.OPCODE);
        request.flags = from.getInt(at + RequestLayout.FLAGS);
        request.immediate = from.getInt(at + RequestLayout.IMMEDIATE);
        request.remoteAddress = from.getLong(at + RequestLayout.REMOTE_ADDRESS);
        request.remoteKey = from.getInt(at + RequestLayout.REMOTE_KEY);
        request.slices(from, list.slicesAt(index), list.sliceCount(index));
        if ((request.flags & SendList.INLINE) != 0) {
            if (request.capacityBytes() > limits.inlineBytes()) {
                throw refused("ibv_post_send", "inlineBytes=" + request.capacityBytes(), accepted);
            }
            request.gather();
        }
    }

    private static void ensureSlices(String call, int slices, int max, int accepted)
            throws VerbsException {
        if (slices > max) {
            throw refused(call, "slices=" + slices + " max=" + max, accepted);
        }
    }

    private static VerbsException refused(String call, String detail, int accepted) {
        return new VerbsException(call, Errno.EINVAL.number(), detail, accepted);
    }

    @Override
    public int postReceives(ReceiveList list, int from) throws VerbsException {
        ensureOpen();
        int accepted = 0;
        for (int i = from; i < list.size() && !receives.isFull(); i++) {
            int slices = list.sliceCount(i);
            ensureSlices("ibv_post_recv", slices, limits.receiveSlices(), accepted);
            FabricRequest request = receives.at(receives.posted);
            request.id = list.memory().getLong(i * RequestLayout.RECEIVE_BYTES + RequestLayout.ID);
            request.slices(list.memory(), list.slicesAt(i), slices);
            receives.posted++;
            accepted++;
        }
        return accepted;
    }

    // What happens by itself.

    void step() {
        if (state == QueuePairState.ERROR) {
            flush();
        } else if (state == QueuePairState.READY_TO_SEND) {
            arriveStranded();
            transmit();
            deliver();
            acknowledge();
        }
    }

    private void transmit() {
        while (sends.sent < sends.posted
                && sends.sent - sends.done < MESSAGES_IN_FLIGHT_MAX
                && state == QueuePairState.READY_TO_SEND) {
            FabricRequest request = sends.at(sends.sent);
            if (fabric.fails()) {
                fail();
            } else if (read(request)) {
                request.arriveAt = fabric.arrival();
                sends.sent++;
            } else if (sends.done == sends.sent) {
                // As rxe says it; NICs say LOCAL_PROTECTION_ERROR.
                failSend(WorkStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
            } else {
                return; // the ones before it complete first
            }
        }
    }

    /** Reads the sender's memory, as the device does when the message leaves. */
    private boolean read(FabricRequest request) {
        boolean isRead = request.opcode == RequestLayout.READ;
        if ((request.flags & SendList.INLINE) != 0) {
            return true;
        }
        if (!request.isAllowed(domain, isRead ? MemoryAccess.LOCAL_WRITE : null)
                || request.capacityBytes() > FabricDevice.MESSAGE_BYTES_MAX) {
            return false;
        }
        if (!isRead) {
            request.gather();
        }
        return true;
    }

    private void deliver() {
        while (sends.delivered < sends.sent && state == QueuePairState.READY_TO_SEND) {
            FabricRequest request = sends.at(sends.delivered);
            if (request.arriveAt > fabric.now()) {
                return;
            }
            WorkStatus status = arrive(request);
            if (status == null) {
                return; // it is on its way again
            }
            if (status != WorkStatus.SUCCESS) {
                // What arrived before it is acknowledged by the same answer, and completes first.
                acknowledgeAll();
                if (status == WorkStatus.RETRY_EXCEEDED) {
                    strand(request);
                }
                failSend(status);
                return;
            }
            request.acknowledgeAt = fabric.arrival();
            request.losses = 0;
            sends.delivered++;
        }
    }

    /** One try; null if it has to be repeated. */
    private WorkStatus arrive(FabricRequest request) {
        if (!isPeerThere() || fabric.loses()) {
            return lost(request) ? WorkStatus.RETRY_EXCEEDED : null;
        }
        boolean takesReceive =
                request.opcode != RequestLayout.WRITE && request.opcode != RequestLayout.READ;
        if (takesReceive && peer.receives.isEmpty()) {
            fabric.countReceiverNotReady();
            if (++request.notReady > policy.rnrRetries()) {
                return WorkStatus.RNR_RETRY_EXCEEDED;
            }
            request.arriveAt = fabric.now() + peer.policy.rnrPauseNs() / SoftwareFabric.STEP_NS;
            return null;
        }
        return switch (request.opcode) {
            case RequestLayout.SEND, RequestLayout.SEND_WITH_IMMEDIATE -> peer.receive(request);
            case RequestLayout.WRITE, RequestLayout.WRITE_WITH_IMMEDIATE -> peer.written(request);
            case RequestLayout.READ -> peer.fetched(request);
            default -> WorkStatus.REMOTE_INVALID_REQUEST;
        };
    }

    /**
     * A pulled cable may keep a message somewhere on its way, and let it through when it is plugged
     * in again: after its sender has been told that it failed. Seen with rxe.
     */
    private void strand(FabricRequest request) {
        boolean isSend =
                request.opcode == RequestLayout.SEND
                        || request.opcode == RequestLayout.SEND_WITH_IMMEDIATE;
        if (isSend && peer != null && !peer.device().isReachable() && fabric.chance(1) == 1) {
            peer.stranded = request;
        }
    }

    private void arriveStranded() {
        if (stranded != null && device().isReachable()) {
            FabricRequest late = stranded;
            stranded = null;
            if (!receives.isEmpty()) {
                receive(late);
            }
        }
    }

    private boolean isPeerThere() {
        return peer != null
                && !peer.closed
                && peer.state == QueuePairState.READY_TO_SEND
                && device().isReachable()
                && peer.device().isReachable();
    }

    /** Counts a loss; true if it was one too many. Otherwise the memory is read once more. */
    private boolean lost(FabricRequest request) {
        fabric.countLost();
        if (++request.losses > policy.retries() || !read(request)) {
            return true;
        }
        request.arriveAt = fabric.now() + policy.ackTimeoutNs() / SoftwareFabric.STEP_NS;
        return false;
    }

    private void acknowledge() {
        while (sends.done < sends.delivered && state == QueuePairState.READY_TO_SEND) {
            FabricRequest request = sends.at(sends.done);
            if (request.acknowledgeAt > fabric.now()) {
                return;
            }
            if (!device().isReachable() || peer == null || !peer.device().isReachable()) {
                fabric.countLost();
                if (++request.losses > policy.retries()) {
                    failSend(WorkStatus.RETRY_EXCEEDED);
                }
                request.acknowledgeAt =
                        fabric.now() + policy.ackTimeoutNs() / SoftwareFabric.STEP_NS;
                return;
            }
            complete(request);
        }
    }

    private void acknowledgeAll() {
        while (sends.done < sends.delivered) {
            complete(sends.at(sends.done));
        }
    }

    private void complete(FabricRequest request) {
        sends.done++;
        if (request.opcode == RequestLayout.READ) {
            request.scatter(request.message(), request.messageBytes());
        }
        if ((request.flags & SendList.SIGNALED) != 0) {
            sendCompletions.success(request.id, number, completionOpcode(request.opcode));
        }
    }

    private static int completionOpcode(int opcode) {
        return switch (opcode) {
            case RequestLayout.READ -> 2;
            case RequestLayout.WRITE, RequestLayout.WRITE_WITH_IMMEDIATE -> 1;
            default -> 0;
        };
    }

    // What the peer does to this one.

    private WorkStatus receive(FabricRequest from) {
        FabricRequest into = receives.at(receives.done);
        if (from.messageBytes() > into.capacityBytes()) {
            failReceive(WorkStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
            return WorkStatus.REMOTE_OPERATION_ERROR;
        }
        if (!into.isAllowed(domain, MemoryAccess.LOCAL_WRITE)) {
            failReceive(WorkStatus.LOCAL_PROTECTION_ERROR);
            return WorkStatus.REMOTE_OPERATION_ERROR;
        }
        into.scatter(from.message(), from.messageBytes());
        received(from, RequestLayout.COMPLETION_RECEIVE);
        return WorkStatus.SUCCESS;
    }

    private WorkStatus written(FabricRequest from) {
        if (from.messageBytes() > 0) {
            FabricMemoryRegion region = device().remote(from.remoteKey);
            if (region == null
                    || !region.allows(
                            domain,
                            from.remoteAddress,
                            from.messageBytes(),
                            MemoryAccess.REMOTE_WRITE)) {
                return accessError();
            }
            from.store(from.remoteAddress);
        }
        if (from.opcode == RequestLayout.WRITE_WITH_IMMEDIATE) {
            received(from, RequestLayout.COMPLETION_RECEIVE_OF_WRITE);
        }
        return WorkStatus.SUCCESS;
    }

    private WorkStatus fetched(FabricRequest from) {
        FabricMemoryRegion region = device().remote(from.remoteKey);
        int bytes = (int) from.capacityBytes();
        if (bytes > 0
                && (region == null
                        || !region.allows(
                                domain, from.remoteAddress, bytes, MemoryAccess.REMOTE_READ))) {
            return accessError();
        }
        from.fetch(from.remoteAddress, bytes);
        return WorkStatus.SUCCESS;
    }

    private WorkStatus accessError() {
        device().event(AsyncEvent.Kind.QUEUE_PAIR_ACCESS_ERROR, number, 0);
        fail();
        return WorkStatus.REMOTE_ACCESS_ERROR;
    }

    private void received(FabricRequest from, int opcode) {
        FabricRequest into = receives.at(receives.done);
        receives.done++;
        int at = receiveCompletions.success(into.id, number, opcode);
        boolean immediate =
                from.opcode == RequestLayout.SEND_WITH_IMMEDIATE
                        || from.opcode == RequestLayout.WRITE_WITH_IMMEDIATE;
        receiveCompletions.lengthAndImmediate(at, from.messageBytes(), immediate, from.immediate);
    }

    // Failing.

    private void failSend(WorkStatus status) {
        FabricRequest request = sends.at(sends.done);
        sends.done++;
        sendCompletions.failure(request.id, number, status);
        fail();
    }

    private void failReceive(WorkStatus status) {
        FabricRequest request = receives.at(receives.done);
        receives.done++;
        receiveCompletions.failure(request.id, number, status);
        fail();
    }

    void fail() {
        state = QueuePairState.ERROR;
    }

    private void flush() {
        for (int i = 0; i < FLUSHES_PER_STEP && !receives.isEmpty(); i++) {
            long id = receives.at(receives.done).id;
            receives.done++;
            receiveCompletions.failure(id, number, WorkStatus.FLUSHED);
        }
        for (int i = 0; i < FLUSHES_PER_STEP && !sends.isEmpty(); i++) {
            long id = sends.at(sends.done).id;
            sends.done++;
            sendCompletions.failure(id, number, WorkStatus.FLUSHED);
        }
    }

    @Override
    public void toError() {
        ensureOpen();
        fail();
    }

    // Connecting and closing.

    void connect(FabricQueuePair other) {
        peer = other;
        if (state == QueuePairState.INIT) {
            state = QueuePairState.READY_TO_SEND;
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            fail();
            fabric.remove(this);
            domain.leave();
            sendCompletions.leave(this);
            receiveCompletions.leave(this);
        }
    }

    @Override
    public QueuePairInfo query() {
        ensureOpen();
        QueuePairInfo.Retries retries =
                new QueuePairInfo.Retries(policy.retries(), policy.rnrRetries(), policy.rnrTimer());
        return new QueuePairInfo(state, FabricDevice.MTU_BYTES, policy.ackTimeout(), retries, 0);
    }
}
