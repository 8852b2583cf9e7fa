package io.geminid.runtime.operator.source;

import io.geminid.runtime.operator.InputStatus;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.io.IOException;

/**
 * Reads one split. Task thread only; never blocks.
 *
 * @param <T> type of the records
 */
public interface SplitReader<T> extends AutoCloseable {

    /**
     * Reads at most one record.
     *
     * @param out takes the record
     * @return {@link InputStatus#NOTHING_AVAILABLE} only if no record was taken; {@link
     *     InputStatus#END} from the end of the split on
     * @throws IOException fails the task
     */
    InputStatus pollNext(RecordCollector<T> out) throws IOException;

    /**
     * Writes where reading goes on.
     *
     * @param out where to
     */
    default void writePosition(final RecordOutput out) {
        throw new UnsupportedOperationException(getClass() + " knows no positions");
    }

    /**
     * Goes on where another reader of the same split was. Before the first poll.
     *
     * @param in what {@link #writePosition} wrote
     * @throws IOException fails the task
     */
    default void seek(final RecordInput in) throws IOException {
        throw new UnsupportedOperationException(getClass() + " knows no positions");
    }

    @Override
    void close() throws IOException;

    /**
     * Takes a record with the timestamp that the source attached to it.
     *
     * @param <T> type of the records
     */
    @FunctionalInterface
    interface RecordCollector<T> {

        /**
         * Takes it.
         *
         * @param value the record, not to be changed from now on
         * @param sourceTimestampMillis its timestamp, or {@link
         *     io.geminid.runtime.time.Watermarks#NO_TIMESTAMP}
         */
        void collect(T value, long sourceTimestampMillis);
    }
}
