package io.geminid.shuffle.gate;

import io.geminid.shuffle.buffer.Buffer;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.descriptor.SubpartitionRange;
import java.io.IOException;
import java.util.List;

/** One channel of a gate whose producer is known: reads one subpartition. */
abstract class InputChannel {

    /** What {@link #poll} found. */
    enum Found {
        /** Nothing; the channel says when there is something. */
        NOTHING,
        /** An element, and no other for the moment. */
        LAST,
        /** An element, and there may be more. */
        MORE,
        /** An element, and there may be one that overtakes data. */
        MORE_PRIORITY
    }

    private final int index;
    private final ResultPartitionId partition;
    private final SubpartitionRange subpartitions;

    /** Guarded by the lock of {@link ReadyChannels}. */
    boolean ready;

    /** Guarded by the lock of {@link ReadyChannels}. */
    boolean readyWithPriority;

    InputChannel(
            final int index,
            final ResultPartitionId partition,
            final SubpartitionRange subpartitions) {
        this.index = index;
        this.partition = partition;
        this.subpartitions = subpartitions;
    }

    final int index() {
        return index;
    }

    final ResultPartitionId partition() {
        return partition;
    }

    final SubpartitionRange subpartitions() {
        return subpartitions;
    }

    /** Asks for the partition. Any thread. */
    abstract void open();

    /**
     * Takes the next element. Consumer's thread.
     *
     * @throws IOException if the channel is broken
     */
    abstract Found poll(InputElement into) throws IOException;

    /**
     * Takes the next priority event, and nothing else. Consumer's thread.
     *
     * @throws IOException if the channel is broken
     */
    abstract Found pollPriority(InputElement into) throws IOException;

    /** See {@link InputGate#queuedBefore}. Consumer's thread. */
    abstract List<Buffer> queuedBefore(long checkpoint);

    /** See {@link InputGate#overtake}. Consumer's thread. */
    abstract void overtake(long checkpoint);

    /** Goes on after an event that blocked the channel. Consumer's thread. */
    abstract void resumeConsumption();

    /** Consumer's thread. */
    abstract void acknowledgeAllRecordsProcessed();

    /** Credits that the producer has and has not used yet. Any thread. */
    abstract long openCredits();

    /** Asserts what holds between two calls; returns how many segments are the channel's. */
    int checkLedger() {
        return 0;
    }

    /** Gives all segments back. Idempotent, any thread. */
    abstract void close();

    @Override
    public String toString() {
        return "channel=" + index + " partition=" + partition + " subpartition=" + subpartitions;
    }
}
