package io.geminid.state.gemini.kind;

import io.geminid.serial.RecordInput;
import io.geminid.state.NamespacedState;
import io.geminid.state.gemini.table.Bytes;
import io.geminid.state.gemini.table.Cells;
import io.geminid.state.gemini.table.RecordTable;
import io.geminid.state.kind.State;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The namespaces of one state; the handle is the same object seen as the kind's interface. */
final class GeminiNamespacedState<N, S extends State> implements NamespacedState<N, S> {

    private final GeminiState<N> state;
    private final S handle;

    GeminiNamespacedState(final GeminiState<N> state, final S handle) {
        assert state == handle;
        this.state = state;
        this.handle = handle;
    }

    StateSpace<N> space() {
        return state.space();
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
            if (state.isPresentNow()) {
                state.merge(target, source);
            }
        }
    }

    /** Looks through the whole log: for what is done now and then, not for each record. */
    @Override
    public void forEachNamespace(final Consumer<? super N> visitor) {
        for (final N namespace : namespaces()) {
            state.at(namespace);
            if (state.isPresentNow()) {
                visitor.accept(namespace);
            }
        }
    }

    private List<N> namespaces() {
        final StateSpace<N> space = state.space();
        final Cells cells = space.cells();
        final Bytes wanted = new Bytes();
        space.currentKey().writeKey(wanted.begin());
        final List<Long> places = new ArrayList<>();
        final RecordTable table = cells.table();
        table.forEach(
                (place, address) -> {
                    if (table.state(address) == space.number()
                            && table.group(address) == space.currentKey().keyGroup()) {
                        places.add(place);
                    }
                });
        final List<N> found = new ArrayList<>();
        for (final long place : places) {
            final RecordInput key = cells.keyOf(table.load(place));
            if (wanted.isAtBeginOf(key)) {
                key.skip(wanted.length());
                found.add(space.namespaces().read(key));
            }
        }
        return found;
    }
}
