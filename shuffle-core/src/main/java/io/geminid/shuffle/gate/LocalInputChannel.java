package io.geminid.shuffle.gate;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.partition.PartitionNotFoundException;
import io.geminid.shuffle.partition.PartitionProvider;
import io.geminid.shuffle.partition.SubpartitionListener;
import io.geminid.shuffle.partition.SubpartitionView;
import java.io.IOException;
import java.util.List;

/**
 * A channel whose producer is in this process: reads the subpartition itself. No credit, no copy,
 * no checksum; what the gate hands out are the producer's own segments.
 */
final class LocalInputChannel extends InputChannel implements SubpartitionListener {

    private final PipelinedInputGate gate;
    private final PartitionProvider partitions;
    private final OpenRetry retry;

    // Written under this; read by the consumer for each element, without it.
    private volatile SubpartitionView view;
    private volatile IOException failure;
    private volatile boolean closed;

    LocalInputChannel(
            final PipelinedInputGate gate,
            final PartitionProvider partitions,
            final int index,
            final ResultPartitionId partition,
            final SubpartitionRange subpartitions) {
        super(index, partition, subpartitions);
        this.gate = gate;
        this.partitions = partitions;
        this.retry = gate.newRetry();
    }

    @Override
    void open() {
        final SubpartitionView opened;
        try {
            opened = partitions.createView(partition(), subpartitions(), this);
        } catch (final PartitionNotFoundException e) {
            if (!retry.again(this::openAgain)) {
                fail(e);
            }
            return;
        }
        final boolean late;
        synchronized (this) {
            late = closed;
            view = opened;
        }
        if (late) {
            opened.release();
        } else {
            // A call of the listener that came before the view was here found nothing to poll.
            gate.channelReady(this);
        }
    }

    private void openAgain() {
        if (!closed) {
            open();
        }
    }

    private void fail(final IOException cause) {
        failure = cause;
        gate.channelReady(this);
    }

    @Override
    public void dataAvailable() {
        gate.channelReady(this);
    }

    @Override
    public void priorityAvailable() {
        gate.channelReadyWithPriority(this);
    }

    @Override
    Found poll(final InputElement into) throws IOException {
        final SubpartitionView from = viewOrFailure();
        if (from == null) {
            return Found.NOTHING;
        }
        final Buffer next = from.poll(true, true);
        if (next == null) {
            requireAlive(from);
            return Found.NOTHING;
        }
        if (next instanceof EventBuffer event) {
            into.set(index(), event.event());
            if (event.event() instanceof EndOfPartition) {
                close();
                return Found.LAST;
            }
            return event.kind() == Buffer.Kind.PRIORITY_EVENT ? Found.MORE_PRIORITY : Found.MORE;
        }
        into.set(index(), next);
        return Found.MORE;
    }

    @Override
    Found pollPriority(final InputElement into) throws IOException {
        final SubpartitionView from = viewOrFailure();
        final Buffer next = from == null ? null : from.pollPriority();
        if (next == null) {
            return Found.NOTHING;
        }
        into.set(index(), ((EventBuffer) next).event());
        return Found.MORE_PRIORITY;
    }

    /** Nothing is queued here: what waits at the producer, the producer keeps. */
    @Override
    List<Buffer> queuedBefore(final long checkpoint) {
        return List.of();
    }

    /** The producer's own clock lets a barrier overtake in the producer's queue. */
    @Override
    void overtake(final long checkpoint) {}

    private SubpartitionView viewOrFailure() throws IOException {
        final IOException broken = failure;
        if (broken != null) {
            throw broken;
        }
        return closed ? null : view;
    }

    private void requireAlive(final SubpartitionView from) throws IOException {
        if (!from.isReleased() || closed) {
            return;
        }
        final Throwable cause = from.failure();
        throw new IOException(
                cause == null ? "partition was closed before its end" : "producer failed: " + cause,
                cause);
    }

    @Override
    void resumeConsumption() {
        final SubpartitionView resumed = openView();
        if (resumed != null) {
            resumed.resumeConsumption();
            gate.channelReady(this);
        }
    }

    @Override
    void acknowledgeAllRecordsProcessed() {
        final SubpartitionView processed = openView();
        if (processed != null) {
            processed.acknowledgeAllRecordsProcessed();
        }
    }

    private SubpartitionView openView() {
        return closed ? null : view;
    }

    @Override
    long openCredits() {
        return 0;
    }

    @Override
    void close() {
        final SubpartitionView released;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            released = view;
        }
        if (released != null) {
            released.release();
        }
    }
}
