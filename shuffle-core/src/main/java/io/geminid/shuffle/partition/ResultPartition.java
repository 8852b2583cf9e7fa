package io.geminid.shuffle.partition;

import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.buffer.LoggedSegments;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.event.CheckpointBarrier;
import io.geminid.shuffle.event.ShuffleEvent;
import java.util.List;

/**
 * What one attempt of one subtask produces: a sequence of records and events for each subpartition.
 * This is the buffer-level writer; {@link io.geminid.shuffle.record.RecordWriter} puts values on
 * top.
 *
 * <p>Called by the producing task's thread only, except where a method says otherwise.
 */
public interface ResultPartition extends AutoCloseable {

    /**
     * @return identity, attempt included
     */
    ResultPartitionId id();

    /**
     * @return how many subpartitions
     */
    int subpartitionCount();

    /**
     * Most data that can wait in the partition: what an overtaking barrier gives of all
     * subpartitions together is never more.
     *
     * @return bytes
     */
    long dataBytesMax();

    /**
     * Has everything that is written go into a log besides, a segment at a time: each as soon as it
     * is full, or an event ends it. Called once, before anything is written. A segment comes back
     * when reader and log are done with it.
     *
     * @param wake told, on the producing thread, that there is something to take; at the latest in
     *     {@link #flush}
     * @return what is to be taken
     * @throws IllegalStateException if the partition has no log
     */
    default LoggedSegments log(final Runnable wake) {
        throw new IllegalStateException("partition=" + id() + " has no log");
    }

    /**
     * Whether a record may be emitted without waiting (INV M3): a segment can be had, and no
     * subpartition is over its quota of segments.
     *
     * @return true if output is available
     */
    boolean isAvailable();

    /**
     * Asks to be told when output is available. One listener is kept, the one given last.
     *
     * @param listener runs once, on any thread, outside locks; it may run for nothing
     * @return false if output is available now; the listener is then not kept
     */
    boolean awaitAvailable(Runnable listener);

    /**
     * Starts a record. Write its bytes, without a length, and call {@link #endRecord}; nothing of
     * it is visible to the reader before.
     *
     * @param subpartition where it goes
     * @return a cursor in the open segment of the subpartition, valid until {@link #endRecord}
     */
    RecordOutput beginRecord(int subpartition);

    /**
     * Whether {@link #beginBroadcast} can be used: a record for all subpartitions is then written
     * once. Else it is to be written to each.
     *
     * @return false unless an implementation says otherwise; may change with every record
     */
    default boolean writesBroadcastOnce() {
        return false;
    }

    /**
     * Starts a record that is the same for all subpartitions.
     *
     * @return as {@link #beginRecord}
     * @throws IllegalStateException unless {@link #writesBroadcastOnce}
     */
    default RecordOutput beginBroadcast() {
        throw new IllegalStateException("partition=" + id() + " writes no broadcast once");
    }

    /**
     * Ends the record begun last, so that the reader can have it. Takes as many segments as the
     * record needs: first from the pool, then overdraft, and beyond that it waits, which only
     * happens for records larger than what is available (INV M3).
     *
     * @throws InterruptedException if the task was cancelled while it waited
     */
    void endRecord() throws InterruptedException;

    /**
     * Adds an event to every subpartition. The open segment of each is finished first, so an event
     * always stands between two records.
     *
     * @param event what to add
     * @param priority whether it overtakes data that waits in the subpartition
     */
    void broadcastEvent(ShuffleEvent event, boolean priority);

    /**
     * Adds a barrier to every subpartition that overtakes all data there. The open segment of each
     * is finished first.
     *
     * @param barrier of kind {@link io.geminid.shuffle.event.BarrierKind#UNALIGNED}
     * @return for each subpartition the data that was overtaken, in its order; all of it the
     *     caller's to release, while the reader still gets it too
     */
    List<List<Buffer>> broadcastOvertaking(CheckpointBarrier barrier);

    /**
     * Lets the barrier of a checkpoint, added before by {@link #broadcastEvent}, overtake the data
     * before it wherever the reader has not taken it yet.
     *
     * @param barrier of kind {@link io.geminid.shuffle.event.BarrierKind#UNALIGNED}, instead of the
     *     one that waits
     * @return for each subpartition the data that was overtaken, the caller's to release; an empty
     *     list where the reader had the barrier already
     */
    List<List<Buffer>> overtake(CheckpointBarrier barrier);

    /**
     * Asks to be told when no barrier of a checkpoint waits for its reader any more: none is left
     * that {@link #overtake} could move (INV U7). One listener is kept, the one given last.
     *
     * @param checkpoint whose barrier, added by {@link #broadcastEvent}
     * @param listener runs once, on any thread, outside locks; it may run for nothing
     * @return false if none waits now; the listener is then not kept
     */
    default boolean awaitBarrierTaken(final long checkpoint, final Runnable listener) {
        return false;
    }

    /**
     * Adds an event to one subpartition.
     *
     * @param subpartition which
     * @param event what to add
     */
    void emitEvent(int subpartition, ShuffleEvent event);

    /**
     * Makes sure that readers know of everything written so far. To be called before the task's
     * thread parks; while records keep coming it is not needed, since every record looks whether
     * its reader is idle.
     */
    void flush();

    /**
     * Says that no more records come, adding end-of-data to every subpartition. Barriers may still
     * follow.
     */
    void notifyEndOfData();

    /**
     * Whether every consumer has processed all records (FLIP-147).
     *
     * @return true once all have acknowledged the end of data
     */
    boolean isAllRecordsProcessed();

    /**
     * Asks to be told when {@link #isAllRecordsProcessed}.
     *
     * @param listener runs once, on any thread
     * @return false if they are processed now; the listener is then not kept
     */
    boolean awaitAllRecordsProcessed(Runnable listener);

    /** Ends the partition in good order, adding end-of-partition to every subpartition. */
    void finish();

    /**
     * Ends the partition because the producer failed; readers get the cause. Any thread.
     *
     * @param cause why
     */
    void fail(Throwable cause);

    /**
     * Gives all segments back, except those that a reader holds at this moment, which follow, and
     * those that the producing thread is writing, which follow when it next calls the partition: so
     * a task closes its partition itself, whoever else has closed it before. Idempotent, any
     * thread. After {@link #finish} a pipelined partition may be closed only when it was consumed
     * or the job ended.
     */
    @Override
    void close();

    /**
     * Asks to be told when every subpartition has been read to its end and released.
     *
     * @param listener runs once, on any thread
     * @return false if it is so now; the listener is then not kept
     */
    boolean awaitConsumed(Runnable listener);
}
