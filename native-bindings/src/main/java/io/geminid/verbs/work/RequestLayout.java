package io.geminid.verbs.work;

/**
 * Where the fields of {@code struct ibv_send_wr}, {@code ibv_recv_wr}, {@code ibv_sge} and {@code
 * ibv_wc} are, in bytes, in the machine's byte order. For the implementations of the verbs; a test
 * compares every number with the C headers.
 *
 * <pre>
 *  ibv_send_wr (128)              ibv_recv_wr (32)    ibv_sge (16)    ibv_wc (48)
 *   0 id             8             0 id        8       0 address 8     0 id            8
 *   8 next           8             8 next      8       8 length  4     8 status        4
 *  16 slices         8            16 slices    8      12 key     4    12 opcode        4
 *  24 slice count    4            24 count     4                      16 vendor error  4
 *  28 opcode         4                                                20 bytes         4
 *  32 flags          4                                                24 immediate     4
 *  36 immediate      4                                                28 queue pair    4
 *  40 remote address 8                                                36 flags         4
 *  48 remote key     4
 * </pre>
 */
public final class RequestLayout {

    /** Both kinds of requests: the caller's number. */
    public static final int ID = 0;

    /** Both kinds of requests: address of the next request, 0 at the end. */
    public static final int NEXT = 8;

    /** Both kinds of requests: address of the first slice. */
    public static final int SLICES = 16;

    /** Both kinds of requests: how many slices. */
    public static final int SLICE_COUNT = 24;

    /** Send: what to do. */
    public static final int OPCODE = 28;

    /** Send: the flags. */
    public static final int FLAGS = 32;

    /** Send: the immediate value, in network byte order. */
    public static final int IMMEDIATE = 36;

    /** Send: where to, for one-sided requests. */
    public static final int REMOTE_ADDRESS = 40;

    /** Send: the peer's key, for one-sided requests. */
    public static final int REMOTE_KEY = 48;

    /** Length of a send request. */
    public static final int SEND_BYTES = 128;

    /** Length of a receive request. */
    public static final int RECEIVE_BYTES = 32;

    /** Slice: where it starts. */
    public static final int SLICE_ADDRESS = 0;

    /** Slice: its length. */
    public static final int SLICE_LENGTH = 8;

    /** Slice: the local key of its region. */
    public static final int SLICE_KEY = 12;

    /** Length of a slice. */
    public static final int SLICE_BYTES = 16;

    /** Completion: the request's number. */
    public static final int COMPLETION_ID = 0;

    /** Completion: how it went. */
    public static final int COMPLETION_STATUS = 8;

    /** Completion: what it was. */
    public static final int COMPLETION_OPCODE = 12;

    /** Completion: the device's own reason. */
    public static final int COMPLETION_VENDOR_ERROR = 16;

    /** Completion: bytes received. */
    public static final int COMPLETION_LENGTH = 20;

    /** Completion: the immediate value, in network byte order. */
    public static final int COMPLETION_IMMEDIATE = 24;

    /** Completion: the queue pair. */
    public static final int COMPLETION_QUEUE_PAIR = 28;

    /** Completion: the flags. */
    public static final int COMPLETION_FLAGS = 36;

    /** Length of a completion. */
    public static final int COMPLETION_BYTES = 48;

    /** Completion: the flag that says that an immediate value came. */
    public static final int COMPLETION_WITH_IMMEDIATE = 2;

    /** Completion: the bit of the opcode that says that it was a receive. */
    public static final int COMPLETION_RECEIVE = 128;

    /** Completion: the opcode of a receive for a write with an immediate value. */
    public static final int COMPLETION_RECEIVE_OF_WRITE = 129;

    /** Opcode: one-sided write. */
    public static final int WRITE = 0;

    /** Opcode: one-sided write that takes a receive at the other end. */
    public static final int WRITE_WITH_IMMEDIATE = 1;

    /** Opcode: send. */
    public static final int SEND = 2;

    /** Opcode: send with four bytes beside the data. */
    public static final int SEND_WITH_IMMEDIATE = 3;

    /** Opcode: one-sided read. */
    public static final int READ = 4;

    private RequestLayout() {}
}
