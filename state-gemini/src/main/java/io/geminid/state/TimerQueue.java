package io.geminid.state;

/**
 * Timers of one subtask, by key group: a set of (key, namespace, timestamp) that gives up its
 * earliest first. Part of the store's snapshots. Knows nothing of clocks: whoever owns the clock
 * polls.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 */
public interface TimerQueue<K, N> {

    /**
     * Adds a timer for the store's current key.
     *
     * @param namespace which
     * @param timestampMillis when
     * @return false if there was one already
     */
    boolean register(N namespace, long timestampMillis);

    /**
     * Removes a timer of the store's current key.
     *
     * @param namespace which
     * @param timestampMillis when
     * @return false if there was none
     */
    boolean delete(N namespace, long timestampMillis);

    /**
     * How many timers there are.
     *
     * @return 0 or more
     */
    int size();

    /**
     * The time of the earliest timer.
     *
     * @return its timestamp, or {@link Long#MAX_VALUE} if there is none (or one that late)
     */
    long nextTimestampMillis();

    /**
     * Takes the earliest timer if it is due, makes its key the store's current key, and then runs
     * an action, which may add and remove timers. Timers of equal time come in an order that
     * depends only on the calls made before.
     *
     * @param nowMillis timers at or before this are due
     * @param action gets the timer
     * @return false if none was due
     * @throws Exception from the action; the timer is gone nevertheless
     */
    boolean pollDue(long nowMillis, Action<? super K, ? super N> action) throws Exception;

    /**
     * What to do with a timer that is due.
     *
     * @param <K> type of the keys
     * @param <N> type of the namespaces
     */
    @FunctionalInterface
    interface Action<K, N> {

        /**
         * Called on the task thread.
         *
         * @param key the timer's key, now the store's current key
         * @param namespace the timer's namespace
         * @param timestampMillis the timer's time
         * @throws Exception fails the task
         */
        void onTimer(K key, N namespace, long timestampMillis) throws Exception;
    }
}
