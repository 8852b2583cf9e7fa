package io.geminid.flink.network;

import io.geminid.shuffle.credit.SenderCredit;
import io.geminid.shuffle.network.ReadyStack;
import io.geminid.shuffle.wire.ChannelErrorCode;
import java.io.IOException;
import org.apache.flink.runtime.io.network.NetworkSequenceViewReader;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.netty.NettyPartitionRequestListener;
import org.apache.flink.runtime.io.network.partition.BufferAvailabilityListener;
import org.apache.flink.runtime.io.network.partition.PartitionRequestListener;
import org.apache.flink.runtime.io.network.partition.ResultPartition;
import org.apache.flink.runtime.io.network.partition.ResultPartitionID;
import org.apache.flink.runtime.io.network.partition.ResultPartitionProvider;
import org.apache.flink.runtime.io.network.partition.ResultSubpartition.BufferAndBacklog;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionIndexSet;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionView;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionView.AvailabilityWithBacklog;
import org.apache.flink.runtime.io.network.partition.consumer.InputChannel.BufferAndAvailability;
import org.apache.flink.runtime.io.network.partition.consumer.InputChannelID;

/**
 * Subpartitions of this process that one gate of another process reads, and the credit it gave.
 *
 * <p>Belongs to the connection's thread, except where said: Flink's tasks and timers tell it that
 * there is something to read, or that the partition exists at last.
 */
final class ProducedChannel extends ReadyStack.Node<ProducedChannel>
        implements NetworkSequenceViewReader, BufferAvailabilityListener {

    final int id;
    final SenderCredit credit;

    // Places in the connection's lists.
    boolean inNotices;
    boolean gone;
    int backlogDue;
    ChannelErrorCode errorDue;
    String errorText;

    private final ProducerConnection connection;
    private final boolean announces;
    private final InputChannelID receiver = new InputChannelID();
    private boolean available;

    /** Guards the making of the view against the end of the channel. */
    private final Object lock = new Object();

    /** Written under the lock, by the thread that found the partition. */
    private volatile ResultSubpartitionView view;

    /** Under the lock. */
    private boolean released;

    /** Under the lock; the one subpartition, or -1 if there are several. */
    private int onlySubpartition = -1;

    private PartitionRequestListener listener;

    /** Set by a timer thread: the partition did not come. */
    private volatile boolean timedOut;

    ProducedChannel(
            final ProducerConnection connection,
            final int id,
            final SenderCredit credit,
            final boolean announces) {
        this.connection = connection;
        this.id = id;
        this.credit = credit;
        this.announces = announces;
    }

    /** Null as long as the partition does not exist. */
    ResultSubpartitionView view() {
        return view;
    }

    boolean timedOut() {
        return timedOut;
    }

    // Opening.

    @Override
    public void requestSubpartitionViewOrRegisterListener(
            final ResultPartitionProvider partitions,
            final ResultPartitionID partition,
            final ResultSubpartitionIndexSet subpartitions)
            throws IOException {
        synchronized (lock) {
            listener =
                    new NettyPartitionRequestListener(partitions, this, subpartitions, partition);
            partitions
                    .createSubpartitionViewOrRegisterListener(
                            partition, subpartitions, this, listener)
                    .ifPresent(made -> take(made, subpartitions));
        }
        signal();
    }

    /** The producer's task has just started. Its thread. */
    @Override
    public void notifySubpartitionsCreated(
            final ResultPartition partition, final ResultSubpartitionIndexSet subpartitions)
            throws IOException {
        synchronized (lock) {
            final ResultSubpartitionView made =
                    partition.createSubpartitionView(subpartitions, this);
            if (released) {
                made.releaseAllResources();
                return;
            }
            take(made, subpartitions);
        }
        signal();
    }

    private void take(
            final ResultSubpartitionView made, final ResultSubpartitionIndexSet subpartitions) {
        if (subpartitions.size() == 1) {
            onlySubpartition = subpartitions.getStartIndex();
        }
        view = made;
    }

    /** A timer's thread. */
    @Override
    public void notifyPartitionRequestTimeout(final PartitionRequestListener expired) {
        timedOut = true;
        signal();
    }

    // Availability. Any thread, under Flink's locks.

    @Override
    public void notifyDataAvailable(final ResultSubpartitionView of) {
        signal();
    }

    @Override
    public void notifyPriorityEvent(final int prioritySequenceNumber) {
        signal();
    }

    private void signal() {
        connection.signal(this);
    }

    @Override
    public AvailabilityWithBacklog getAvailabilityAndBacklog() {
        return view.getAvailabilityAndBacklog(credit.available());
    }

    @Override
    public boolean isRegisteredAsAvailable() {
        return available;
    }

    @Override
    public void setRegisteredAsAvailable(final boolean isRegistered) {
        available = isRegistered;
    }

    // Reading.

    @Override
    public int peekNextBufferSubpartitionId() throws IOException {
        // A view of one subpartition cannot be asked.
        return onlySubpartition >= 0 ? onlySubpartition : view.peekNextBufferSubpartitionId();
    }

    @Override
    public BufferAndAvailability getNextBuffer() throws IOException {
        final BufferAndBacklog next = view.getNextBuffer();
        if (next == null) {
            return null;
        }
        if (next.buffer().isBuffer()) {
            if (!credit.available()) {
                next.buffer().recycleBuffer();
            }
            credit.use();
        }
        final Buffer.DataType following = next.getNextDataType();
        return new BufferAndAvailability(
                next.buffer(),
                credit.available() || following.isEvent() ? following : Buffer.DataType.NONE,
                next.buffersInBacklog(),
                next.getSequenceNumber());
    }

    /**
     * A gate without buffers of its own learns by announcements that it needs some (INV K5): it has
     * none to give credit for, and no data tells it of the rest.
     */
    @Override
    public boolean needAnnounceBacklog() {
        return announces && !credit.available();
    }

    @Override
    public boolean isReleased() {
        return view.isReleased();
    }

    @Override
    public Throwable getFailureCause() {
        return view.getFailureCause();
    }

    // What the consumer wants.

    /** Credit is told as totals here: see {@link ProducerConnection}. */
    @Override
    public void addCredit(final int credits) {
        throw new UnsupportedOperationException("credit=" + credit);
    }

    @Override
    public void notifyRequiredSegmentId(final int subpartition, final int segment) {
        view.notifyRequiredSegmentId(subpartition, segment);
    }

    @Override
    public void resumeConsumption() {
        view.resumeConsumption();
    }

    @Override
    public void acknowledgeAllRecordsProcessed() {
        view.acknowledgeAllDataProcessed();
    }

    @Override
    public void notifyNewBufferSize(final int bytes) {
        view.notifyNewBufferSize(bytes);
    }

    @Override
    public InputChannelID getReceiverId() {
        return receiver;
    }

    // The end.

    @Override
    public void releaseAllResources() throws IOException {
        final ResultSubpartitionView open;
        synchronized (lock) {
            released = true;
            open = view;
        }
        // Not under the lock: whoever tells the listener holds locks of its own.
        if (listener != null) {
            listener.releaseListener();
        }
        if (open != null) {
            open.releaseAllResources();
        }
    }

    @Override
    public String toString() {
        return "channel=" + id + " " + credit + " view=" + view;
    }
}
