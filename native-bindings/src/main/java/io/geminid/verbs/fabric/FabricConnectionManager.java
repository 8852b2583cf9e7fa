package io.geminid.verbs.fabric;

import io.geminid.verbs.VerbsException;
import io.geminid.verbs.VerbsException.Errno;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.Listener;
import io.geminid.verbs.connect.RetryPolicy;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A connection manager of the fabric: a queue of events. */
final class FabricConnectionManager implements ConnectionManager {

    private static final int PORT_FIRST_FREE = 40_000;
    private static final int PORT_MAX = 65_535;
    private static final int PORTS_FREE = 30_000;

    private final SoftwareFabric fabric;
    private final FabricHost host;
    private final Deque<Event> events = new ArrayDeque<>();
    private final List<FabricListener> listeners = new ArrayList<>();
    private final List<FabricConnection> connections = new ArrayList<>();
    private long resolveCount;
    private boolean closed;

    FabricConnectionManager(SoftwareFabric fabric, FabricHost host) {
        this.fabric = fabric;
        this.host = host;
    }

    SoftwareFabric fabric() {
        return fabric;
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("connection manager used after close");
        }
    }

    @Override
    public Listener listen(InetSocketAddress local, int backlog, RetryPolicy policy)
            throws VerbsException {
        ensureOpen();
        FabricDevice device = host.device(local.getAddress());
        if (device == null) {
            throw new VerbsException("rdma_bind_addr", Errno.ENODEV, "address=" + local);
        }
        InetSocketAddress address = local.getPort() == 0 ? free(local) : local;
        if (address == null || fabric.listener(address) != null) {
            throw new VerbsException("rdma_bind_addr", Errno.EADDRINUSE, "address=" + local);
        }
        FabricListener listener = new FabricListener(this, device, address, policy);
        listener.backlog = backlog;
        listeners.add(listener);
        return listener;
    }

    private InetSocketAddress free(InetSocketAddress local) {
        for (int port = PORT_FIRST_FREE; port <= PORT_MAX; port++) {
            InetSocketAddress address = new InetSocketAddress(local.getAddress(), port);
            if (fabric.listener(address) == null) {
                return address;
            }
        }
        return null;
    }

    @Override
    public Connection resolve(InetSocketAddress local, InetSocketAddress remote, RetryPolicy policy)
            throws VerbsException {
        ensureOpen();
        FabricDevice device =
                local == null ? host.defaultDevice() : host.device(local.getAddress());
        if (device == null) {
            throw new VerbsException("rdma_resolve_addr", Errno.ENODEV, "address=" + local);
        }
        int port = PORT_FIRST_FREE - 1 - (int) (resolveCount++ % PORTS_FREE);
        FabricConnection connection =
                new FabricConnection(
                        this, device, new InetSocketAddress(device.address(), port), remote);
        connection.policy(policy);
        connections.add(connection);
        boolean known = fabric.device(remote.getAddress()) != null && device.isReachable();
        fabric.later(
                known ? 1 + fabric.chance(fabric.plan().delayStepsMax()) : timeoutSteps(),
                () -> {
                    if (known) {
                        event(Kind.RESOLVED, connection, null, 0, new byte[0]);
                    } else {
                        int status = -Errno.ETIMEDOUT.number();
                        event(Kind.UNREACHABLE, connection, null, status, new byte[0]);
                    }
                });
        return connection;
    }

    static long timeoutSteps() {
        return RESOLVE_TIMEOUT_MS * 1_000_000L / SoftwareFabric.STEP_NS;
    }

    /** Queues an event, unless the end it is about was closed meanwhile. */
    void event(
            Kind kind,
            FabricConnection connection,
            FabricListener listener,
            int status,
            byte[] data) {
        if (!closed && (connection == null || !connection.isClosed())) {
            events.add(new Event(kind, connection, listener, status, data));
        }
    }

    /** A request has come: the listener's new end. */
    void request(FabricConnection connection, FabricListener listener, byte[] data) {
        connections.add(connection);
        listener.pending++;
        event(Kind.CONNECT_REQUEST, connection, listener, 0, data);
    }

    @Override
    public boolean next(ConnectionEvent into, int timeoutMs) {
        ensureOpen();
        long deadlineNs = fabric.nowNs() + timeoutMs * 1_000_000L;
        while (true) {
            Event event = events.poll();
            if (event == null) {
                if (timeoutMs >= 0 && fabric.nowNs() >= deadlineNs) {
                    return false;
                }
                fabric.step();
                continue;
            }
            if (event.kind == Kind.CONNECT_REQUEST) {
                event.listener.pending--;
            }
            if (event.connection == null || !event.connection.isClosed()) {
                into.set(event.kind, event.connection, event.listener, event.status, event.data);
                return true;
            }
        }
    }

    FabricListener listener(InetSocketAddress address) {
        for (FabricListener listener : listeners) {
            if (listener.address.equals(address)) {
                return listener;
            }
        }
        return null;
    }

    void forget(FabricConnection connection) {
        connections.remove(connection);
    }

    void deviceRemoved(FabricDevice device) {
        for (FabricConnection connection : connections) {
            if (connection.fabricDevice() == device) {
                event(Kind.DEVICE_REMOVED, connection, null, 0, new byte[0]);
                connection.broken();
            }
        }
        for (FabricListener listener : listeners) {
            if (listener.device == device) {
                event(Kind.DEVICE_REMOVED, null, listener, 0, new byte[0]);
            }
        }
    }

    void crash() {
        for (FabricConnection connection : List.copyOf(connections)) {
            connection.crash();
        }
        listeners.clear();
        closed = true;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (!connections.isEmpty() || !listeners.isEmpty()) {
            throw new IllegalStateException(
                    "connections=%d listeners=%d are still open"
                            .formatted(connections.size(), listeners.size()));
        }
        closed = true;
        host.forget(this);
    }

    private record Event(
            Kind kind,
            FabricConnection connection,
            FabricListener listener,
            int status,
            byte[] data) {}

    /** A listening address of the fabric. */
    static final class FabricListener implements Listener {

        private final FabricConnectionManager manager;
        private final FabricDevice device;
        private final InetSocketAddress address;
        private final RetryPolicy policy;
        private int backlog;
        private int pending; // requests that nobody has taken

        FabricListener(
                FabricConnectionManager manager,
                FabricDevice device,
                InetSocketAddress address,
                RetryPolicy policy) {
            this.manager = manager;
            this.device = device;
            this.address = address;
            this.policy = policy;
        }

        FabricConnectionManager manager() {
            return manager;
        }

        FabricDevice device() {
            return device;
        }

        RetryPolicy policy() {
            return policy;
        }

        boolean hasRoom() {
            return pending < backlog;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void close() {
            manager.listeners.remove(this);
        }
    }
}
