package io.geminid.flink.network;

import io.geminid.shuffle.transport.TransportException;
import io.geminid.shuffle.transport.TransportException.Reason;
import io.geminid.shuffle.wire.FrameType;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.runtime.event.TaskEvent;
import org.apache.flink.runtime.io.network.PartitionRequestClient;
import org.apache.flink.runtime.io.network.netty.exception.LocalTransportException;
import org.apache.flink.runtime.io.network.partition.ResultPartitionID;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionIndexSet;
import org.apache.flink.runtime.io.network.partition.consumer.RemoteInputChannel;

/**
 * What Flink's input channels ask of the process at the other end of a connection.
 *
 * <p>Any thread; nothing blocks.
 */
final class PartitionClient implements PartitionRequestClient {

    private static final int DISCONNECTED = -1;

    private final GeminidConnectionManager manager;
    private final ConsumerConnection connection;

    /** Channels that use it; {@link #DISCONNECTED} once nobody may any more. */
    private final AtomicInteger users = new AtomicInteger();

    PartitionClient(final GeminidConnectionManager manager, final ConsumerConnection connection) {
        this.manager = manager;
        this.connection = connection;
    }

    /** Counts a user; false if the connection is broken or about to be closed. */
    boolean acquire() {
        return users.updateAndGet(count -> count == DISCONNECTED ? count : count + 1)
                        != DISCONNECTED
                && connection.error() == null;
    }

    /** Closes the connection if nobody uses it; false if somebody does. */
    boolean disconnectIfUnused() {
        if (!users.compareAndSet(0, DISCONNECTED)) {
            return false;
        }
        connection
                .connection()
                .close(new TransportException(Reason.CLOSED_HERE, "no gate reads from the peer"));
        return true;
    }

    @Override
    public void requestSubpartition(
            final ResultPartitionID partition,
            final ResultSubpartitionIndexSet subpartitions,
            final RemoteInputChannel channel,
            final int delayMs)
            throws IOException {
        final IOException broken = connection.error();
        if (broken != null) {
            throw new LocalTransportException(
                    "Connection is closed: " + broken.getMessage(), null, broken);
        }
        final PartitionRequest request =
                new PartitionRequest(partition, subpartitions, manager.scope().protocol());
        if (delayMs == 0) {
            connection.open(channel, request);
        } else {
            manager.timer()
                    .schedule(
                            () -> {
                                if (!channel.isReleased()) {
                                    connection.open(channel, request);
                                }
                            },
                            delayMs,
                            TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void notifyCreditAvailable(final RemoteInputChannel channel) {
        connection.credit(channel);
    }

    @Override
    public void notifyNewBufferSize(final RemoteInputChannel channel, final int bytes) {
        connection.tell(channel, FrameType.BUFFER_SIZE, bytes);
    }

    @Override
    public void notifyRequiredSegmentId(
            final RemoteInputChannel channel, final int subpartition, final int segment) {
        connection.tell(
                channel,
                FrameType.SEGMENT_WANTED,
                (long) subpartition << Integer.SIZE | Integer.toUnsignedLong(segment));
    }

    @Override
    public void resumeConsumption(final RemoteInputChannel channel) {
        connection.tell(channel, FrameType.RESUME, 0);
    }

    @Override
    public void acknowledgeAllRecordsProcessed(final RemoteInputChannel channel) {
        connection.tell(channel, FrameType.RECORDS_PROCESSED, 0);
    }

    /** Task events name classes that the receiver would have to load; no job of Flink 2 has any. */
    @Override
    public void sendTaskEvent(
            final ResultPartitionID partition,
            final TaskEvent event,
            final RemoteInputChannel channel)
            throws IOException {
        throw new IOException(
                "Geminid's shuffle carries no task events: event="
                        + event.getClass().getName()
                        + " partition="
                        + partition);
    }

    @Override
    public void close(final RemoteInputChannel channel) {
        connection.close(channel);
        users.updateAndGet(count -> count > 0 ? count - 1 : count);
        manager.released(this);
    }
}
