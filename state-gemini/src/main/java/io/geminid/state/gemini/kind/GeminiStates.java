package io.geminid.state.gemini.kind;

import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.kind.State;

/** Makes handles. */
public final class GeminiStates {

    private GeminiStates() {}

    /**
     * Makes the handle of a state.
     *
     * @param descriptor of what kind
     * @param space what it has of its store
     * @param <N> type of the namespaces
     * @param <S> the kind of handle
     * @return the handle, for each namespace
     */
    @SuppressWarnings("unchecked") // the descriptor's class fixes S
    public static <N, S extends State> NamespacedState<N, S> create(
            final StateDescriptor<S> descriptor, final StateSpace<N> space) {
        final GeminiState<N> state;
        if (descriptor instanceof StateDescriptor.OfValue<?> d) {
            state = new GeminiValueState<>(space, d);
        } else if (descriptor instanceof StateDescriptor.OfLong d) {
            state = new GeminiLongState<>(space, d);
        } else if (descriptor instanceof StateDescriptor.OfList<?> d) {
            state = new GeminiListState<>(space, d);
        } else if (descriptor instanceof StateDescriptor.OfMap<?, ?> d) {
            state = new GeminiMapState<>(space, d);
        } else if (descriptor instanceof StateDescriptor.OfReducing<?> d) {
            state = new GeminiReducingState<>(space, d);
        } else {
            state =
                    new GeminiAggregatingState<>(
                            space, (StateDescriptor.OfAggregating<?, ?, ?>) descriptor);
        }
        if (state.ages()) {
            state.dropWhatIsOver();
        }
        return new GeminiNamespacedState<>(state, (S) state);
    }

    /**
     * The number of a state in records.
     *
     * @param handle made by {@link #create}
     * @return that of its cells
     */
    public static int number(final State handle) {
        return ((GeminiState<?>) handle).space().number();
    }

    /**
     * What a state has of its store.
     *
     * @param state made by {@link #create}
     * @param <N> type of the namespaces
     * @return as given to {@link #create}
     */
    public static <N> StateSpace<N> space(final NamespacedState<N, ?> state) {
        return ((GeminiNamespacedState<N, ?>) state).space();
    }

    /**
     * Whether the cell that a handle stands for has something in it.
     *
     * @param handle made by {@link #create}
     * @return false also if all of it is too old
     */
    public static boolean isPresent(final State handle) {
        return ((GeminiState<?>) handle).isPresentNow();
    }
}
