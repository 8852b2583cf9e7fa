package io.geminid.runtime.operator.function;

/**
 * Takes the records that a function makes, and gives them a timestamp.
 *
 * @param <O> type of the records
 */
@FunctionalInterface
public interface Collector<O> {

    /**
     * Takes a record.
     *
     * @param value not null, not to be changed from now on
     */
    void collect(O value);
}
