package io.geminid.runtime.time;

import java.util.function.Supplier;

/**
 * How a source makes timestamps and watermarks (Flink's {@code WatermarkStrategy}). Immutable and
 * shared by all subtasks.
 *
 * @param assigner finds the timestamp of a record
 * @param generators makes the generator of a split
 * @param idleTimeoutMillis after how long without a record a split is idle, 0 for never. The time
 *     runs only while the split is known to have nothing, so back-pressure makes no split idle
 * @param intervalMillis how often watermarks are emitted, by processing time; 0 for after every
 *     record
 * @param <T> type of the records
 */
public record WatermarkStrategy<T>(
        TimestampAssigner<T> assigner,
        Supplier<WatermarkGenerator<T>> generators,
        long idleTimeoutMillis,
        long intervalMillis) {

    /** How often watermarks are emitted if nothing else is said: as in Flink. */
    public static final long INTERVAL_MILLIS_DEFAULT = 200;

    /** Checks the numbers. */
    public WatermarkStrategy {
        if (idleTimeoutMillis < 0 || intervalMillis < 0) {
            throw new IllegalArgumentException(
                    "idleTimeoutMillis=" + idleTimeoutMillis + " intervalMillis=" + intervalMillis);
        }
    }

    /**
     * No watermarks but the one at the end, timestamps as the source says.
     *
     * @param <T> type of the records
     * @return the strategy
     */
    public static <T> WatermarkStrategy<T> noWatermarks() {
        return new WatermarkStrategy<>(
                (value, timestamp) -> timestamp, Silent::new, 0, INTERVAL_MILLIS_DEFAULT);
    }

    /**
     * Timestamps never go back within a split.
     *
     * @param assigner finds the timestamp
     * @param <T> type of the records
     * @return the strategy
     */
    public static <T> WatermarkStrategy<T> monotonous(final TimestampAssigner<T> assigner) {
        return boundedOutOfOrderness(0, assigner);
    }

    /**
     * Timestamps go back by no more than a bound within a split; records that do are late.
     *
     * @param boundMillis the bound, 0 or more
     * @param assigner finds the timestamp
     * @param <T> type of the records
     * @return the strategy; its watermark is the greatest timestamp - bound - 1
     */
    public static <T> WatermarkStrategy<T> boundedOutOfOrderness(
            final long boundMillis, final TimestampAssigner<T> assigner) {
        if (boundMillis < 0) {
            throw new IllegalArgumentException("boundMillis=" + boundMillis);
        }
        return new WatermarkStrategy<>(
                assigner, () -> new Bounded<>(boundMillis), 0, INTERVAL_MILLIS_DEFAULT);
    }

    /**
     * The same with a timeout after which a silent split is idle.
     *
     * @param millis see {@link #idleTimeoutMillis()}
     * @return a changed copy
     */
    public WatermarkStrategy<T> withIdleness(final long millis) {
        return new WatermarkStrategy<>(assigner, generators, millis, intervalMillis);
    }

    /**
     * The same with another interval.
     *
     * @param millis see {@link #intervalMillis()}
     * @return a changed copy
     */
    public WatermarkStrategy<T> withInterval(final long millis) {
        return new WatermarkStrategy<>(assigner, generators, idleTimeoutMillis, millis);
    }

    private static final class Silent<T> implements WatermarkGenerator<T> {
        @Override
        public void onRecord(final T value, final long timestampMillis) {}

        @Override
        public long currentWatermark() {
            return Watermarks.NONE;
        }
    }

    private static final class Bounded<T> implements WatermarkGenerator<T> {
        private final long boundMillis;
        private long greatestMillis = Watermarks.NO_TIMESTAMP;

        Bounded(final long boundMillis) {
            this.boundMillis = boundMillis;
        }

        @Override
        public void onRecord(final T value, final long timestampMillis) {
            greatestMillis = Math.max(greatestMillis, timestampMillis);
        }

        @Override
        public long currentWatermark() {
            final long watermark = greatestMillis - boundMillis - 1;
            return watermark < greatestMillis ? watermark : Watermarks.NONE; // underflow
        }
    }
}
