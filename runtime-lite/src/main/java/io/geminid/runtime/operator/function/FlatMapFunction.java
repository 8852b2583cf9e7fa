package io.geminid.runtime.operator.function;

/**
 * Makes any number of records of one. Stateless.
 *
 * @param <I> type of the input
 * @param <O> type of the output
 */
@FunctionalInterface
public interface FlatMapFunction<I, O> {

    /**
     * Maps.
     *
     * @param value not to be changed
     * @param out takes the new records; they get the timestamp of the old one
     * @throws Exception fails the task
     */
    void flatMap(I value, Collector<O> out) throws Exception;
}
