package io.geminid.flink.state.kind;

import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;

/** Makes what a job holds in its hands. */
public final class KeyedStates {

    private KeyedStates() {}

    /**
     * Makes the handle of a state.
     *
     * @param stored where its cells are
     * @param access to its store
     * @param descriptor what the job said
     * @param <K> type of the keys
     * @param <N> type of the namespaces
     * @param <V> type of the value, whole
     * @param <S> kind of the state
     * @return one of Flink's internal states
     */
    @SuppressWarnings("unchecked") // the descriptor's type fixes V and S
    public static <K, N, V, S extends State> S create(
            final StoredState<K, N, V> stored,
            final KeyedAccess<K> access,
            final StateDescriptor<?, V> descriptor) {
        return (S)
                switch (stored.type()) {
                    case VALUE -> new KeyedValueState<>(stored, access, descriptor);
                    case LIST ->
                            new KeyedListState<>((StoredState<K, N, List<Object>>) stored, access);
                    case MAP ->
                            new KeyedMapState<>(
                                    (StoredState<K, N, Map<Object, Object>>) stored, access);
                    case REDUCING ->
                            new KeyedReducingState<>(
                                    stored,
                                    access,
                                    ((ReducingStateDescriptor<V>) descriptor).getReduceFunction());
                    default ->
                            new KeyedAggregatingState<>(
                                    stored,
                                    access,
                                    ((AggregatingStateDescriptor<Object, V, Object>) descriptor)
                                            .getAggregateFunction());
                };
    }
}
