package io.geminid.verbs.disni;

import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.Device;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.info.QueuePairState;
import io.geminid.verbs.jni.NativeRecords;
import io.geminid.verbs.jni.RdmaNatives;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One end of a real connection. */
final class DisniConnection implements Connection {

    private final DisniConnectionManager manager;
    private final RetryPolicy policy;
    private DisniDevice device;
    private DisniQueuePair queuePair;
    private long id;

    DisniConnection(DisniConnectionManager manager, long id, RetryPolicy policy) {
        this.manager = manager;
        this.id = id;
        this.policy = policy;
    }

    long id() {
        if (id == 0) {
            throw new IllegalStateException("connection used after close");
        }
        return id;
    }

    @Override
    public Device device() {
        if (device == null) {
            try {
                long context = Natives.disni()._getContext(id());
                if (context == 0) {
                    throw new IllegalStateException("the connection's address is not resolved yet");
                }
                device = manager.provider().device(context);
            } catch (IOException e) {
                throw new IllegalStateException("the connection has no device", e);
            }
        }
        return device;
    }

    @Override
    public InetSocketAddress localAddress() throws VerbsException {
        return addresses()[0];
    }

    @Override
    public InetSocketAddress remoteAddress() throws VerbsException {
        return addresses()[1];
    }

    private InetSocketAddress[] addresses() throws VerbsException {
        Record local = new Record(SocketAddresses.BYTES);
        Record peer = new Record(SocketAddresses.BYTES);
        RdmaNatives.addresses(id(), local.address(), peer.address());
        return new InetSocketAddress[] {
            SocketAddresses.decode(local), SocketAddresses.decode(peer)
        };
    }

    @Override
    public QueuePair createQueuePair(
            ProtectionDomain domain,
            CompletionQueue sends,
            CompletionQueue receives,
            QueuePairLimits limits)
            throws VerbsException {
        if (queuePair != null) {
            throw new IllegalStateException("queuePair=" + queuePair.number() + " exists already");
        }
        Record granted = new Record(NativeRecords.LIMITS_BYTES);
        int[] wanted = {
            limits.sends(),
            limits.receives(),
            limits.sendSlices(),
            limits.receiveSlices(),
            limits.inlineBytes()
        };
        for (int i = 0; i < wanted.length; i++) {
            granted.memory().putInt(i * Integer.BYTES, wanted[i]);
        }
        long handle =
                RdmaNatives.createQueuePair(
                        id(),
                        ((DisniProtectionDomain) domain).handle(),
                        ((DisniCompletionQueue) sends).handle(),
                        ((DisniCompletionQueue) receives).handle(),
                        granted.address());
        queuePair = new DisniQueuePair(handle, limits(granted));
        return queuePair;
    }

    /** A device may grant more than our own limits know; the caller is told no more than those. */
    private static QueuePairLimits limits(Record granted) {
        return new QueuePairLimits(
                Math.min(granted.intAt(0), QueuePairLimits.REQUESTS_MAX),
                Math.min(granted.intAt(4), QueuePairLimits.REQUESTS_MAX),
                Math.min(granted.intAt(8), QueuePairLimits.SLICES_MAX),
                Math.min(granted.intAt(12), QueuePairLimits.SLICES_MAX),
                Math.min(granted.intAt(16), QueuePairLimits.INLINE_BYTES_MAX));
    }

    @Override
    public void connect(byte[] privateData) throws VerbsException {
        if (queuePair == null) {
            throw new IllegalStateException("a connection is made with a queue pair");
        }
        Record data = checked(privateData, CONNECT_DATA_BYTES_MAX);
        try {
            Natives.disni()
                    ._connect(
                            id(),
                            policy.retries(),
                            policy.rnrRetries(),
                            data.address(),
                            (byte) privateData.length);
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    @Override
    public void accept(byte[] privateData) throws VerbsException {
        if (queuePair == null) {
            throw new IllegalStateException("a connection is accepted with a queue pair");
        }
        Record data = checked(privateData, ACCEPT_DATA_BYTES_MAX);
        // Otherwise the kernel takes the peer's time-out and adds what it thinks the device needs.
        RdmaNatives.setAckTimeout(id(), policy.ackTimeout());
        RdmaNatives.accept(id(), policy.rnrRetries(), data.address(), privateData.length);
        setRnrTimer();
    }

    @Override
    public void reject(byte[] privateData) throws VerbsException {
        Record data = checked(privateData, REJECT_DATA_BYTES_MAX);
        RdmaNatives.reject(id(), data.address(), privateData.length);
    }

    private static Record checked(byte[] privateData, int bytesMax) {
        if (privateData.length > bytesMax) {
            throw new IllegalArgumentException(
                    "privateBytes=" + privateData.length + " max=" + bytesMax);
        }
        return Record.of(privateData);
    }

    @Override
    public void disconnect() throws VerbsException {
        Natives.check("rdma_disconnect", Natives.disni()._disconnect(id()));
    }

    RetryPolicy policy() {
        return policy;
    }

    /** The connection is up at both ends: what the manager could not set before. */
    void established() throws VerbsException {
        if (queuePair != null) {
            setRnrTimer();
        }
    }

    private void setRnrTimer() throws VerbsException {
        try {
            queuePair.setRnrTimer(policy.rnrTimer());
        } catch (VerbsException e) {
            // A queue pair that has failed before anybody saw it up takes no timer, and needs none.
            if (queuePair.query().state() != QueuePairState.ERROR) {
                throw e;
            }
        }
    }

    /**
     * The other end has gone: this end's queue pair fails too, so that everything is flushed, and
     * the other end is answered, without which it would wait for many seconds.
     */
    void disconnected() throws VerbsException {
        int rc = Natives.disni()._disconnect(id);
        // EINVAL: it was this end that began, and nobody waits for an answer.
        if (rc != 0 && rc != -Errno.EINVAL.number()) {
            Natives.check("rdma_disconnect", rc);
        }
        if (queuePair != null) {
            queuePair.toError();
        }
    }

    @Override
    public void close() throws VerbsException {
        if (id == 0) {
            return;
        }
        if (queuePair != null) {
            Natives.disni()._destroyQP(id);
            queuePair.closed();
        }
        manager.forget(id);
        long closing = id;
        id = 0;
        Natives.check("rdma_destroy_id", Natives.disni()._destroyCmId(closing));
    }
}
