package io.geminid.runtime.window;

import io.geminid.state.TimeDomain;
import java.util.ArrayList;
import java.util.List;

/**
 * Which windows a timestamp falls into. Tumbling and sliding windows start at {@code offset + k *
 * slide} for every integer k, the same for all keys; a session starts as {@code [timestamp,
 * timestamp + gap)} and grows by merging.
 *
 * @param kind which kind
 * @param domain by which clock
 * @param sizeMillis length of a window; of a session, the gap that ends it
 * @param slideMillis distance between starts; equal to the size unless sliding
 * @param offsetMillis shift of the starts against 1970
 */
public record WindowAssigner(
        Kind kind, TimeDomain domain, long sizeMillis, long slideMillis, long offsetMillis) {

    /** What the windows look like. */
    public enum Kind {
        /** Without overlap, without gap: each record is in exactly one. */
        TUMBLING,
        /** Overlapping: each record is in about size / slide of them. */
        SLIDING,
        /** As long as records come with less than the gap between them; for each key. */
        SESSION
    }

    /** Checks the lengths. */
    public WindowAssigner {
        final boolean overlaps = slideMillis < sizeMillis;
        if (slideMillis < 1
                || slideMillis > sizeMillis
                || sizeMillis > Long.MAX_VALUE / 2
                || (overlaps && kind != Kind.SLIDING)) {
            throw new IllegalArgumentException(
                    "kind="
                            + kind
                            + " sizeMillis="
                            + sizeMillis
                            + " slideMillis="
                            + slideMillis
                            + " expected 1 <= slide <= size, equal unless sliding");
        }
    }

    /**
     * Tumbling windows that start at multiples of their size.
     *
     * @param domain by which clock
     * @param sizeMillis length of a window
     * @return the assigner
     */
    public static WindowAssigner tumbling(final TimeDomain domain, final long sizeMillis) {
        return new WindowAssigner(Kind.TUMBLING, domain, sizeMillis, sizeMillis, 0);
    }

    /**
     * Sliding windows that start at multiples of the slide.
     *
     * @param domain by which clock
     * @param sizeMillis length of a window
     * @param slideMillis distance between starts, at most the size
     * @return the assigner
     */
    public static WindowAssigner sliding(
            final TimeDomain domain, final long sizeMillis, final long slideMillis) {
        return new WindowAssigner(Kind.SLIDING, domain, sizeMillis, slideMillis, 0);
    }

    /**
     * Sessions.
     *
     * @param domain by which clock
     * @param gapMillis a key's session ends when it has no record for this long
     * @return the assigner
     */
    public static WindowAssigner session(final TimeDomain domain, final long gapMillis) {
        return new WindowAssigner(Kind.SESSION, domain, gapMillis, gapMillis, 0);
    }

    /**
     * The same with starts shifted. Sessions know no shift.
     *
     * @param millis see {@link #offsetMillis()}
     * @return a changed copy
     */
    public WindowAssigner withOffset(final long millis) {
        return new WindowAssigner(kind, domain, sizeMillis, slideMillis, millis);
    }

    /**
     * Whether windows of a key become one when they touch.
     *
     * @return true for sessions
     */
    public boolean isMerging() {
        return kind == Kind.SESSION;
    }

    /**
     * Finds the windows of a timestamp.
     *
     * @param timestampMillis the timestamp
     * @return each window once, the latest first; for a session, before any merging
     */
    public List<TimeWindow> windowsOf(final long timestampMillis) {
        if (kind == Kind.SESSION) {
            return List.of(new TimeWindow(timestampMillis, plus(timestampMillis, sizeMillis)));
        }
        final long sinceStart =
                Math.floorMod(
                        timestampMillis % slideMillis - offsetMillis % slideMillis, slideMillis);
        if (slideMillis == sizeMillis) {
            return List.of(window(timestampMillis, sinceStart));
        }
        final List<TimeWindow> windows = new ArrayList<>();
        for (long since = sinceStart; since < sizeMillis; since += slideMillis) {
            windows.add(window(timestampMillis, since));
        }
        return windows;
    }

    private TimeWindow window(final long timestampMillis, final long sinceStart) {
        final long end = plus(timestampMillis, sizeMillis - sinceStart);
        return new TimeWindow(minus(timestampMillis, sinceStart), end);
    }

    /**
     * A sum that stops at the end of time instead of going round.
     *
     * @param timestampMillis any
     * @param deltaMillis 0 or more
     * @return the sum, or {@link Long#MAX_VALUE}
     */
    static long plus(final long timestampMillis, final long deltaMillis) {
        final long sum = timestampMillis + deltaMillis;
        return sum < timestampMillis ? Long.MAX_VALUE : sum;
    }

    private static long minus(final long timestampMillis, final long deltaMillis) {
        final long difference = timestampMillis - deltaMillis;
        return difference > timestampMillis ? Long.MIN_VALUE : difference;
    }
}
