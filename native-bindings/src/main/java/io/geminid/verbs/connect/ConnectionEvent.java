package io.geminid.verbs.connect;

import java.util.Arrays;

/**
 * What happened to a connection. Made once, filled in by {@link ConnectionManager#next}; for one
 * thread, valid until the next call.
 */
public final class ConnectionEvent {

    /** The kinds of events. */
    public enum Kind {
        /** Address and route are known; {@link Connection#device} can be asked. */
        RESOLVED,
        /** The address or the route cannot be resolved, or the other end does not answer. */
        UNREACHABLE,
        /** Somebody wants a connection; {@link #connection} is new. */
        CONNECT_REQUEST,
        /** The connection is up; the connecting end has the other's private data. */
        ESTABLISHED,
        /** The other end refused, or nobody listens there. */
        REJECTED,
        /** Setting up failed at this end. */
        CONNECT_ERROR,
        /** The other end, or this one, ended the connection; the queue pair has failed. */
        DISCONNECTED,
        /**
         * The device goes away: close what is on it. {@link #connection} or {@link #listener} says
         * what this event is about; each gets its own.
         */
        DEVICE_REMOVED,
        /** The address moved to another device. */
        ADDRESS_CHANGED
    }

    private static final byte[] NONE = new byte[0];

    private Kind kind;
    private Connection connection;
    private Listener listener;
    private int status;
    private byte[] privateData = NONE;

    /** An event that says nothing yet. */
    public ConnectionEvent() {}

    /**
     * Fills it in; for implementations.
     *
     * @param newKind what happened
     * @param newConnection to which connection; null if to a listener
     * @param newListener to which listener, or by which the request came; null if there is none
     * @param newStatus the kernel's reason
     * @param newPrivateData what the other end said
     */
    public void set(
            Kind newKind,
            Connection newConnection,
            Listener newListener,
            int newStatus,
            byte[] newPrivateData) {
        kind = newKind;
        connection = newConnection;
        listener = newListener;
        status = newStatus;
        privateData = newPrivateData;
    }

    /**
     * What happened.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * To which connection.
     *
     * @return the connection, null if it happened to a listener
     */
    public Connection connection() {
        return connection;
    }

    /**
     * To which listener, or by which a request came.
     *
     * @return the listener, null if there is none
     */
    public Listener listener() {
        return listener;
    }

    /**
     * The kernel's reason: a negative errno, or for REJECTED the reason of the packet.
     *
     * @return 0 if there is none
     */
    public int status() {
        return status;
    }

    /**
     * What the other end said. A real network pads it with zeros to the packet's field, so a
     * message carries its own length.
     *
     * @return a copy
     */
    public byte[] privateData() {
        return Arrays.copyOf(privateData, privateData.length);
    }

    @Override
    public String toString() {
        return "connectionEvent=%s status=%d privateBytes=%d"
                .formatted(kind, status, privateData.length);
    }
}
