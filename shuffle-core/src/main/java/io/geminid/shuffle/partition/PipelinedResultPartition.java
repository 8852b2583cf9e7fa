package io.geminid.shuffle.partition;

import io.geminid.memory.LocalSegmentPool;
import io.geminid.memory.Segment;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.EventBuffer;
import io.geminid.shuffle.buffer.LoggedSegments;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.BarrierKind;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.EndOfData;
import io.geminid.shuffle.event.EndOfPartition;
import io.geminid.shuffle.event.ShuffleEvent;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A partition that is consumed while it is produced, once, out of bounded memory.
 *
 * <p>A record is serialized straight into the open segment of its subpartition, behind the place of
 * its length, and becomes visible by one release store. It is spread over segments, through the
 * output's scratch memory, only if it does not fit.
 *
 * <p>What other threads may call ({@link #fail}, {@link #close}) drops what is queued at once. A
 * segment that the producing thread has open, and the one it keeps in hand, come back when that
 * thread next needs a segment, finishes one or closes the partition, for it may be writing to them
 * at that moment; if it is no longer alive they come back at once.
 */
public final class PipelinedResultPartition implements ResultPartition {

    private final ResultPartitionId id;
    private final OutputSegments segments;
    private final Consumer<? super PipelinedResultPartition> whenClosed;
    private final PipelinedSubpartition[] subpartitions;
    private final SubpartitionWriter[] writers;
    private final RecordOutput output = new RecordOutput();

    private final OneShotListener available = new OneShotListener();
    private final OneShotListener barrierTaken = new OneShotListener();
    private final OneShotListener processed = new OneShotListener();
    private final OneShotListener consumed = new OneShotListener();

    /** Subpartitions with as much finished and unread as their quota allows. */
    private final AtomicInteger overQuota = new AtomicInteger();

    private final AtomicInteger unprocessed;
    private final AtomicInteger unconsumed;
    private final AtomicBoolean ended = new AtomicBoolean();

    // Producing thread only.
    private LoggedSegments log;
    private int current;
    private boolean endOfData;
    private boolean finished;

    /**
     * Makes a partition.
     *
     * @param id its identity, attempt included
     * @param subpartitionCount how many subpartitions
     * @param segmentsPerSubpartitionMax finished segments waiting in a subpartition from which on
     *     output is unavailable
     * @param pool where its segments come from; now the partition's, which closes it
     * @param whenClosed told once, by the thread that closes or fails the partition first, outside
     *     locks
     */
    public PipelinedResultPartition(
            final ResultPartitionId id,
            final int subpartitionCount,
            final int segmentsPerSubpartitionMax,
            final LocalSegmentPool pool,
            final Consumer<? super PipelinedResultPartition> whenClosed) {
        if (subpartitionCount < 1 || segmentsPerSubpartitionMax < 1) {
            throw new IllegalArgumentException(
                    "subpartitionCount="
                            + subpartitionCount
                            + " segmentsPerSubpartitionMax="
                            + segmentsPerSubpartitionMax);
        }
        this.id = id;
        this.segments = new OutputSegments(pool);
        this.whenClosed = whenClosed;
        this.subpartitions = new PipelinedSubpartition[subpartitionCount];
        this.writers = new SubpartitionWriter[subpartitionCount];
        this.unprocessed = new AtomicInteger(subpartitionCount);
        this.unconsumed = new AtomicInteger(subpartitionCount);
        for (int i = 0; i < subpartitionCount; i++) {
            subpartitions[i] = new PipelinedSubpartition(this, i, segmentsPerSubpartitionMax);
            writers[i] = new SubpartitionWriter(subpartitions[i], this);
        }
    }

    @Override
    public ResultPartitionId id() {
        return id;
    }

    @Override
    public int subpartitionCount() {
        return writers.length;
    }

    @Override
    public long dataBytesMax() {
        return segments.bytesMax();
    }

    @Override
    public LoggedSegments log(final Runnable wake) {
        log = new LoggedSegments(writers.length, segments.segmentsMax(), wake);
        for (final SubpartitionWriter writer : writers) {
            writer.logTo(log);
        }
        return log;
    }

    @Override
    public boolean isAvailable() {
        return segments.isInHand() && overQuota.get() == 0 || isAvailableNow();
    }

    private boolean isAvailableNow() {
        // Whoever has no record to emit any more never waits, and holds no segment for one.
        return endOfData || segments.isAvailable() && overQuota.get() == 0 || segments.isClosed();
    }

    @Override
    public boolean awaitAvailable(final Runnable listener) {
        return available.await(
                listener,
                () -> {
                    if (isAvailable()) {
                        return true;
                    }
                    segments.await(available);
                    return isAvailable();
                });
    }

    @Override
    public RecordOutput beginRecord(final int subpartition) {
        final RecordOutput out = output;
        current = subpartition;
        writers[subpartition].begin(out);
        return out;
    }

    @Override
    public void endRecord() throws InterruptedException {
        final RecordOutput out = output;
        if (out.spilled()) {
            endInScratch(out);
        } else {
            writers[current].end(out.length());
        }
    }

    private void endInScratch(final RecordOutput out) throws InterruptedException {
        requireOpen("endRecord");
        if (endOfData) {
            throw new IllegalStateException("partition=" + id + " record after end of data");
        }
        writers[current].endInScratch(out);
    }

    @Override
    public void broadcastEvent(final ShuffleEvent event, final boolean priority) {
        requireMayAdd(event, priority);
        final EventBuffer element = new EventBuffer(event, priority);
        for (final SubpartitionWriter writer : writers) {
            writer.add(element);
        }
        noteEnd(event);
    }

    @Override
    public List<List<Buffer>> broadcastOvertaking(final CheckpointBarrier barrier) {
        requireMayAdd(barrier, true);
        final EventBuffer element = new EventBuffer(requireOvertaking(barrier), true);
        final List<List<Buffer>> overtaken = new ArrayList<>(writers.length);
        for (final SubpartitionWriter writer : writers) {
            final List<Buffer> buffers = new ArrayList<>();
            writer.addOvertaking(element, buffers);
            overtaken.add(buffers);
        }
        return overtaken;
    }

    @Override
    public List<List<Buffer>> overtake(final CheckpointBarrier barrier) {
        requireOpen("overtake=" + barrier);
        final EventBuffer element = new EventBuffer(requireOvertaking(barrier), true);
        final List<List<Buffer>> overtaken = new ArrayList<>(writers.length);
        for (final PipelinedSubpartition subpartition : subpartitions) {
            final List<Buffer> buffers = new ArrayList<>();
            subpartition.overtake(element, buffers);
            overtaken.add(buffers);
        }
        barrierTaken.fire();
        return overtaken;
    }

    @Override
    public boolean awaitBarrierTaken(final long checkpoint, final Runnable listener) {
        return barrierTaken.await(listener, () -> !hasBarrier(checkpoint));
    }

    private boolean hasBarrier(final long checkpoint) {
        for (final PipelinedSubpartition subpartition : subpartitions) {
            if (subpartition.hasBarrier(checkpoint)) {
                return true;
            }
        }
        return false;
    }

    /** A reader has taken a barrier that might still have overtaken, or will take none. */
    void barrierTaken() {
        barrierTaken.fire();
    }

    private CheckpointBarrier requireOvertaking(final CheckpointBarrier barrier) {
        if (barrier.kind() != BarrierKind.UNALIGNED) {
            throw new IllegalArgumentException("partition=" + id + " barrier=" + barrier);
        }
        return barrier;
    }

    @Override
    public void emitEvent(final int subpartition, final ShuffleEvent event) {
        if (event instanceof EndOfData || event instanceof EndOfPartition) {
            throw new IllegalArgumentException(
                    "partition=" + id + " event=" + event + " is for all subpartitions");
        }
        requireMayAdd(event, false);
        writers[subpartition].add(new EventBuffer(event, false));
    }

    private void requireMayAdd(final ShuffleEvent event, final boolean priority) {
        requireOpen("event=" + event);
        final boolean end = event instanceof EndOfData || event instanceof EndOfPartition;
        if (finished || endOfData && event instanceof EndOfData) {
            throw new IllegalStateException(
                    "partition=" + id + " event=" + event + " after its end");
        }
        if (end && priority) {
            throw new IllegalArgumentException(
                    "partition=" + id + " event=" + event + " cannot overtake data");
        }
    }

    /** From now on there is no open segment: a record would have to ask for one and is refused. */
    private void noteEnd(final ShuffleEvent event) {
        if (event instanceof EndOfData || event instanceof EndOfPartition) {
            endOfData = true;
            finished = event instanceof EndOfPartition;
            for (final SubpartitionWriter writer : writers) {
                writer.finishSegment();
            }
            segments.end();
        }
    }

    @Override
    public void flush() {
        VarHandle.fullFence();
        for (final SubpartitionWriter writer : writers) {
            writer.tellIdleReader();
        }
        if (log != null) {
            log.flush();
        }
    }

    @Override
    public void notifyEndOfData() {
        broadcastEvent(new EndOfData(true), false);
    }

    @Override
    public boolean isAllRecordsProcessed() {
        return unprocessed.get() == 0;
    }

    @Override
    public boolean awaitAllRecordsProcessed(final Runnable listener) {
        return processed.await(listener, this::isAllRecordsProcessed);
    }

    @Override
    public void finish() {
        broadcastEvent(new EndOfPartition(), false);
    }

    @Override
    public boolean awaitConsumed(final Runnable listener) {
        return consumed.await(listener, this::isConsumed);
    }

    @Override
    public void fail(final Throwable cause) {
        end(cause);
    }

    @Override
    public void close() {
        end(null);
        if (segments.isProducer()) {
            for (final SubpartitionWriter writer : writers) {
                writer.abandon();
            }
            segments.end();
        }
    }

    private void end(final Throwable cause) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        for (final PipelinedSubpartition subpartition : subpartitions) {
            subpartition.drop(cause);
        }
        segments.close();
        whenClosed.accept(this);
        available.fire();
    }

    /**
     * Makes the view of a subpartition. Any thread.
     *
     * @param subpartition index
     * @param listener see {@link PartitionProvider#createView}
     * @return the view, now the caller's to release
     * @throws PartitionNotFoundException if there is no such subpartition, or it has or had a
     *     reader, or the partition was closed
     */
    public SubpartitionView createView(final int subpartition, final SubpartitionListener listener)
            throws PartitionNotFoundException {
        if (subpartition < 0 || subpartition >= subpartitions.length) {
            throw new PartitionNotFoundException(
                    id, "subpartition=" + subpartition + " count=" + subpartitions.length);
        }
        final SubpartitionView view = subpartitions[subpartition].createView(listener);
        if (view == null) {
            throw new PartitionNotFoundException(
                    id, "subpartition=" + subpartition + " has been read or closed");
        }
        return view;
    }

    /**
     * Whether every subpartition has been read to its end and released. Any thread.
     *
     * @return true if nobody needs the partition any more
     */
    public boolean isConsumed() {
        return unconsumed.get() == 0;
    }

    OutputSegments segments() {
        return segments;
    }

    /** A segment to start a record in; null if there is none now, or records are refused. */
    Segment segmentForRecord() {
        return endOfData ? null : segments.takeNow();
    }

    /** A subpartition has reached its quota. Under that subpartition's lock. */
    void enterQuota() {
        overQuota.incrementAndGet();
    }

    /** A subpartition is below its quota again; {@link #quotaLeft} follows. Under its lock. */
    void leaveQuota() {
        overQuota.decrementAndGet();
    }

    /** Some subpartition may have left its quota. Reader's thread, outside locks. */
    void quotaLeft() {
        if (overQuota.get() == 0) {
            available.fire();
        }
    }

    /** A consumer has processed all records. Any thread, outside locks, once a subpartition. */
    void recordsProcessed() {
        if (unprocessed.decrementAndGet() == 0) {
            processed.fire();
        }
    }

    /** A subpartition was read to its end. Any thread, outside locks, once a subpartition. */
    void subpartitionConsumed() {
        if (unconsumed.decrementAndGet() == 0) {
            consumed.fire();
        }
    }

    /** Asks for what closing sets first, so that nothing is written in silence while it goes on. */
    private void requireOpen(final String what) {
        if (ended.get()) {
            throw new IllegalStateException("partition=" + id + " is closed: " + what);
        }
    }

    @Override
    public String toString() {
        return "partition=" + id + " subpartitions=" + writers.length;
    }
}
