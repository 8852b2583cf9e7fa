package io.geminid.runtime.window;

import io.geminid.serial.RecordFormatException;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordSerializer;
import io.geminid.serial.Serializers;

/**
 * An interval of time.
 *
 * @param start first millisecond
 * @param end one behind the last millisecond
 */
public record TimeWindow(long start, long end) {

    /** The window of everything: what count windows are given. */
    public static final TimeWindow ALL = new TimeWindow(Long.MIN_VALUE, Long.MAX_VALUE);

    /** Start and end, eight bytes each. */
    public static final RecordSerializer<TimeWindow> SERIALIZER =
            Serializers.of(
                    "time-window",
                    (window, out) -> {
                        out.putLong(window.start);
                        out.putLong(window.end);
                    },
                    TimeWindow::read);

    /** Checks that it is not empty. */
    public TimeWindow {
        if (start >= end) {
            throw new IllegalArgumentException("start=" + start + " end=" + end);
        }
    }

    /**
     * The last millisecond: the timestamp of the window's results.
     *
     * @return end - 1
     */
    public long maxTimestamp() {
        return end - 1;
    }

    /**
     * Whether two sessions are one: they overlap or touch.
     *
     * @param other another window
     * @return true if no gap lies between them
     */
    public boolean touches(final TimeWindow other) {
        return start <= other.end && other.start <= end;
    }

    /**
     * The smallest window around two.
     *
     * @param other another window
     * @return from the earlier start to the later end
     */
    public TimeWindow cover(final TimeWindow other) {
        return new TimeWindow(Math.min(start, other.start), Math.max(end, other.end));
    }

    private static TimeWindow read(final RecordInput in) {
        final long start = in.getLong();
        final long end = in.getLong();
        if (start >= end) {
            throw new RecordFormatException("start=" + start + " end=" + end);
        }
        return new TimeWindow(start, end);
    }
}
