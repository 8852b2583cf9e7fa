package io.geminid.verbs.disni;

import io.geminid.verbs.VerbsException;
import io.geminid.verbs.connect.Connection;
import io.geminid.verbs.connect.ConnectionEvent;
import io.geminid.verbs.connect.ConnectionEvent.Kind;
import io.geminid.verbs.connect.ConnectionManager;
import io.geminid.verbs.connect.Listener;
import io.geminid.verbs.connect.RetryPolicy;
import io.geminid.verbs.jni.NativeRecords;
import io.geminid.verbs.jni.RdmaNatives;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** The kernel's connection manager. */
final class DisniConnectionManager implements ConnectionManager {

    private static final short TCP_PORT_SPACE = 0x0106;

    private final DisniProvider provider;
    private final Map<Long, DisniConnection> connections = new HashMap<>();
    private final Map<Long, DisniListener> listeners = new HashMap<>();
    private final Record event = new Record(NativeRecords.CM_EVENT_BYTES);
    private long channel;

    DisniConnectionManager(DisniProvider provider) throws VerbsException {
        this.provider = provider;
        try {
            channel = Natives.disni()._createEventChannel();
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    DisniProvider provider() {
        return provider;
    }

    private long channel() {
        if (channel == 0) {
            throw new IllegalStateException("connection manager used after close");
        }
        return channel;
    }

    @Override
    public Listener listen(InetSocketAddress local, int backlog, RetryPolicy policy)
            throws VerbsException {
        try {
            long id = Natives.disni()._createId(channel(), TCP_PORT_SPACE);
            DisniListener listener = new DisniListener(id, policy);
            listeners.put(id, listener);
            try {
                Natives.disni()._bindAddr(id, SocketAddresses.encode(local).address());
                Natives.disni()._listen(id, backlog);
                return listener;
            } catch (IOException e) {
                listener.close();
                throw e;
            }
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    @Override
    public Connection resolve(InetSocketAddress local, InetSocketAddress remote, RetryPolicy policy)
            throws VerbsException {
        try {
            long id = Natives.disni()._createId(channel(), TCP_PORT_SPACE);
            DisniConnection connection = new DisniConnection(this, id, policy);
            connections.put(id, connection);
            Record source = local == null ? null : SocketAddresses.encode(local);
            Record destination = SocketAddresses.encode(remote);
            try {
                Natives.disni()
                        ._resolveAddr(
                                id,
                                source == null ? 0 : source.address(),
                                destination.address(),
                                RESOLVE_TIMEOUT_MS);
                return connection;
            } catch (IOException e) {
                connection.close();
                throw e;
            }
        } catch (IOException e) {
            throw Natives.narrow(e);
        }
    }

    void forget(long id) {
        connections.remove(id);
    }

    @Override
    public boolean next(ConnectionEvent into, int timeoutMs) throws VerbsException {
        int waitMs = timeoutMs;
        while (RdmaNatives.nextConnectionEvent(channel(), event.address(), waitMs)) {
            if (translate(into)) {
                return true;
            }
            waitMs = 0; // an inner step of setting up: take what is there, but do not start again
        }
        return false;
    }

    /** Returns false for a step that callers do not see. */
    private boolean translate(ConnectionEvent into) throws VerbsException {
        CmEventType type = CmEventType.of(event.intAt(NativeRecords.CM_EVENT_TYPE));
        int status = event.intAt(NativeRecords.CM_EVENT_STATUS);
        long id = event.longAt(NativeRecords.CM_EVENT_ID);
        DisniListener listener = listeners.get(event.longAt(NativeRecords.CM_EVENT_LISTENER));
        DisniConnection connection = connections.get(id);
        if (type == CmEventType.CONNECT_REQUEST && listener == null) {
            // The listener was closed meanwhile; giving the request's end back refuses it.
            Natives.check("rdma_destroy_id", Natives.disni()._destroyCmId(id));
            return false;
        }
        if (type == CmEventType.CONNECT_REQUEST) {
            connection = new DisniConnection(this, id, listener.policy);
            connections.put(id, connection);
        } else if (connection == null) {
            listener = listeners.get(id);
        }
        if (connection == null && listener == null) {
            return false; // of an end that was closed meanwhile
        }
        Kind kind = type.kind();
        if (kind == null) {
            return false;
        }
        switch (type) {
            case ADDR_RESOLVED -> {
                return resolveRoute(connection, into);
            }
            case ESTABLISHED -> connection.established();
            case DISCONNECTED -> connection.disconnected();
            default -> {
                // nothing to do before the caller sees it
            }
        }
        byte[] data =
                event.bytesAt(
                        NativeRecords.CM_EVENT_PRIVATE,
                        event.intAt(NativeRecords.CM_EVENT_PRIVATE_BYTES));
        into.set(kind, connection, listener, status, data);
        return true;
    }

    /** The time-out counts from the route on, so it is set between address and route. */
    private boolean resolveRoute(DisniConnection connection, ConnectionEvent into) {
        try {
            RdmaNatives.setAckTimeout(connection.id(), connection.policy().ackTimeout());
            Natives.disni()._resolveRoute(connection.id(), RESOLVE_TIMEOUT_MS);
            return false;
        } catch (IOException e) {
            int status = -Natives.narrow(e).errno();
            into.set(Kind.UNREACHABLE, connection, null, status, new byte[0]);
            return true;
        }
    }

    @Override
    public void close() {
        if (channel == 0) {
            return;
        }
        if (!connections.isEmpty() || !listeners.isEmpty()) {
            throw new IllegalStateException(
                    "connections=%d listeners=%d are still open"
                            .formatted(connections.size(), listeners.size()));
        }
        Natives.disni()._destroyEventChannel(channel);
        channel = 0;
    }

    /** A listening address. */
    private final class DisniListener implements Listener {

        private final RetryPolicy policy;
        private long id;

        DisniListener(long id, RetryPolicy policy) {
            this.id = id;
            this.policy = policy;
        }

        @Override
        public InetSocketAddress localAddress() throws VerbsException {
            if (id == 0) {
                throw new IllegalStateException("listener used after close");
            }
            Record local = new Record(SocketAddresses.BYTES);
            Record peer = new Record(SocketAddresses.BYTES);
            RdmaNatives.addresses(id, local.address(), peer.address());
            return SocketAddresses.decode(local);
        }

        @Override
        public void close() throws VerbsException {
            if (id != 0) {
                listeners.remove(id);
                long closing = id;
                id = 0;
                Natives.check("rdma_destroy_id", Natives.disni()._destroyCmId(closing));
            }
        }
    }
}
