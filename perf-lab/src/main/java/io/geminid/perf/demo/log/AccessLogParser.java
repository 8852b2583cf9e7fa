package io.geminid.perf.demo.log;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Reads one line of a web access log in combined (or common) format.
 *
 * <pre>
 * 83.149.9.216 - frank [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 2326 "referer" "agent"
 * </pre>
 *
 * <p>Everything up to the size is checked; what comes behind is free, as servers add to it. Used by
 * one thread.
 */
public final class AccessLogParser {

    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /** {@code 17/May/2015:10:05:03 +0000}. */
    private static final int TIME_CHARS = 26;

    private static final int SECONDS_PER_DAY = 86_400;

    private String line;
    private int at;
    private long day;
    private String dayText = "";

    /**
     * Reads a line.
     *
     * @param text without its line end
     * @return who and when
     * @throws MalformedLineException says what is wrong and at which column
     */
    public AccessLogEntry parse(final String text) throws MalformedLineException {
        line = text;
        at = 0;
        final String client = word("client");
        word("identity");
        word("user");
        final long epochSecond = time();
        request();
        number("status", false);
        number("size", true);
        return new AccessLogEntry(client, epochSecond);
    }

    private String word(final String what) throws MalformedLineException {
        final int end = line.indexOf(' ', at);
        if (end <= at) {
            throw malformed(what);
        }
        final String word = line.substring(at, end);
        at = end + 1;
        return word;
    }

    private long time() throws MalformedLineException {
        final int close = at + 1 + TIME_CHARS;
        if (close + 1 >= line.length()
                || line.charAt(at) != '['
                || line.charAt(close) != ']'
                || line.charAt(close + 1) != ' ') {
            throw malformed("time in brackets");
        }
        final int start = at + 1;
        final long seconds =
                digits(start + 12, 2, 23) * 3_600L
                        + digits(start + 15, 2, 59) * 60L
                        + digits(start + 18, 2, 60);
        final long time = day(start) * SECONDS_PER_DAY + seconds - zoneSeconds(start + 21);
        at = close + 2;
        return time;
    }

    /** Days since 1970; lines of one day come together, so the last day is kept. */
    private long day(final int start) throws MalformedLineException {
        if (dayText.isEmpty() || !line.regionMatches(start, dayText, 0, dayText.length())) {
            final int month = MONTHS.indexOf(line.substring(start + 3, start + 6));
            if (month < 0 || month % 3 != 0) {
                throw malformed("date");
            }
            try {
                final int year = digits(start + 7, 4, 9_999);
                day = LocalDate.of(year, month / 3 + 1, digits(start, 2, 31)).toEpochDay();
            } catch (final DateTimeException e) {
                throw malformed("date");
            }
            dayText = line.substring(start, start + 11);
        }
        return day;
    }

    private int zoneSeconds(final int start) throws MalformedLineException {
        final char sign = line.charAt(start);
        if (sign != '+' && sign != '-') {
            throw malformed("time zone");
        }
        final int seconds = digits(start + 1, 2, 23) * 3_600 + digits(start + 3, 2, 59) * 60;
        return sign == '+' ? seconds : -seconds;
    }

    private int digits(final int from, final int count, final int max)
            throws MalformedLineException {
        int value = 0;
        for (int i = from; i < from + count; i++) {
            final int digit = line.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed("time");
            }
            value = value * 10 + digit;
        }
        if (value > max) {
            throw malformed("time");
        }
        return value;
    }

    /** The request is quoted and may hold escaped quotes. */
    private void request() throws MalformedLineException {
        if (at >= line.length() || line.charAt(at) != '"') {
            throw malformed("request in quotes");
        }
        int end = line.indexOf('"', at + 1);
        while (end > 0 && line.charAt(end - 1) == '\\') {
            end = line.indexOf('"', end + 1);
        }
        if (end < 0 || end + 1 >= line.length() || line.charAt(end + 1) != ' ') {
            throw malformed("request in quotes");
        }
        at = end + 2;
    }

    private void number(final String what, final boolean mayBeAbsent)
            throws MalformedLineException {
        final int space = line.indexOf(' ', at);
        final int end = space < 0 ? line.length() : space;
        final boolean absent = mayBeAbsent && end == at + 1 && line.charAt(at) == '-';
        if (end <= at || !absent && !isNumber(at, end)) {
            throw malformed(what);
        }
        at = Math.min(end + 1, line.length());
    }

    private boolean isNumber(final int from, final int to) {
        for (int i = from; i < to; i++) {
            if (line.charAt(i) < '0' || line.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private MalformedLineException malformed(final String expected) {
        return new MalformedLineException("expected " + expected + " at column " + (at + 1));
    }
}
