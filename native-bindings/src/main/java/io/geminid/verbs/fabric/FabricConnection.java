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

    /** Where this end is. */
    private enum Phase {
        /** Nothing has been agreed. */
        IDLE,
        /** The other end waits for an answer of this one. */
        REQUESTED,
        /** The queue pair can send. */
        UP,
        /** It was up, or was refused. Final. */
        ENDED
    }

    private final FabricConnectionManager manager;
    private final SoftwareFabric fabric;
    private final FabricDevice device;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private RetryPolicy policy;
    private FabricQueuePair queuePair;
    private FabricConnection other;
    private Phase phase = Phase.IDLE;
    private long toldAt;
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
        tell(delay(), () -> arriveAtListener(data));
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
        if (listener == null || !listener.hasRoom()) {
            fabric.later(delay(), () -> event(Kind.REJECTED, NO_SERVICE, new byte[0]));
            return;
        }
        other = new FabricConnection(listener.manager(), listener.device(), remote, local);
        other.policy = listener.policy();
        other.other = this;
        other.phase = Phase.REQUESTED;
        listener.manager().request(other, listener, data);
    }

    @Override
    public void accept(byte[] privateData) throws VerbsException {
        ensureOpen();
        ensureQueuePair();
        ensure(phase == Phase.REQUESTED, "rdma_accept");
        byte[] data = padded(privateData, ACCEPT_DATA_BYTES_MAX);
        // As the connection manager's library does it: this end can send before the other knows.
        phase = Phase.UP;
        queuePair.connect(other.queuePair);
        FabricConnection connecting = other;
        tell(
                delay(),
                () -> {
                    if (!connecting.closed) {
                        connecting.accepted(data);
                        fabric.later(delay(), this::confirmed);
                    }
                });
    }

    private void accepted(byte[] data) {
        phase = Phase.UP;
        queuePair.connect(other.queuePair);
        event(Kind.ESTABLISHED, 0, data);
    }

    private void confirmed() {
        if (phase == Phase.UP) {
            event(Kind.ESTABLISHED, 0, new byte[0]);
        }
    }

    @Override
    public void reject(byte[] privateData) throws VerbsException {
        ensureOpen();
        ensure(phase == Phase.REQUESTED, "rdma_reject");
        phase = Phase.ENDED;
        tellRejected(padded(privateData, REJECT_DATA_BYTES_MAX));
    }

    private void tellRejected(byte[] data) {
        FabricConnection connecting = other;
        tell(delay(), () -> connecting.event(Kind.REJECTED, USER_REJECT, data));
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
        ensure(phase == Phase.UP || phase == Phase.ENDED, "rdma_disconnect");
        end(delay());
    }

    /** Tells the other end, and this one, once. */
    private void end(long steps) {
        Phase before = phase;
        phase = Phase.ENDED;
        if (queuePair != null) {
            queuePair.fail();
        }
        if (before == Phase.REQUESTED) {
            tellRejected(new byte[REJECT_DATA_BYTES_MAX]);
        } else if (before == Phase.UP) {
            FabricConnection there = other;
            // Through a pulled cable the other end hears nothing.
            if (device.isLinkUp() && there.device.isLinkUp()) {
                tell(steps, there::otherEnded);
            }
            fabric.later(steps, () -> event(Kind.DISCONNECTED, 0, new byte[0]));
        }
    }

    private void otherEnded() {
        if (phase == Phase.UP) {
            phase = Phase.ENDED;
            queuePair.fail();
            event(Kind.DISCONNECTED, 0, new byte[0]);
        }
    }

    /** This end's device has gone. */
    void broken() {
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

    /** Does something at the other end, after everything told before. */
    private void tell(long steps, Runnable action) {
        toldAt = Math.max(fabric.now() + steps, toldAt + 1);
        fabric.later(toldAt - fabric.now(), action);
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

    private void ensure(boolean possible, String call) throws VerbsException {
        if (!possible) {
            throw new VerbsException(call, Errno.EINVAL, "phase=" + phase);
        }
    }

    private void ensureQueuePair() {
        if (queuePair == null) {
            throw new IllegalStateException("a connection needs a queue pair first");
        }
    }
}
