package io.geminid.runtime.operator.standard;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeySelector;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.StateDescriptor;
import io.geminid.state.StateStore;
import io.geminid.state.kind.ReduceFunction;
import io.geminid.state.kind.ReducingState;

/**
 * Folds all records of a key into one and sends it after each.
 *
 * @param <K> type of the keys
 * @param <T> type of the records
 */
public final class KeyedReduceOperator<K, T> extends AbstractOperator<T>
        implements OneInputOperator<T, T> {

    private final KeySelector<? super T, K> keySelector;
    private final StateDescriptor<ReducingState<T>> descriptor;
    private StateStore<K> state;
    private ReducingState<T> folded;

    /**
     * @param keySelector finds the key
     * @param function how to fold
     * @param serializer of the records
     */
    public KeyedReduceOperator(
            final KeySelector<? super T, K> keySelector,
            final ReduceFunction<T> function,
            final RecordSerializer<T> serializer) {
        this.keySelector = keySelector;
        this.descriptor = StateDescriptor.reducing("folded", function, serializer);
    }

    @Override
    public void open(final OperatorContext newContext, final Output<T> newOutput) throws Exception {
        super.open(newContext, newOutput);
        state = newContext.keyedState();
        folded = state.state(descriptor);
    }

    @Override
    public void processElement(final T value, final long timestampMillis) {
        state.setCurrentKey(keySelector.keyOf(value));
        folded.add(value);
        output().collect(folded.get(), timestampMillis);
    }
}
