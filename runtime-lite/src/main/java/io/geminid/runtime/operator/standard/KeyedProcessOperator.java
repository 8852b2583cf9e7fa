package io.geminid.runtime.operator.standard;

import io.geminid.runtime.operator.AbstractOperator;
import io.geminid.runtime.operator.OneInputOperator;
import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.runtime.operator.function.KeySelector;
import io.geminid.runtime.operator.function.KeyedProcessFunction;
import io.geminid.runtime.time.TimerService;
import io.geminid.runtime.time.Watermarks;
import io.geminid.serial.Serializers;
import io.geminid.state.StateStore;
import io.geminid.state.TimeDomain;

/**
 * Calls a {@link KeyedProcessFunction} with the state and the timers of each record's key.
 *
 * @param <K> type of the keys
 * @param <I> type of the input
 * @param <O> type of the output
 */
public final class KeyedProcessOperator<K, I, O> extends AbstractOperator<O>
        implements OneInputOperator<I, O> {

    /** The only namespace of these timers. */
    private static final Boolean VOID = Boolean.TRUE;

    private final KeySelector<? super I, K> keySelector;
    private final KeyedProcessFunction<K, ? super I, O> function;
    private final CurrentElement element = new CurrentElement();
    private StateStore<K> state;
    private TimerService<K, Boolean> timers;

    /**
     * @param keySelector finds the key
     * @param function what to call; of this subtask only
     */
    public KeyedProcessOperator(
            final KeySelector<? super I, K> keySelector,
            final KeyedProcessFunction<K, ? super I, O> function) {
        this.keySelector = keySelector;
        this.function = function;
    }

    @Override
    public void open(final OperatorContext newContext, final Output<O> newOutput) throws Exception {
        super.open(newContext, newOutput);
        state = newContext.keyedState();
        timers =
                new TimerService<>(
                        state,
                        Serializers.BOOLEAN,
                        newContext.services().processingTime(),
                        this::onTimer);
        function.open(newContext);
    }

    @Override
    public void processElement(final I value, final long timestampMillis) throws Exception {
        state.setCurrentKey(keySelector.keyOf(value));
        element.timestampMillis = timestampMillis;
        function.process(value, element, output());
    }

    @Override
    public void processWatermark(final long watermark) throws Exception {
        timers.advanceWatermark(watermark);
        super.processWatermark(watermark);
    }

    @Override
    public void close() throws Exception {
        if (timers != null) {
            timers.close();
        }
        function.close();
    }

    private void onTimer(
            final TimeDomain domain, final K key, final Boolean namespace, final long time)
            throws Exception {
        element.timestampMillis = time;
        function.onTimer(element, domain, output());
    }

    private final class CurrentElement implements KeyedProcessFunction.Element<K> {

        private long timestampMillis = Watermarks.NO_TIMESTAMP;

        @Override
        public K key() {
            return state.currentKey();
        }

        @Override
        public long timestampMillis() {
            return timestampMillis;
        }

        @Override
        public long now(final TimeDomain domain) {
            return timers.now(domain);
        }

        @Override
        public void registerTimer(final TimeDomain domain, final long timerMillis) {
            timers.register(domain, VOID, timerMillis);
        }

        @Override
        public void deleteTimer(final TimeDomain domain, final long timerMillis) {
            timers.delete(domain, VOID, timerMillis);
        }
    }
}
