package io.geminid.state.kind;

/**
 * Folds two values into one. Must be associative, stateless and free of side effects, and must not
 * change its arguments.
 *
 * @param <V> type of the values
 */
@FunctionalInterface
public interface ReduceFunction<V> {

    /**
     * Folds.
     *
     * @param first the older one
     * @param second the newer one
     * @return both in one, not null
     */
    V reduce(V first, V second);
}
