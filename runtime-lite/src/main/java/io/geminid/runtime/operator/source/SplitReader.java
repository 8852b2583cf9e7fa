package io.geminid.runtime.operator.source;

import io.geminid.runtime.operator.InputStatus;
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
