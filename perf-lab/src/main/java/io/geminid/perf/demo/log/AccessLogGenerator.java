package io.geminid.perf.demo.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Makes the lines of an access log: any line by its number, the same each time, so that subtasks
 * can share the work and a check can make them again. Times grow with the number and are out of
 * order by less than a minute; few clients make most of the requests. Used by one thread.
 */
public final class AccessLogGenerator {

    /** Event time that all lines cover: enough for clients to come back after their sessions. */
    public static final long SPAN_SECONDS = 4L * 24 * 3_600;

    private static final long START_EPOCH_SECOND =
            Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();

    private static final int JITTER_SECONDS = 60;
    private static final int CLIENTS = 20_000;

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss +0000", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final long lineCount;
    private final long seed;
    private long lastSecond = Long.MIN_VALUE;
    private String lastSecondText;

    /**
     * @param lineCount lines of the whole log
     * @param seed another one makes another log
     */
    public AccessLogGenerator(final long lineCount, final long seed) {
        this.lineCount = lineCount;
        this.seed = seed;
    }

    /**
     * Makes a line.
     *
     * @param number from 0 on
     * @return a line in combined format
     */
    public String line(final long number) {
        final long random = mix(seed + number);
        final long second =
                START_EPOCH_SECOND
                        + (long) ((double) number / lineCount * SPAN_SECONDS)
                        - Long.remainderUnsigned(random, JITTER_SECONDS);
        final double uniform = (mix(random) >>> 11) * 0x1.0p-53;
        final int client = (int) (CLIENTS * uniform * uniform * uniform);
        return "10.0."
                + (client >>> 8)
                + "."
                + (client & 0xFF)
                + " - - ["
                + text(second)
                + "] \"GET /page/"
                + (random >>> 40 & 0xFFF)
                + " HTTP/1.1\" 200 "
                + (random >>> 48)
                + " \"-\" \"generated\"";
    }

    private String text(final long second) {
        if (second != lastSecond) {
            lastSecond = second;
            lastSecondText = SECOND.format(Instant.ofEpochSecond(second));
        }
        return lastSecondText;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(final long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
