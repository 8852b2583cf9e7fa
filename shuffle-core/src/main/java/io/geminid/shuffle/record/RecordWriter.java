package io.geminid.shuffle.record;

import io.geminid.serial.RecordSerializer;
import io.geminid.shuffle.partition.ResultPartition;
import java.util.Objects;

/**
 * Writes values into a result partition: the record level above the buffer level.
 *
 * <p>A record is its length in four bytes, little-endian, and what the serializer writes. The
 * serializer writes straight into the segment; nothing is allocated for a record unless the
 * serializer does.
 *
 * <p>Used by the producing task's thread. Does not own the partition.
 *
 * @param <T> type of the records
 */
public final class RecordWriter<T> {

    private final ResultPartition partition;
    private final RecordSerializer<T> serializer;
    private final ChannelSelector<? super T> selector;
    private final int subpartitionCount;

    /**
     * Makes a writer.
     *
     * @param partition where the records go; stays the caller's
     * @param serializer used by this writer's thread only
     * @param selector chooses the subpartition of each record
     */
    public RecordWriter(
            final ResultPartition partition,
            final RecordSerializer<T> serializer,
            final ChannelSelector<? super T> selector) {
        this.partition = Objects.requireNonNull(partition, "partition");
        this.serializer = Objects.requireNonNull(serializer, "serializer");
        this.selector = Objects.requireNonNull(selector, "selector");
        this.subpartitionCount = partition.subpartitionCount();
    }

    /**
     * Writes a record to the subpartition that the selector chooses.
     *
     * @param value the record
     * @throws InterruptedException if the task was cancelled while it waited for memory
     */
    public void emit(final T value) throws InterruptedException {
        emit(value, selector.select(value, subpartitionCount));
    }

    /**
     * Writes a record to a given subpartition.
     *
     * @param value the record
     * @param subpartition 0 to {@code subpartitionCount - 1}
     * @throws InterruptedException if the task was cancelled while it waited for memory
     */
    public void emit(final T value, final int subpartition) throws InterruptedException {
        serializer.write(value, partition.beginRecord(subpartition));
        partition.endRecord();
    }

    /**
     * Writes a record to every subpartition.
     *
     * @param value the record
     * @throws InterruptedException if the task was cancelled while it waited for memory
     */
    public void broadcast(final T value) throws InterruptedException {
        if (partition.writesBroadcastOnce()) {
            serializer.write(value, partition.beginBroadcast());
            partition.endRecord();
            return;
        }
        for (int subpartition = 0; subpartition < subpartitionCount; subpartition++) {
            emit(value, subpartition);
        }
    }

    /** Makes sure that readers know of every record; to be called before the thread parks. */
    public void flush() {
        partition.flush();
    }
}
