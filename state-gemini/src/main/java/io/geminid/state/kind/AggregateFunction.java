package io.geminid.state.kind;

/**
 * Incremental aggregation (Flink's {@code AggregateFunction}). Stateless: one instance serves all
 * keys and all subtasks of a process.
 *
 * @param <I> type of what is added
 * @param <A> type of the accumulator; {@link #add} and {@link #merge} may change the one they are
 *     given and return it
 * @param <R> type of the result
 */
public interface AggregateFunction<I, A, R> {

    /**
     * Starts.
     *
     * @return a new accumulator of nothing
     */
    A createAccumulator();

    /**
     * Folds a value in.
     *
     * @param value what to add
     * @param accumulator what it is added to; not used again by the caller
     * @return the accumulator with the value in it
     */
    A add(I value, A accumulator);

    /**
     * Computes the result so far; more values may be added afterwards.
     *
     * @param accumulator not changed
     * @return the result, not null; must not share mutable parts with the accumulator
     */
    R getResult(A accumulator);

    /**
     * Folds two accumulators into one; needed where windows merge.
     *
     * @param first not used again by the caller
     * @param second not used again by the caller
     * @return both in one
     */
    A merge(A first, A second);
}
