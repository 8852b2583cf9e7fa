package io.geminid.runtime.api;

import io.geminid.runtime.graph.stream.OperatorSpec;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.function.KeySelector;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.runtime.operator.standard.KeyedProcessOperator;
import io.geminid.runtime.operator.standard.KeyedReduceOperator;
import io.geminid.runtime.window.WindowAssigner;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.kind.ReduceFunction;
import java.util.function.Supplier;

/**
 * A stream grouped by key: each key's records go to one subtask, in order. One thread.
 *
 * @param <K> type of the keys
 * @param <T> type of the records
 */
public final class KeyedStream<K, T> {

    private final DataStream<T> stream;
    private final KeySelector<? super T, K> keySelector;
    private final RecordSerializer<K> keySerializer;

    KeyedStream(
            final DataStream<T> stream,
            final KeySelector<? super T, K> keySelector,
            final RecordSerializer<K> keySerializer) {
        this.stream = stream;
        this.keySelector = keySelector;
        this.keySerializer = keySerializer;
    }

    /**
     * Folds all records of a key, and sends what there is after each.
     *
     * @param name of the operator
     * @param function how to fold
     * @return the new stream
     */
    public DataStream<T> reduce(final String name, final ReduceFunction<T> function) {
        return add(
                name,
                "reduce",
                () -> new KeyedReduceOperator<>(keySelector, function, stream.serializer()),
                stream.serializer());
    }

    /**
     * Sees records with state and timers of their key.
     *
     * @param name of the operator
     * @param function makes one for each subtask
     * @param serializer of the new records
     * @param <R> type of the new records
     * @return the new stream
     */
    public <R> DataStream<R> process(
            final String name,
            final Supplier<? extends KeyedProcessFunction<K, ? super T, R>> function,
            final RecordSerializer<R> serializer) {
        return add(
                name,
                "keyedProcess",
                () -> new KeyedProcessOperator<K, T, R>(keySelector, function.get()),
                serializer);
    }

    /**
     * Adds an operator of one's own; it sets the current key of its state itself.
     *
     * @param name of the operator
     * @param operator makes one for each subtask
     * @param serializer of the new records
     * @param <R> type of the new records
     * @return the new stream
     */
    public <R> DataStream<R> transform(
            final String name,
            final Supplier<? extends OneInputOperator<T, R>> operator,
            final RecordSerializer<R> serializer) {
        return add(name, "keyedOperator", operator, serializer);
    }

    /**
     * Groups by window too.
     *
     * @param assigner which windows
     * @return the windows of the keys
     */
    public WindowedStream<K, T> window(final WindowAssigner assigner) {
        return new WindowedStream<>(this, assigner);
    }

    /**
     * Groups by count too.
     *
     * @param size number of records of a key in a window
     * @return the windows of the keys
     */
    public WindowedStream<K, T> countWindow(final long size) {
        return new WindowedStream<>(this, size);
    }

    KeySelector<? super T, K> keySelector() {
        return keySelector;
    }

    RecordSerializer<T> serializer() {
        return stream.serializer();
    }

    <R> DataStream<R> add(
            final String name,
            final String description,
            final Supplier<? extends OneInputOperator<T, R>> operator,
            final RecordSerializer<R> serializer) {
        return stream.add(
                name, OperatorSpec.keyed(description, operator, keySerializer), serializer);
    }
}
