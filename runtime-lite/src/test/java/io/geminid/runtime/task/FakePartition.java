package io.geminid.runtime.task;

import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.ShuffleEvent;
import io.geminid.shuffle.partition.ResultPartition;
import java.util.ArrayList;
import java.util.List;

/** A partition whose availability the test decides, and that keeps a log of calls. */
final class FakePartition implements ResultPartition {

    private final List<String> log;
    private final RecordOutput out = new RecordOutput();
    private final List<Runnable> listeners = new ArrayList<>();
    boolean available = true;
    boolean processed = true;
    boolean consumed = true;
    boolean interrupts;
    int records;
    int flushes;

    FakePartition(final List<String> log) {
        this.log = log;
    }

    /** Tells whoever waits. */
    void tell() {
        final List<Runnable> told = List.copyOf(listeners);
        listeners.clear();
        told.forEach(Runnable::run);
    }

    int listeners() {
        return listeners.size();
    }

    private boolean await(final boolean now, final Runnable listener) {
        if (!now) {
            listeners.add(listener);
        }
        return !now;
    }

    @Override
    public ResultPartitionId id() {
        return new ResultPartitionId(1, 0, 0, 0);
    }

    @Override
    public int subpartitionCount() {
        return 1;
    }

    @Override
    public long dataBytesMax() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isAvailable() {
        return available;
    }

    @Override
    public boolean awaitAvailable(final Runnable listener) {
        return await(available, listener);
    }

    @Override
    public RecordOutput beginRecord(final int subpartition) {
        out.beginInScratch();
        return out;
    }

    @Override
    public void endRecord() throws InterruptedException {
        if (interrupts) {
            throw new InterruptedException("waiting for a segment");
        }
        records++;
    }

    @Override
    public void broadcastEvent(final ShuffleEvent event, final boolean priority) {
        log.add("event=" + event);
    }

    @Override
    public List<List<Buffer>> broadcastOvertaking(final CheckpointBarrier barrier) {
        log.add("overtaking=" + barrier);
        return List.of(List.of());
    }

    @Override
    public List<List<Buffer>> overtake(final CheckpointBarrier barrier) {
        log.add("overtake=" + barrier);
        return List.of(List.of());
    }

    @Override
    public void emitEvent(final int subpartition, final ShuffleEvent event) {
        log.add("event=" + event);
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public void notifyEndOfData() {
        log.add("partition endOfData");
    }

    @Override
    public boolean isAllRecordsProcessed() {
        return processed;
    }

    @Override
    public boolean awaitAllRecordsProcessed(final Runnable listener) {
        return await(processed, listener);
    }

    @Override
    public void finish() {
        log.add("partition finish");
    }

    @Override
    public void fail(final Throwable cause) {
        log.add("partition fail");
    }

    @Override
    public void close() {
        log.add("partition close");
    }

    @Override
    public boolean awaitConsumed(final Runnable listener) {
        return await(consumed, listener);
    }
}
