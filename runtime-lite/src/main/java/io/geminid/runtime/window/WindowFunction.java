package io.geminid.runtime.window;

import io.geminid.runtime.operator.function.Collector;

/**
 * Makes results of a window that fires. Stateless.
 *
 * @param <K> type of the keys
 * @param <V> what the window keeps: a folded value, or the list of its records
 * @param <R> type of the results
 */
@FunctionalInterface
public interface WindowFunction<K, V, R> {

    /**
     * Called each time the window fires; with late data that may be more than once, each time with
     * all that the window has.
     *
     * @param key whose window
     * @param window which; {@link TimeWindow#ALL} for count windows
     * @param value what the window keeps
     * @param out takes results; they get the window's last millisecond as timestamp, those of count
     *     windows the timestamp of the record that filled the window
     * @throws Exception fails the task
     */
    void apply(K key, TimeWindow window, V value, Collector<R> out) throws Exception;
}
