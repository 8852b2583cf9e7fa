package io.geminid.shuffle.wire;

/** Why a producer cannot serve a channel. The code is its place on the wire and never changes. */
public enum ChannelErrorCode {
    /** No such partition (any more, or yet): the consumer may ask again or ask its master. */
    PARTITION_NOT_FOUND(1),
    /** The producer of the partition failed. */
    PRODUCER_FAILED(2),
    /** The bytes of the partition are missing or broken. */
    PARTITION_BROKEN(3),
    /** The producer's process is closing. */
    CLOSING(4),
    /** A limit of the producer is reached. */
    LIMIT_REACHED(5);

    private final int code;

    ChannelErrorCode(final int code) {
        this.code = code;
    }

    /**
     * @return the number on the wire
     */
    public int code() {
        return code;
    }

    /**
     * Looks a code up.
     *
     * @param code a number from the wire
     * @return the reason, or {@code null} if there is none
     */
    public static ChannelErrorCode of(final long code) {
        for (final ChannelErrorCode each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
