package io.geminid.runtime.window;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.Collector;
import io.geminid.runtime.operator.function.KeySelector;
import io.geminid.runtime.time.Watermarks;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.kind.LongState;

/**
 * Windows of a number of records of a key, in the order of arrival. A window fires with its last
 * record; one that is not full when the input ends does not fire.
 *
 * @param <K> type of the keys
 * @param <T> type of the records
 * @param <V> what a window keeps
 * @param <R> type of the results
 */
public final class CountWindowOperator<K, T, V, R> extends AbstractOperator<R>
        implements OneInputOperator<T, R> {

    private final KeySelector<? super T, K> keySelector;
    private final long size;
    private final WindowContents<T, V> contentsKind;
    private final WindowFunction<K, V, R> function;
    private final Collector<R> collector = this::collect;
    private StateStore<K> state;
    private WindowContents.Handle<T, V> contents;
    private LongState count;
    private long timestampMillis = Watermarks.NO_TIMESTAMP;

    /**
     * Makes an operator for one subtask.
     *
     * @param keySelector finds the key
     * @param size number of records in a window
     * @param contents how a window keeps its records
     * @param function makes results
     */
    public CountWindowOperator(
            final KeySelector<? super T, K> keySelector,
            final long size,
            final WindowContents<T, V> contents,
            final WindowFunction<K, V, R> function) {
        if (size < 1) {
            throw new IllegalArgumentException("size=" + size);
        }
        this.keySelector = keySelector;
        this.size = size;
        this.contentsKind = contents;
        this.function = function;
    }

    @Override
    public void open(final OperatorContext newContext, final Output<R> newOutput) throws Exception {
        super.open(newContext, newOutput);
        state = newContext.keyedState();
        contents = contentsKind.open(state);
        count = state.state(StateDescriptor.ofLong("window-count"));
    }

    @Override
    public void processElement(final T value, final long newTimestampMillis) throws Exception {
        final K key = keySelector.keyOf(value);
        state.setCurrentKey(key);
        timestampMillis = newTimestampMillis;
        contents.add(TimeWindow.ALL, value);
        if (count.add(1) == size) {
            count.clear();
            final V kept = contents.get(TimeWindow.ALL);
            contents.clear(TimeWindow.ALL);
            function.apply(key, TimeWindow.ALL, kept, collector);
        }
    }

    private void collect(final R result) {
        output().collect(result, timestampMillis);
    }
}
