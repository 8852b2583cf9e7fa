package io.geminid.runtime.time;

import io.geminid.serial.RecordSerializer;
import io.geminid.state.StateStore;
import io.geminid.state.TimeDomain;
import io.geminid.state.TimerQueue;

/**
 * The timers of one keyed operator, of both clocks. The timers themselves are in the operator's
 * state; this fires them: those of event time when the operator hands in a watermark, those of
 * processing time once the task's clock has passed them, including those that became due while
 * nothing was running.
 *
 * <p>Task thread only.
 *
 * @param <K> type of the keys
 * @param <N> type of the namespaces
 */
public final class TimerService<K, N> {

    private final ProcessingTimeService clock;
    private final Handler<K, N> handler;
    private final TimerQueue<K, N> eventTime;
    private final TimerQueue<K, N> processingTime;
    private long watermark = Watermarks.NONE;
    private ProcessingTimeService.Scheduled scheduled;
    private long scheduledMillis = Long.MAX_VALUE;

    /**
     * Finds the operator's timers in its state, and has the clock call for the next one.
     *
     * @param store the operator's state
     * @param namespaceSerializer how namespaces become bytes
     * @param clock the task's
     * @param handler what to do when a timer fires
     */
    public TimerService(
            final StateStore<K> store,
            final RecordSerializer<N> namespaceSerializer,
            final ProcessingTimeService clock,
            final Handler<K, N> handler) {
        this.clock = clock;
        this.handler = handler;
        eventTime = store.timers("timers/event-time", namespaceSerializer);
        processingTime = store.timers("timers/processing-time", namespaceSerializer);
        scheduleNext();
    }

    /**
     * Reads a clock.
     *
     * @param domain which
     * @return the watermark last handed in, or the time of day
     */
    public long now(final TimeDomain domain) {
        return domain == TimeDomain.EVENT_TIME ? watermark : clock.currentTimeMillis();
    }

    /**
     * Adds a timer for the store's current key, unless it is there already. One whose time has come
     * already fires at the next watermark, or as soon as the clock calls.
     *
     * @param domain which clock
     * @param namespace which
     * @param timestampMillis when
     */
    public void register(final TimeDomain domain, final N namespace, final long timestampMillis) {
        if (domain == TimeDomain.EVENT_TIME) {
            eventTime.register(namespace, timestampMillis);
        } else if (processingTime.register(namespace, timestampMillis)) {
            scheduleNext();
        }
    }

    /**
     * Removes a timer of the store's current key, if it is there.
     *
     * @param domain which clock
     * @param namespace which
     * @param timestampMillis when
     */
    public void delete(final TimeDomain domain, final N namespace, final long timestampMillis) {
        (domain == TimeDomain.EVENT_TIME ? eventTime : processingTime)
                .delete(namespace, timestampMillis);
    }

    /**
     * Event time advances: fires what is due, in the order of time.
     *
     * @param newWatermark timers at or before it are due
     * @throws Exception from the handler
     */
    public void advanceWatermark(final long newWatermark) throws Exception {
        assert newWatermark >= watermark : "watermark=" + newWatermark + " last=" + watermark;
        watermark = newWatermark;
        boolean more = true;
        while (more) {
            more =
                    eventTime.pollDue(
                            newWatermark,
                            (key, namespace, time) ->
                                    handler.onTimer(TimeDomain.EVENT_TIME, key, namespace, time));
        }
    }

    /** The clock will not call any more. Idempotent. */
    public void close() {
        if (scheduled != null) {
            scheduled.cancel();
            scheduled = null;
        }
    }

    private void onProcessingTime(final long nowMillis) throws Exception {
        scheduled = null;
        scheduledMillis = Long.MAX_VALUE;
        boolean more = true;
        while (more) {
            more =
                    processingTime.pollDue(
                            nowMillis - 1,
                            (key, namespace, time) ->
                                    handler.onTimer(
                                            TimeDomain.PROCESSING_TIME, key, namespace, time));
        }
        scheduleNext();
    }

    private void scheduleNext() {
        if (processingTime.size() == 0) {
            return;
        }
        final long next = processingTime.nextTimestampMillis();
        if (scheduled != null && scheduledMillis <= next) {
            return;
        }
        if (scheduled != null) {
            scheduled.cancel();
        }
        scheduledMillis = next;
        // In the millisecond after it: records of the timer's own millisecond come before the
        // timer.
        scheduled = clock.schedule(Math.max(next, next + 1), this::onProcessingTime);
    }

    /**
     * What to do when a timer fires.
     *
     * @param <K> type of the keys
     * @param <N> type of the namespaces
     */
    @FunctionalInterface
    public interface Handler<K, N> {

        /**
         * Called on the task thread, with the store's current key set.
         *
         * @param domain which clock
         * @param key the timer's key
         * @param namespace the timer's namespace
         * @param timestampMillis the timer's time
         * @throws Exception fails the task
         */
        void onTimer(TimeDomain domain, K key, N namespace, long timestampMillis) throws Exception;
    }
}
