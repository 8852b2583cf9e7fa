package io.geminid.runtime.window;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.NamespacedState;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.kind.AggregateFunction;
import io.geminid.state.kind.AggregatingState;
import io.geminid.state.kind.ListState;
import java.util.List;

/**
 * How a window keeps its records: folded one by one, or as a list. Describes it; the operator opens
 * it on its state. Immutable and shared.
 *
 * @param <T> type of the records
 * @param <V> what the window function gets
 */
public interface WindowContents<T, V> {

    /** Name of the state in which windows keep their records. */
    String STATE_NAME = "window-contents";

    /**
     * Finds the state.
     *
     * @param store of the operator
     * @return the contents of all windows of all keys
     */
    Handle<T, V> open(StateStore<?> store);

    /**
     * Folds each record at once: the state of a window is one accumulator.
     *
     * @param function how to fold
     * @param serializer of the accumulator
     * @param <T> type of the records
     * @param <A> type of the accumulator
     * @param <V> type of the result
     * @return the contents
     */
    static <T, A, V> WindowContents<T, V> aggregate(
            final AggregateFunction<T, A, V> function, final RecordSerializer<A> serializer) {
        return store ->
                new Aggregated<>(
                        store.state(
                                StateDescriptor.aggregating(STATE_NAME, function, serializer),
                                TimeWindow.SERIALIZER));
    }

    /**
     * Keeps every record.
     *
     * @param serializer of the records
     * @param <T> type of the records
     * @return the contents
     */
    static <T> WindowContents<T, List<T>> list(final RecordSerializer<T> serializer) {
        return store ->
                new Listed<>(
                        store.state(
                                StateDescriptor.list(STATE_NAME, serializer),
                                TimeWindow.SERIALIZER));
    }

    /**
     * The contents of the current key's windows. Task thread only.
     *
     * @param <T> type of the records
     * @param <V> what the window function gets
     */
    interface Handle<T, V> {

        /**
         * Adds a record.
         *
         * @param window to which window
         * @param value the record
         */
        void add(TimeWindow window, T value);

        /**
         * Reads.
         *
         * @param window which
         * @return its contents, or {@code null} if there are none
         */
        V get(TimeWindow window);

        /**
         * Removes.
         *
         * @param window which
         */
        void clear(TimeWindow window);

        /**
         * Moves contents.
         *
         * @param target receives
         * @param sources lose theirs
         */
        void merge(TimeWindow target, List<TimeWindow> sources);
    }

    /**
     * Contents that are folded.
     *
     * @param state the accumulators
     * @param <T> type of the records
     * @param <V> type of the result
     */
    record Aggregated<T, V>(NamespacedState<TimeWindow, AggregatingState<T, V>> state)
            implements Handle<T, V> {

        @Override
        public void add(final TimeWindow window, final T value) {
            state.at(window).add(value);
        }

        @Override
        public V get(final TimeWindow window) {
            return state.at(window).get();
        }

        @Override
        public void clear(final TimeWindow window) {
            state.at(window).clear();
        }

        @Override
        public void merge(final TimeWindow target, final List<TimeWindow> sources) {
            state.merge(target, sources);
        }
    }

    /**
     * Contents that are lists.
     *
     * @param state the lists
     * @param <T> type of the records
     */
    record Listed<T>(NamespacedState<TimeWindow, ListState<T>> state)
            implements Handle<T, List<T>> {

        @Override
        public void add(final TimeWindow window, final T value) {
            state.at(window).add(value);
        }

        @Override
        public List<T> get(final TimeWindow window) {
            final List<T> list = state.at(window).get();
            return list.isEmpty() ? null : list;
        }

        @Override
        public void clear(final TimeWindow window) {
            state.at(window).clear();
        }

        @Override
        public void merge(final TimeWindow target, final List<TimeWindow> sources) {
            state.merge(target, sources);
        }
    }
}
