package io.geminid.flink.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.flink.runtime.io.network.buffer.Buffer;
import org.apache.flink.runtime.io.network.buffer.FullyFilledBuffer;
import org.apache.flink.runtime.io.network.partition.ResultSubpartition.BufferAndBacklog;
import org.apache.flink.runtime.io.network.partition.ResultSubpartitionView;

/** Gives out a list of buffers, and nothing else. */
final class ScriptedView implements ResultSubpartitionView {

    private final Deque<Buffer> queue;
    private int sequence;
    private volatile boolean released;

    ScriptedView(final List<Buffer> buffers) {
        queue = new ArrayDeque<>(buffers);
    }

    @Override
    public BufferAndBacklog getNextBuffer() {
        final Buffer next = queue.poll();
        if (next == null) {
            return null;
        }
        final int first = sequence;
        sequence += next instanceof FullyFilledBuffer full ? full.getPartialBuffers().size() : 1;
        return new BufferAndBacklog(
                next,
                backlog(),
                queue.isEmpty() ? Buffer.DataType.NONE : queue.peek().getDataType(),
                first);
    }

    private int backlog() {
        return (int) queue.stream().filter(Buffer::isBuffer).count();
    }

    @Override
    public AvailabilityWithBacklog getAvailabilityAndBacklog(final boolean isCreditAvailable) {
        final boolean available =
                !queue.isEmpty() && (isCreditAvailable || !queue.peek().isBuffer());
        return new AvailabilityWithBacklog(available, backlog());
    }

    @Override
    public void releaseAllResources() {
        released = true;
        queue.forEach(Buffer::recycleBuffer);
        queue.clear();
    }

    @Override
    public boolean isReleased() {
        return released;
    }

    @Override
    public void notifyDataAvailable() {
        // All is there from the beginning.
    }

    @Override
    public void resumeConsumption() {
        // Nothing blocks it.
    }

    @Override
    public void acknowledgeAllDataProcessed() {
        // Nobody waits.
    }

    @Override
    public Throwable getFailureCause() {
        return null;
    }

    @Override
    public int unsynchronizedGetNumberOfQueuedBuffers() {
        return queue.size();
    }

    @Override
    public int getNumberOfQueuedBuffers() {
        return queue.size();
    }

    @Override
    public void notifyNewBufferSize(final int newBufferSize) {
        // Buffers are made already.
    }

    @Override
    public int peekNextBufferSubpartitionId() {
        throw new UnsupportedOperationException("as Flink's view of one subpartition");
    }
}
