package io.geminid.shuffle.wire;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Payload of {@link FrameType#OPEN_CHANNEL}: what the channel reads. Little-endian, 32 bytes.
 *
 * <pre>
 *   0       1       2       3       4       5       6       7
 *  +---------------------------------------------------------------+
 *  |                              Job                              |
 *  +-------------------------------+-------------------------------+
 *  |           Data set            |           Producer            |
 *  +-------------------------------+-------------------------------+
 *  |            Attempt            |           Reserved            |
 *  +-------------------------------+-------------------------------+
 *  |      First subpartition       |       Last subpartition       |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * @param partition which partition
 * @param subpartitions of it; one, unless it is stored
 */
public record OpenChannel(ResultPartitionId partition, SubpartitionRange subpartitions) {

    /** Bytes of the payload. */
    public static final int LENGTH_BYTES = 32;

    private static final int JOB_OFFSET = 0;
    private static final int DATA_SET_OFFSET = JOB_OFFSET + Long.BYTES;
    private static final int PRODUCER_OFFSET = DATA_SET_OFFSET + Integer.BYTES;
    private static final int ATTEMPT_OFFSET = PRODUCER_OFFSET + Integer.BYTES;
    private static final int RESERVED_OFFSET = ATTEMPT_OFFSET + Integer.BYTES;
    private static final int FIRST_OFFSET = RESERVED_OFFSET + Integer.BYTES;
    private static final int LAST_OFFSET = FIRST_OFFSET + Integer.BYTES;

    static {
        assert LAST_OFFSET + Integer.BYTES == LENGTH_BYTES;
    }

    /** Checks that all is there. */
    public OpenChannel {
        Objects.requireNonNull(partition, "partition");
        Objects.requireNonNull(subpartitions, "subpartitions");
    }

    /**
     * Writes it.
     *
     * @param target little-endian
     * @param offset where its first byte goes; {@link #LENGTH_BYTES} follow
     */
    public void encode(final ByteBuffer target, final int offset) {
        target.putLong(offset + JOB_OFFSET, partition.jobId());
        target.putInt(offset + DATA_SET_OFFSET, partition.dataSet());
        target.putInt(offset + PRODUCER_OFFSET, partition.producer());
        target.putInt(offset + ATTEMPT_OFFSET, partition.attempt());
        target.putInt(offset + RESERVED_OFFSET, 0);
        target.putInt(offset + FIRST_OFFSET, subpartitions.first());
        target.putInt(offset + LAST_OFFSET, subpartitions.last());
    }

    /**
     * Reads what a peer sent.
     *
     * @param payload little-endian, from position to limit; not changed
     * @return what to open, or {@code null} if it makes no sense
     */
    public static OpenChannel decode(final ByteBuffer payload) {
        if (payload.remaining() != LENGTH_BYTES) {
            return null;
        }
        final int at = payload.position();
        final int dataSet = payload.getInt(at + DATA_SET_OFFSET);
        final int producer = payload.getInt(at + PRODUCER_OFFSET);
        final int attempt = payload.getInt(at + ATTEMPT_OFFSET);
        final int reserved = payload.getInt(at + RESERVED_OFFSET);
        final int first = payload.getInt(at + FIRST_OFFSET);
        final int last = payload.getInt(at + LAST_OFFSET);
        if ((dataSet | producer | attempt | first) < 0 || last < first || reserved != 0) {
            return null;
        }
        return new OpenChannel(
                new ResultPartitionId(payload.getLong(at + JOB_OFFSET), dataSet, producer, attempt),
                new SubpartitionRange(first, last));
    }
}
