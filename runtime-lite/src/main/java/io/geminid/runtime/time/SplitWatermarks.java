package io.geminid.runtime.time;

import java.util.Arrays;

/**
 * Timestamps, watermarks and idleness of the splits of one source subtask. Each split has a
 * generator of its own, so that a fast split does not make the records of a slow one late.
 *
 * <p>Task thread only; the caller says what time it is.
 *
 * @param <T> type of the records
 */
public final class SplitWatermarks<T> {

    private static final long NOT_EMPTY = Long.MIN_VALUE;

    private final WatermarkStrategy<T> strategy;
    private final WatermarkOutput output;
    private final WatermarkCombiner combiner;
    private final Split<T>[] splits;

    /**
     * Starts with splits that are active and have sent nothing.
     *
     * @param splitCount how many
     * @param strategy makes timestamps and watermarks
     * @param output where to
     */
    public SplitWatermarks(
            final int splitCount,
            final WatermarkStrategy<T> strategy,
            final WatermarkOutput output) {
        this.strategy = strategy;
        this.output = output;
        combiner = new WatermarkCombiner(splitCount, output);
        splits = newArray(splitCount);
        Arrays.setAll(splits, i -> new Split<>(strategy.generators().get()));
    }

    /**
     * A record was read; called before it is sent.
     *
     * @param split from which split
     * @param value the record
     * @param sourceTimestampMillis what the source attached
     * @return its timestamp
     */
    public long onRecord(final int split, final T value, final long sourceTimestampMillis) {
        final long timestamp = strategy.assigner().timestampOf(value, sourceTimestampMillis);
        final Split<T> s = splits[split];
        s.emptySinceMillis = NOT_EMPTY;
        if (s.idle) {
            s.idle = false;
            combiner.onStatus(split, WatermarkStatus.ACTIVE);
        }
        s.generator.onRecord(value, timestamp);
        return timestamp;
    }

    /**
     * A record was sent.
     *
     * @param split from which split
     */
    public void afterRecord(final int split) {
        if (strategy.intervalMillis() == 0) {
            combiner.onWatermark(split, splits[split].watermark());
        }
    }

    /**
     * How far event time has come in a split.
     *
     * @param split which
     * @return its watermark, or {@link Watermarks#NONE}
     */
    public long watermark(final int split) {
        return splits[split].watermark();
    }

    /**
     * Event time had come so far before a failure, and does not go back.
     *
     * @param split which
     * @param watermark what {@link #watermark} said
     */
    public void restore(final int split, final long watermark) {
        splits[split].restored = watermark;
    }

    /**
     * A split has nothing. Its time until it is idle begins, unless it runs already.
     *
     * @param split which
     * @param nowMillis the time of day
     */
    public void onEmpty(final int split, final long nowMillis) {
        final Split<T> s = splits[split];
        if (s.emptySinceMillis == NOT_EMPTY) {
            s.emptySinceMillis = nowMillis;
        }
    }

    /**
     * A split may have something that was not asked for yet: it is not empty.
     *
     * @param split which
     */
    public void onMaybeAvailable(final int split) {
        splits[split].emptySinceMillis = NOT_EMPTY;
    }

    /**
     * A split has ended.
     *
     * @param split which
     */
    public void onSplitEnd(final int split) {
        splits[split].ended = true;
        combiner.remove(split);
    }

    /**
     * Time passes: sends the watermarks due and finds idle splits. To be called every {@link
     * #tickMillis()}.
     *
     * @param nowMillis the time of day
     */
    public void onTick(final long nowMillis) {
        for (int i = 0; i < splits.length; i++) {
            final Split<T> s = splits[i];
            if (s.ended || s.idle) {
                continue;
            }
            combiner.onWatermark(i, s.watermark());
            if (strategy.idleTimeoutMillis() > 0
                    && s.emptySinceMillis != NOT_EMPTY
                    && nowMillis - s.emptySinceMillis >= strategy.idleTimeoutMillis()) {
                s.idle = true;
                combiner.onStatus(i, WatermarkStatus.IDLE);
            }
        }
    }

    /** The source has ended: the last watermark, which counts even if all was idle. */
    public void onEnd() {
        if (combiner.status() == WatermarkStatus.IDLE) {
            output.emitStatus(WatermarkStatus.ACTIVE);
        }
        if (combiner.watermark() < Watermarks.MAX) {
            output.emitWatermark(Watermarks.MAX);
        }
    }

    /**
     * How often {@link #onTick} is needed.
     *
     * @return milliseconds, or 0 for never
     */
    public long tickMillis() {
        final long interval = strategy.intervalMillis();
        final long timeout = strategy.idleTimeoutMillis();
        if (interval == 0 || timeout == 0) {
            return Math.max(interval, timeout);
        }
        return Math.min(interval, timeout);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic types
    private static <T> Split<T>[] newArray(final int length) {
        return new Split[length];
    }

    private static final class Split<T> {
        private final WatermarkGenerator<T> generator;
        private long emptySinceMillis = NOT_EMPTY;
        private boolean idle;
        private boolean ended;
        private long restored = Watermarks.NONE;

        Split(final WatermarkGenerator<T> generator) {
            this.generator = generator;
        }

        long watermark() {
            return Math.max(restored, generator.currentWatermark());
        }
    }
}
