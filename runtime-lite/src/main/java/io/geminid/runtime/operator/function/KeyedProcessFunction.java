package io.geminid.runtime.operator.function;

import io.geminid.runtime.operator.Output;
import io.geminid.runtime.operator.context.OperatorContext;
import io.geminid.state.TimeDomain;

/**
 * Sees the records of a key, its state and its timers. Made anew for each subtask; gets its state
 * from {@link OperatorContext#keyedState()} in {@link #open}. The current key is set before each
 * call.
 *
 * @param <K> type of the keys
 * @param <I> type of the input
 * @param <O> type of the output
 */
@FunctionalInterface
public interface KeyedProcessFunction<K, I, O> {

    /**
     * Starts.
     *
     * @param context of the operator
     * @throws Exception fails the task
     */
    default void open(final OperatorContext context) throws Exception {}

    /**
     * Processes a record.
     *
     * @param value not to be changed
     * @param element what else is known of it
     * @param out where to; watermarks are not the function's business
     * @throws Exception fails the task
     */
    void process(I value, Element<K> element, Output<O> out) throws Exception;

    /**
     * A timer fires.
     *
     * @param timer which, and when; the timer's time is its timestamp
     * @param domain of which clock
     * @param out where to
     * @throws Exception fails the task
     */
    default void onTimer(final Element<K> timer, final TimeDomain domain, final Output<O> out)
            throws Exception {}

    /**
     * Ends.
     *
     * @throws Exception fails the task
     */
    default void close() throws Exception {}

    /**
     * The record or timer at hand. One object for all: valid during the call only.
     *
     * @param <K> type of the keys
     */
    interface Element<K> {

        /**
         * @return the key
         */
        K key();

        /**
         * @return milliseconds, or {@link io.geminid.runtime.time.Watermarks#NO_TIMESTAMP}
         */
        long timestampMillis();

        /**
         * Reads a clock.
         *
         * @param domain which
         * @return the operator's watermark, or the time of day
         */
        long now(TimeDomain domain);

        /**
         * Asks for {@link KeyedProcessFunction#onTimer} for this key. Once for each time, however
         * often it is asked for.
         *
         * @param domain which clock
         * @param timerMillis when; fires once the watermark has reached it, or the time of day has
         *     passed it
         */
        void registerTimer(TimeDomain domain, long timerMillis);

        /**
         * Takes {@link #registerTimer} back.
         *
         * @param domain which clock
         * @param timerMillis when
         */
        void deleteTimer(TimeDomain domain, long timerMillis);
    }
}
