package io.geminid.shuffle.wire;

/**
 * What a frame means. The code is its place on the wire and never changes.
 *
 * <p><em>Producer</em> is the process that holds the result partition, <em>consumer</em> the one
 * with the input gate; a connection carries both roles in both directions. Channel ids are chosen
 * by the consumer, so frames to and from a consumer name a channel of the consumer's.
 */
public enum FrameType {
    /** First frame of who connects; payload {@link Handshake}. Channel 0. */
    HELLO(1, Sender.TRANSPORT),
    /** Answer that accepts; payload {@link Handshake}. Channel 0. */
    WELCOME(2, Sender.TRANSPORT),
    /** Refusal or end; value is the reason's code, payload its text. Channel 0. */
    GOODBYE(3, Sender.TRANSPORT),
    /** Sign of life, sent on an idle link. Channel 0. */
    HEARTBEAT(4, Sender.TRANSPORT),
    /** Value is the number of the last frame taken from the link. Channel 0. */
    ACK(5, Sender.TRANSPORT),
    /** Third frame of a handshake with a token: who connects proves that it knows it. Channel 0. */
    PROOF(6, Sender.TRANSPORT),

    /** Opens a channel; payload names partition and subpartition, value is the initial credit. */
    OPEN_CHANNEL(16, Sender.CONSUMER),
    /** Value is the total of credits granted since the channel was opened. */
    CREDIT(17, Sender.CONSUMER),
    /** Go on after an event that blocked the channel; value is the new total of credits. */
    RESUME(18, Sender.CONSUMER),
    /** Answer to the producer's end of data: all its records were processed. */
    RECORDS_PROCESSED(19, Sender.CONSUMER),
    /** The consumer wants nothing more; the producer answers nothing. */
    CLOSE_CHANNEL(20, Sender.CONSUMER),
    /** Value is the size in bytes that an engine's consumer wants buffers to be filled to. */
    BUFFER_SIZE(21, Sender.CONSUMER),
    /** Value is a subpartition (upper half) and the segment of a tier that its reader needs now. */
    SEGMENT_WANTED(22, Sender.CONSUMER),

    /** Record bytes; costs one credit. Value is unused, backlog counts finished segments behind. */
    DATA(32, Sender.PRODUCER),
    /** An event in the order of the data; costs no credit. */
    EVENT(33, Sender.PRODUCER),
    /** An event that overtakes data; costs no credit. */
    PRIORITY_EVENT(34, Sender.PRODUCER),
    /** There is data but no credit: backlog says how much. */
    BACKLOG(35, Sender.PRODUCER),
    /**
     * The producer cannot serve the channel; value is a {@link ChannelErrorCode}, payload its text.
     */
    CHANNEL_ERROR(36, Sender.PRODUCER),
    /** Payload is the lengths (4 bytes each) of an engine's buffers that the next element joins. */
    PIECES(37, Sender.PRODUCER),
    /** Payload is a leading part of the next event, which is too long for one frame. */
    EVENT_PART(38, Sender.PRODUCER),

    /** Who connects wants a session; payload is its id. Channel 0, as for all of a session. */
    SESSION_OPEN(48, Sender.SESSION),
    /** Answer: payload is the session's token, and where the faster transport listens. */
    SESSION_ACCEPT(49, Sender.SESSION),
    /** First frame on the faster transport; payload is the session's id and token. */
    SESSION_JOIN(50, Sender.SESSION),
    /** Answer: the session's frames go this way. */
    SESSION_JOINED(51, Sender.SESSION),
    /** Instead of a join: the session's frames go the way of SESSION_OPEN. */
    SESSION_START(52, Sender.SESSION),
    /** Answer to that. */
    SESSION_STARTED(53, Sender.SESSION),
    /** The faster transport is lost; value is the number of the session's frames taken. */
    SESSION_RESUME(54, Sender.SESSION);

    /** Who may send a frame. */
    public enum Sender {
        /** The transport itself. */
        TRANSPORT,
        /** Who puts a connection together from several. */
        SESSION,
        /** The side that reads a channel. */
        CONSUMER,
        /** The side that writes a channel. */
        PRODUCER
    }

    private static final FrameType[] BY_CODE = new FrameType[64];

    static {
        for (final FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final byte code;
    private final Sender sender;

    FrameType(final int code, final Sender sender) {
        this.code = (byte) code;
        this.sender = sender;
    }

    /**
     * @return the byte on the wire
     */
    public byte code() {
        return code;
    }

    /**
     * @return who may send it
     */
    public Sender sender() {
        return sender;
    }

    /**
     * Looks a code up.
     *
     * @param code a byte from the wire
     * @return the type, or {@code null} if there is none
     */
    public static FrameType of(final byte code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }
}
