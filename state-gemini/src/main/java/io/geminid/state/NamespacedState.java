package io.geminid.state;

import io.geminid.state.kind.State;
import java.util.List;
import java.util.function.Consumer;

/**
 * A state that has, for each key, one cell a namespace.
 *
 * @param <N> type of the namespaces
 * @param <S> the kind of handle
 */
public interface NamespacedState<N, S extends State> {

    /**
     * The handle for the current key's cell in a namespace.
     *
     * @param namespace which
     * @return one and the same handle at every call: it stands for the namespace given last
     */
    S at(N namespace);

    /**
     * Folds the current key's cells of some namespaces into that of another and removes them. Lists
     * are appended in the order given, reducing and aggregating states folded by their function.
     *
     * @param target receives; may be empty before
     * @param sources not containing {@code target}; those without a cell are passed over
     * @throws UnsupportedOperationException for a value, long or map state
     */
    void merge(N target, List<N> sources);

    /**
     * Visits every namespace in which the current key has a cell. They are collected first, so the
     * visitor may write.
     *
     * @param visitor gets each namespace once, in an order that depends only on the calls made
     *     before
     */
    void forEachNamespace(Consumer<? super N> visitor);
}
