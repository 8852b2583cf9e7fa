package io.geminid.runtime.time;

/**
 * Finds the timestamp of a record. Stateless.
 *
 * @param <T> type of the records
 */
@FunctionalInterface
public interface TimestampAssigner<T> {

    /**
     * Finds it.
     *
     * @param value the record
     * @param sourceTimestampMillis what the source attached, or {@link Watermarks#NO_TIMESTAMP}
     * @return milliseconds
     */
    long timestampOf(T value, long sourceTimestampMillis);
}
