package io.geminid.flink.network;

import io.geminid.shuffle.wire.ErrorText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.io.network.partition.ResultPartitionID;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionIndexSet;
import org.apache.flink.runtime.jobgraph.IntermediateResultPartitionID;
import org.apache.flink.shaded.netty4.io.netty.buffer.ByteBuf;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;

/**
 * Payload of an {@code OPEN_CHANNEL} frame between two Flinks: which subpartitions of which
 * partition, and who asks.
 *
 * <pre>
 *  +----------------------+-----------+-----------------+----------+------------------+
 *  | Partition (20 bytes) | Producer  | First, last sub-| Protocol | Protocol (UTF-8) |
 *  |                      | (n bytes) | partition (2x4) | bytes (2)|                  |
 *  +----------------------+-----------+-----------------+----------+------------------+
 * </pre>
 *
 * The ids are written as Flink writes them. The protocol names both versions: numbers that travel
 * in frames, such as those of Flink's data types, mean the same only within one version of Flink.
 *
 * @param partition whose subpartitions
 * @param subpartitions one or more
 * @param protocol versions of who asks
 */
record PartitionRequest(
        ResultPartitionID partition, ResultSubpartitionIndexSet subpartitions, String protocol) {

    private static final int FIXED_BYTES =
            IntermediateResultPartitionID.getByteBufLength()
                    + ExecutionAttemptID.getByteBufLength()
                    + 2 * Integer.BYTES
                    + Short.BYTES;

    private static final int PROTOCOL_BYTES_MAX = 256;

    /**
     * @return the bytes, in a buffer of their own
     */
    ByteBuffer encode() {
        final byte[] name = protocol.getBytes(StandardCharsets.UTF_8);
        final ByteBuf target = Unpooled.buffer(FIXED_BYTES + name.length);
        partition.getPartitionId().writeTo(target);
        partition.getProducerId().writeTo(target);
        subpartitions.writeTo(target);
        target.writeShort(name.length).writeBytes(name);
        return ByteBuffer.wrap(target.array(), 0, target.readableBytes()).slice();
    }

    /**
     * Reads what a peer sent.
     *
     * @param payload from position to limit; not changed
     * @return the request, or {@code null} if it makes no sense
     */
    static PartitionRequest decode(final ByteBuffer payload) {
        final int nameBytes = payload.remaining() - FIXED_BYTES;
        if (nameBytes < 0 || nameBytes > PROTOCOL_BYTES_MAX) {
            return null;
        }
        final byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        try {
            return decode(bytes, nameBytes);
        } catch (final RuntimeException e) {
            // Flink's own checks of the ids.
            return null;
        }
    }

    private static PartitionRequest decode(final byte[] bytes, final int nameBytes) {
        final ByteBuf source = Unpooled.wrappedBuffer(bytes);
        final IntermediateResultPartitionID partition =
                IntermediateResultPartitionID.fromByteBuf(source);
        final ExecutionAttemptID producer = ExecutionAttemptID.fromByteBuf(source);
        final int first = source.readInt();
        final int last = source.readInt();
        if (first < 0 || last < first || source.readUnsignedShort() != nameBytes) {
            return null;
        }
        return new PartitionRequest(
                new ResultPartitionID(partition, producer),
                new ResultSubpartitionIndexSet(first, last),
                ErrorText.decode(ByteBuffer.wrap(bytes, FIXED_BYTES, nameBytes)));
    }
}
