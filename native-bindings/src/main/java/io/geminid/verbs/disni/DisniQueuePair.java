package io.geminid.verbs.disni;

import com.ibm.disni.verbs.impl.NativeDispatcher;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.info.QueuePairInfo;
import io.geminid.verbs.info.QueuePairState;
import io.geminid.verbs.jni.NativeRecords;
import io.geminid.verbs.jni.RdmaNatives;
import io.geminid.verbs.work.ReceiveList;
import io.geminid.verbs.work.SendList;
import java.io.IOException;

/** A queue pair of a real device; its connection closes it. */
final class DisniQueuePair implements QueuePair {

    private final NativeDispatcher natives = Natives.disni();
    private final QueuePairLimits limits;
    private final int number;
    private long handle;

    DisniQueuePair(long handle, QueuePairLimits limits) throws VerbsException {
        this.handle = handle;
        this.limits = limits;
        try {
            this.number = natives._getQpNum(handle);
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    private long handle() {
        if (handle == 0) {
            throw new IllegalStateException("queue pair used after close: number=" + number);
        }
        return handle;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public QueuePairLimits limits() {
        return limits;
    }

    @Override
    public int postSends(SendList list, int from) throws VerbsException {
        if (from == list.size()) {
            return 0;
        }
        try {
            natives._postSend(handle(), list.address(from));
            return list.size() - from;
        } catch (IOException e) {
            return acceptedBeforeFull(e);
        }
    }

    @Override
    public int postReceives(ReceiveList list, int from) throws VerbsException {
        if (from == list.size()) {
            return 0;
        }
        try {
            natives._postRecv(handle(), list.address(from));
            return list.size() - from;
        } catch (IOException e) {
            return acceptedBeforeFull(e);
        }
    }

    private static int acceptedBeforeFull(IOException e) throws VerbsException {
        VerbsException failure = Natives.narrow(e);
        if (failure.is(VerbsException.Errno.ENOMEM)) {
            return failure.accepted();
        }
        throw failure;
    }

    @Override
    public void toError() throws VerbsException {
        RdmaNatives.toError(handle());
    }

    void setRnrTimer(int timer) throws VerbsException {
        RdmaNatives.setRnrTimer(handle(), timer);
    }

    @Override
    public QueuePairInfo query() throws VerbsException {
        Record from = new Record(NativeRecords.QUEUE_PAIR_BYTES);
        RdmaNatives.queryQueuePair(handle(), from.address());
        QueuePairInfo.Retries retries =
                new QueuePairInfo.Retries(
                        from.intAt(NativeRecords.QUEUE_PAIR_RETRIES),
                        from.intAt(NativeRecords.QUEUE_PAIR_RNR_RETRIES),
                        from.intAt(NativeRecords.QUEUE_PAIR_RNR_TIMER));
        return new QueuePairInfo(
                QueuePairState.of(from.intAt(NativeRecords.QUEUE_PAIR_STATE)),
                from.intAt(NativeRecords.QUEUE_PAIR_MTU),
                from.intAt(NativeRecords.QUEUE_PAIR_ACK_TIMEOUT),
                retries,
                from.intAt(NativeRecords.QUEUE_PAIR_SEND_START));
    }

    /** The connection has destroyed it: from now on every call fails before it reaches C. */
    void closed() {
        handle = 0;
    }
}
