package io.geminid.state.heap;

import io.geminid.state.NamespacedState;
import io.geminid.state.kind.State;
import java.util.List;
import java.util.function.Consumer;

/** The namespaces of one state; the handle is the same object seen as the kind's interface. */
final class HeapNamespacedState<N, C, S extends State> implements NamespacedState<N, S> {

    private final HeapState<N, C> state;
    private final S handle;

    HeapNamespacedState(final HeapState<N, C> state, final S handle) {
        assert state == handle;
        this.state = state;
        this.handle = handle;
    }

    HeapState<N, C> state() {
        return state;
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
            state.at(source);
            final C cell = state.cell();
            if (cell != null) {
                state.clear();
                state.at(target);
                state.mergeIn(cell);
            }
        }
    }

    @Override
    public void forEachNamespace(final Consumer<? super N> visitor) {
        for (final N namespace : state.table().namespaces()) {
            state.at(namespace);
            if (state.cell() != null) {
                visitor.accept(namespace);
            }
        }
    }
}
