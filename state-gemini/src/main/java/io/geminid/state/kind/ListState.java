package io.geminid.state.kind;

import java.util.List;

/**
 * A list that grows at its end.
 *
 * @param <E> type of the elements
 */
public interface ListState<E> extends State {

    /**
     * Appends.
     *
     * @param element the new last element, not null
     */
    void add(E element);

    /**
     * Reads all.
     *
     * @return the elements in the order in which they were added, unmodifiable, not affected by
     *     later calls; empty if there are none
     */
    List<E> get();

    /**
     * Replaces all.
     *
     * @param elements the new elements; empty is the same as {@link #clear()}
     */
    void update(List<E> elements);

    /**
     * Whether there are no elements.
     *
     * @return true if so
     */
    boolean isEmpty();
}
