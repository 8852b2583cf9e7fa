package io.geminid.runtime.operator.function;

/**
 * Makes one record of one. Stateless.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
@FunctionalInterface
public interface MapFunction<I, O> {

    /**
     * Maps.
     *
     * @param value not to be changed
     * @return the new record, not null
     * @throws Exception fails the task
     */
    O map(I value) throws Exception;
}
