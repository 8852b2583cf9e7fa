package io.geminid.state.kind;

/**
 * One value.
 *
 * @param <V> its type
 */
public interface ValueState<V> extends State {

    /**
     * Reads.
     *
     * @return the value, or {@code null} if there is none
     */
    V get();

    /**
     * Writes.
     *
     * @param value the new value, not null
     */
    void update(V value);
}
