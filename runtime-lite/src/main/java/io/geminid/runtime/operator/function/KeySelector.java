package io.geminid.runtime.operator.function;

/**
 * Finds the key of a record. Stateless and deterministic: the producer asks it for the channel and
 * the consumer for the state, and both must get the same.
 *
 * @param <T> type of the records
 * @param <K> type of the keys; see {@link io.geminid.state.KeyGroup} for what they must be like
 */
@FunctionalInterface
public interface KeySelector<T, K> {

    /**
     * Finds it.
     *
     * @param value not to be changed
     * @return the key, not null
     */
    K keyOf(T value);
}
