package io.geminid.state.kind;

/**
 * One value into which others of the same type are folded, by the function in the descriptor.
 *
 * @param <V> its type
 */
public interface ReducingState<V> extends State {

    /**
     * Reads.
     *
     * @return the value, or {@code null} if nothing was added
     */
    V get();

    /**
     * Folds a value in.
     *
     * @param value not null
     */
    void add(V value);
}
