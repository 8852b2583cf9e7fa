package io.geminid.verbs.disni;

import io.geminid.verbs.connect.ConnectionEvent.Kind;

/** The events of {@code enum rdma_cm_event_type}, in its order, and what callers are told. */
enum CmEventType {
    ADDR_RESOLVED(Kind.RESOLVED),
    ADDR_ERROR(Kind.UNREACHABLE),
    ROUTE_RESOLVED(Kind.RESOLVED),
    ROUTE_ERROR(Kind.UNREACHABLE),
    CONNECT_REQUEST(Kind.CONNECT_REQUEST),
    /** Only without a queue pair of the manager's making; never seen here. */
    CONNECT_RESPONSE(null),
    CONNECT_ERROR(Kind.CONNECT_ERROR),
    UNREACHABLE(Kind.UNREACHABLE),
    REJECTED(Kind.REJECTED),
    ESTABLISHED(Kind.ESTABLISHED),
    DISCONNECTED(Kind.DISCONNECTED),
    DEVICE_REMOVAL(Kind.DEVICE_REMOVED),
    MULTICAST_JOIN(null),
    MULTICAST_ERROR(null),
    ADDR_CHANGE(Kind.ADDRESS_CHANGED),
    /** The connection's number may be used again: nothing that a caller waits for. */
    TIMEWAIT_EXIT(null),
    OTHER(null);

    private static final CmEventType[] VALUES = values();

    private final Kind kind;

    CmEventType(Kind kind) {
        this.kind = kind;
    }

    /** What callers are told; null if nothing. */
    Kind kind() {
        return kind;
    }

    static CmEventType of(int number) {
        return number >= 0 && number < OTHER.ordinal() ? VALUES[number] : OTHER;
    }
}
