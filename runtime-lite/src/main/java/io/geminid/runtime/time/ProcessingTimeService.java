package io.geminid.runtime.time;

/**
 * The clock of a task and callbacks by that clock. Called on the task thread and calls back on the
 * task thread, between records. The task makes it; nothing else in an operator knows a clock.
 */
public interface ProcessingTimeService {

    /**
     * The time.
     *
     * @return milliseconds since 1970
     */
    long currentTimeMillis();

    /**
     * Asks for a callback.
     *
     * @param timestampMillis when; as soon as possible if it has come already
     * @param callback what to do; an exception fails the task
     * @return with which to cancel
     */
    Scheduled schedule(long timestampMillis, Callback callback);

    /** A callback that was asked for. */
    @FunctionalInterface
    interface Scheduled {

        /** Prevents the callback if it has not begun. Idempotent. */
        void cancel();
    }

    /** What to do when the time has come. */
    @FunctionalInterface
    interface Callback {

        /**
         * Called once.
         *
         * @param timestampMillis the time that was asked for
         * @throws Exception fails the task
         */
        void onTime(long timestampMillis) throws Exception;
    }
}
