package io.geminid.shuffle.wire;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.nio.ByteBuffer;

/**
 * Payload of {@link FrameType#OPEN_CHANNEL}: what the channel reads. Little-endian, 24 bytes.
 *
 * <pre>
 *   0       1       2       3       4       5       6       7
 *  +---------------------------------------------------------------+
 *  |                              Job                              |
 *  +-------------------------------+-------------------------------+
 *  |           Data set            |           Producer            |
 *  +-------------------------------+-------------------------------+
 *  |            Attempt            |         Subpartition          |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * @param partition which partition
 * @param subpartition index within it, 0 or more
 */
public record OpenChannel(ResultPartitionId partition, int subpartition) {

    /** Bytes of the payload. */
    public static final int LENGTH_BYTES = 24;

    private static final int JOB_OFFSET = 0;
    private static final int DATA_SET_OFFSET = JOB_OFFSET + Long.BYTES;
    private static final int PRODUCER_OFFSET = DATA_SET_OFFSET + Integer.BYTES;
    private static final int ATTEMPT_OFFSET = PRODUCER_OFFSET + Integer.BYTES;
    private static final int SUBPARTITION_OFFSET = ATTEMPT_OFFSET + Integer.BYTES;

    static {
        assert SUBPARTITION_OFFSET + Integer.BYTES == LENGTH_BYTES;
    }

    /** Checks the index. */
    public OpenChannel {
        if (partition == null || subpartition < 0) {
            throw new IllegalArgumentException(
                    "partition=" + partition + " subpartition=" + subpartition);
        }
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
        target.putInt(offset + SUBPARTITION_OFFSET, subpartition);
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
        final int subpartition = payload.getInt(at + SUBPARTITION_OFFSET);
        if ((dataSet | producer | attempt | subpartition) < 0) {
            return null;
        }
        return new OpenChannel(
                new ResultPartitionId(payload.getLong(at + JOB_OFFSET), dataSet, producer, attempt),
                subpartition);
    }
}
