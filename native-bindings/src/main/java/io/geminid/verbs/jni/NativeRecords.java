package io.geminid.verbs.jni;

/**
 * Where the fields are in the records that {@link RdmaNatives} fills in, in bytes, in the machine's
 * byte order. A test compares every number with {@code geminid_records.h}.
 */
public final class NativeRecords {

    /** Length of {@code geminid_device}. */
    public static final int DEVICE_BYTES = 184;

    /** Device: the node's number, 8 bytes. */
    public static final int DEVICE_GUID = 0;

    /** Device: queue pairs, 4 bytes. */
    public static final int DEVICE_QUEUE_PAIRS = 24;

    /** Device: requests of a queue, 4 bytes. */
    public static final int DEVICE_REQUESTS = 28;

    /** Device: slices of a request, 4 bytes. */
    public static final int DEVICE_SLICES = 32;

    /** Device: entries of a completion queue, 4 bytes. */
    public static final int DEVICE_COMPLETIONS = 40;

    /** Device: memory regions, 4 bytes. */
    public static final int DEVICE_REGIONS = 44;

    /** Device: ports, 4 bytes. */
    public static final int DEVICE_PORTS = 52;

    /** Device: firmware, text that ends with 0. */
    public static final int DEVICE_FIRMWARE = 56;

    /** Device: name, text that ends with 0. */
    public static final int DEVICE_NAME = 120;

    /** Length of a text field. */
    public static final int TEXT_BYTES = 64;

    /** Length of {@code geminid_port}. */
    public static final int PORT_BYTES = 32;

    /** Port: state, 4 bytes. */
    public static final int PORT_STATE = 0;

    /** Port: MTU in use, 4 bytes. */
    public static final int PORT_ACTIVE_MTU = 12;

    /** Port: largest MTU, 4 bytes. */
    public static final int PORT_MAX_MTU = 16;

    /** Port: largest message, 4 bytes. */
    public static final int PORT_MESSAGE_BYTES = 20;

    /** Length of {@code geminid_gid}. */
    public static final int GID_BYTES = 32;

    /** Address: 16 bytes. */
    public static final int GID_VALUE = 0;

    /** Address: place in the table, 4 bytes. */
    public static final int GID_INDEX = 16;

    /** Address: kind, 4 bytes. */
    public static final int GID_TYPE = 20;

    /** Address: network interface, 4 bytes. */
    public static final int GID_INTERFACE = 24;

    /** Length of {@code geminid_queue_pair_limits}: five numbers in the order of the façade's. */
    public static final int LIMITS_BYTES = 24;

    /** Length of {@code geminid_queue_pair}. */
    public static final int QUEUE_PAIR_BYTES = 32;

    /** Queue pair: state, 4 bytes. */
    public static final int QUEUE_PAIR_STATE = 0;

    /** Queue pair: path MTU, 4 bytes. */
    public static final int QUEUE_PAIR_MTU = 4;

    /** Queue pair: exponent of the time to repeat, 4 bytes. */
    public static final int QUEUE_PAIR_ACK_TIMEOUT = 8;

    /** Queue pair: repetitions, 4 bytes. */
    public static final int QUEUE_PAIR_RETRIES = 12;

    /** Queue pair: repetitions without a receive, 4 bytes. */
    public static final int QUEUE_PAIR_RNR_RETRIES = 16;

    /** Queue pair: pause asked of senders, 4 bytes. */
    public static final int QUEUE_PAIR_RNR_TIMER = 20;

    /** Queue pair: sequence number of the next packet, 4 bytes. */
    public static final int QUEUE_PAIR_SEND_START = 24;

    /** Length of {@code geminid_region}: local key, remote key. */
    public static final int REGION_BYTES = 8;

    /** Length of {@code geminid_cm_event}. */
    public static final int CM_EVENT_BYTES = 288;

    /** Connection event: connection, 8 bytes. */
    public static final int CM_EVENT_ID = 0;

    /** Connection event: listener, 8 bytes. */
    public static final int CM_EVENT_LISTENER = 8;

    /** Connection event: kind, 4 bytes. */
    public static final int CM_EVENT_TYPE = 16;

    /** Connection event: reason, 4 bytes. */
    public static final int CM_EVENT_STATUS = 20;

    /** Connection event: length of the private data, 4 bytes. */
    public static final int CM_EVENT_PRIVATE_BYTES = 24;

    /** Connection event: private data. */
    public static final int CM_EVENT_PRIVATE = 32;

    /** Length of {@code geminid_async_event}. */
    public static final int ASYNC_EVENT_BYTES = 16;

    /** Asynchronous event: kind, 4 bytes. */
    public static final int ASYNC_EVENT_TYPE = 0;

    /** Asynchronous event: queue pair, 4 bytes. */
    public static final int ASYNC_EVENT_QUEUE_PAIR = 4;

    /** Asynchronous event: port, 4 bytes. */
    public static final int ASYNC_EVENT_PORT = 8;

    private NativeRecords() {}
}
