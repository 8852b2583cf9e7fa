package io.geminid.state.rocksdb.cell;

import io.geminid.state.NamespacedState;
import io.geminid.state.kind.State;
import java.util.List;
import java.util.function.Consumer;

/**
 * The namespaces of one state; the handle is the same object seen as the kind's interface.
 *
 * @param <N> type of the namespaces
 * @param <S> the kind of handle
 */
public final class RocksNamespacedState<N, S extends State> implements NamespacedState<N, S> {

    private final RocksState<N> state;
    private final S handle;

    /**
     * Wraps a state.
     *
     * @param state which
     * @param handle the same object
     */
    public RocksNamespacedState(final RocksState<N> state, final S handle) {
        assert state == handle;
        this.state = state;
        this.handle = handle;
    }

    @Override
    public S at(final N namespace) {
        state.at(namespace);
        return handle;
    }

    @Override
    public void merge(final N target, final List<N> sources) {
        for (final N source : sources) {
            if (source.equals(target)) {
                throw new IllegalArgumentException("source=" + source + " is the target");
            }
            state.moveInto(target, source);
        }
    }

    @Override
    public void forEachNamespace(final Consumer<? super N> visitor) {
        for (final N namespace : state.namespaces()) {
            state.at(namespace);
            if (state.hasCell()) {
                visitor.accept(namespace);
            }
        }
    }
}
