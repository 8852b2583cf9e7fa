package io.geminid.verbs.fabric;

import io.geminid.verbs.CompletionQueue;
import io.geminid.verbs.Device;
import io.geminid.verbs.ProtectionDomain;
import io.geminid.verbs.QueuePair;
import io.geminid.verbs.QueuePairLimits;
import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.fabric.FabricConnectionManager.FabricListener;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** One end of a connection of the fabric. */
final class FabricConnection implements Connection {

    /** The reasons of the InfiniBand manual: no such service, and refused by the user. */
    private static final int NO_SERVICE = 8;

    private static final int USER_REJECT = 28;

    /** How long a host's kernel takes to clean up after a process. */
    private static final long CLEAN_UP_STEPS = 15_000;

    private final FabricConnectionManager manager;
    private final SoftwareFabric fabric;
    private final FabricDevice device;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private RetryPolicy policy;
    private FabricQueuePair queuePair;
    private FabricConnection other;
    private boolean established;
    private boolean ended;
    private boolean closed;

    FabricConnection(
            FabricConnectionManager manager,
            FabricDevice device,
            InetSocketAddress local,
            InetSocketAddress remote) {
        this.manager = manager;
        this.fabric = manager.fabric();
        this.device = device;
        this.local = local;
        this.remote = remote;
    }

    void policy(RetryPolicy newPolicy) {
        policy = newPolicy;
    }

    boolean isClosed() {
        return closed;
    }

    FabricDevice fabricDevice() {
        return device;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public QueuePair createQueuePair(
            ProtectionDomain domain,
            CompletionQueue sends,
            CompletionQueue receives,
            QueuePairLimits limits)
            throws VerbsException {
        ensureOpen();
        if (queuePair != null) {
            throw new IllegalStateException("queuePair=" + queuePair.number() + " exists already");
        }
        if (domain.device() != device) {
            throw new VerbsException(
                    "rdma_create_qp", Errno.EINVAL, "domain of " + domain.device());
        }
        queuePair =
                new FabricQueuePair(
                        (FabricProtectionDomain) domain,
                        (FabricCompletionQueue) sends,
                        (FabricCompletionQueue) receives,
                        limits,
                        policy);
        return queuePair;
    }

    @Override
    public void connect(byte[] privateData) {
        ensureOpen();
        ensureQueuePair();
        byte[] data = padded(privateData, CONNECT_DATA_BYTES_MAX);
        fabric.later(delay(), () -> arriveAtListener(data));
    }

    private void arriveAtListener(byte[] data) {
        FabricDevice there = fabric.device(remote.getAddress());
        if (there == null || !there.isReachable() || !device.isReachable()) {
            fabric.later(
                    FabricConnectionManager.timeoutSteps(),
                    () -> event(Kind.UNREACHABLE, -Errno.ETIMEDOUT.number(), new byte[0]));
            return;
        }
        FabricListener listener = fabric.listener(remote);
        if (listener == null) {
            fabric.later(delay(), () -> event(Kind.REJECTED, NO_SERVICE, new byte[0]));
            return;
        }
        other = new FabricConnection(listener.manager(), listener.device(), remote, local);
        other.policy = listener.policy();
        other.other = this;
        listener.manager().request(other, listener, data);
    }

    @Override
    public void accept(byte[] privateData) {
        ensureOpen();
        ensureQueuePair();
        byte[] data = padded(privateData, ACCEPT_DATA_BYTES_MAX);
        // As the connection manager's library does it: this end can send before the other end
        // knows.
        queuePair.connect(other.queuePair);
        FabricConnection connecting = other;
        fabric.later(
                delay(),
                () -> {
                    if (connecting.closed || closed) {
                        return;
                    }
                    connecting.queuePair.connect(queuePair);
                    connecting.established = true;
                    connecting.event(Kind.ESTABLISHED, 0, data);
                    fabric.later(
                            delay(),
                            () -> {
                                established = true;
                                event(Kind.ESTABLISHED, 0, new byte[0]);
                            });
                });
    }

    @Override
    public void reject(byte[] privateData) {
        ensureOpen();
        byte[] data = padded(privateData, REJECT_DATA_BYTES_MAX);
        FabricConnection connecting = other;
        fabric.later(delay(), () -> connecting.event(Kind.REJECTED, USER_REJECT, data));
    }

    private static byte[] padded(byte[] data, int bytesMax) {
        if (data.length > bytesMax) {
            throw new IllegalArgumentException("privateBytes=" + data.length + " max=" + bytesMax);
        }
        return Arrays.copyOf(data, bytesMax);
    }

    @Override
    public void disconnect() throws VerbsException {
        ensureOpen();
        if (!established && !ended) {
            throw new VerbsException("rdma_disconnect", Errno.EINVAL, "not connected");
        }
        queuePair.fail();
        end(delay());
    }

    /** Tells the other end, and this one, once. */
    private void end(long steps) {
        if (ended) {
            return;
        }
        ended = true;
        FabricConnection there = other;
        fabric.later(steps, this::ended);
        if (there != null) {
            fabric.later(steps, there::ended);
        }
    }

    private void ended() {
        boolean first = !closed && established;
        established = false;
        ended = true;
        if (first) {
            queuePair.fail();
            event(Kind.DISCONNECTED, 0, new byte[0]);
        }
    }

    /** This end's device has gone. */
    void broken() {
        if (queuePair != null) {
            queuePair.fail();
        }
        established = false;
        end(delay());
    }

    void crash() {
        if (queuePair != null) {
            queuePair.close();
        }
        closed = true;
        end(CLEAN_UP_STEPS);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (queuePair != null) {
            queuePair.close();
        }
        manager.forget(this);
        end(delay());
    }

    private void event(Kind kind, int status, byte[] data) {
        manager.event(kind, this, null, status, data);
    }

    private long delay() {
        return 1 + fabric.chance(fabric.plan().delayStepsMax());
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("connection used after close");
        }
    }

    private void ensureQueuePair() {
        if (queuePair == null) {
            throw new IllegalStateException("a connection needs a queue pair first");
        }
    }
}
