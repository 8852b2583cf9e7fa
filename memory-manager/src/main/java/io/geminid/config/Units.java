package io.geminid.config;

import java.time.Duration;
import java.util.Locale;

/** How sizes and times are written in properties and messages. */
public final class Units {
    private static final String[] SIZE_SUFFIXES = {"tb", "gb", "mb", "kb", "b"};
    private static final int[] SIZE_SHIFTS = {40, 30, 20, 10, 0};

    /** Longest suffix first where one ends like another. */
    private static final String[] TIME_SUFFIXES = {"min", "ms", "us", "ns", "h", "s"};

    private static final long[] TIME_NS = {
        60_000_000_000L, 1_000_000L, 1_000L, 1L, 3_600_000_000_000L, 1_000_000_000L
    };

    private Units() {}

    /**
     * Reads a size.
     *
     * @param text such as {@code 4096}, {@code 32kb}, {@code 4mb}, {@code 2gb}, {@code 1tb}; powers
     *     of 1024
     * @return bytes, 0 or more
     * @throws IllegalArgumentException when it is not a size
     * @throws ArithmeticException when it does not fit a long
     */
    public static long parseBytes(final String text) {
        final String lower = text.trim().toLowerCase(Locale.ROOT);
        for (int i = 0; i < SIZE_SUFFIXES.length; i++) {
            if (lower.endsWith(SIZE_SUFFIXES[i])) {
                return Math.multiplyExact(number(lower, SIZE_SUFFIXES[i]), 1L << SIZE_SHIFTS[i]);
            }
        }
        return number(lower, "");
    }

    /**
     * Reads a time.
     *
     * @param text such as {@code 500us}, {@code 20ms}, {@code 5s}, {@code 2min}, {@code 1h}; {@code
     *     0} needs no unit
     * @return the time, 0 or more
     * @throws IllegalArgumentException when it is not a time
     * @throws ArithmeticException when its nanoseconds do not fit a long
     */
    public static Duration parseDuration(final String text) {
        final String lower = text.trim().toLowerCase(Locale.ROOT);
        for (int i = 0; i < TIME_SUFFIXES.length; i++) {
            if (lower.endsWith(TIME_SUFFIXES[i])) {
                return Duration.ofNanos(
                        Math.multiplyExact(number(lower, TIME_SUFFIXES[i]), TIME_NS[i]));
            }
        }
        if ("0".equals(lower)) {
            return Duration.ZERO;
        }
        throw new IllegalArgumentException("time=" + text + " needs a unit: us, ms, s, min or h");
    }

    /**
     * Writes a size so that {@link #parseBytes} reads the same back.
     *
     * @param bytes 0 or more
     * @return in the largest unit that divides it
     */
    public static String bytesText(final long bytes) {
        for (int i = 0; i < SIZE_SUFFIXES.length - 1; i++) {
            if (bytes != 0 && bytes % (1L << SIZE_SHIFTS[i]) == 0) {
                return (bytes >> SIZE_SHIFTS[i]) + SIZE_SUFFIXES[i];
            }
        }
        return Long.toString(bytes);
    }

    /**
     * Writes a time so that {@link #parseDuration} reads the same back.
     *
     * @param time 0 or more
     * @return in the unit that makes it shortest
     */
    public static String durationText(final Duration time) {
        final long ns = time.toNanos();
        if (ns == 0) {
            return "0";
        }
        String best = ns + "ns";
        for (int i = 0; i < TIME_SUFFIXES.length; i++) {
            final String candidate = ns / TIME_NS[i] + TIME_SUFFIXES[i];
            if (ns % TIME_NS[i] == 0 && candidate.length() < best.length()) {
                best = candidate;
            }
        }
        return best;
    }

    private static long number(final String text, final String suffix) {
        final String digits = text.substring(0, text.length() - suffix.length()).trim();
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("value=" + text + " is not a number with a unit");
        }
        return Long.parseLong(digits);
    }
}
