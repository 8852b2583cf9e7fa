package io.geminid.runtime.operator.function;

/**
 * Chooses records. Stateless.
 *
 * @param <T> type of the records
 */
@FunctionalInterface
public interface FilterFunction<T> {

    /**
     * Chooses.
     *
     * @param value not to be changed
     * @return true to pass it on
     * @throws Exception fails the task
     */
    boolean filter(T value) throws Exception;
}
