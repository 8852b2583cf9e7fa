package io.geminid.state.kind;

/**
 * An accumulator into which values are folded, by the function in the descriptor.
 *
 * @param <I> type of what is added
 * @param <R> type of what is read
 */
public interface AggregatingState<I, R> extends State {

    /**
     * Reads.
     *
     * @return the result for the accumulator, or {@code null} if nothing was added
     */
    R get();

    /**
     * Folds a value in.
     *
     * @param value not null
     */
    void add(I value);
}
