package io.geminid.perf.demo.log;

import io.geminid.runtime.connector.LinePosition;

/** Turns text into {@link LogLine}s and moves repetitions of the input to later times. */
public final class LogLineParser {

    private final AccessLogParser parser = new AccessLogParser();
    private final long shiftSeconds;

    public LogLineParser(final long shiftSeconds) {
        this.shiftSeconds = shiftSeconds;
    }

    /** Reads a line of a file. */
    public LogLine parse(final String text, final LinePosition position) {
        return parse(text, position.file(), position.offset(), position.repetition());
    }

    /**
     * Reads a line.
     *
     * @param text without its end
     * @param input index of the file, -1 if generated
     * @param offset of the line in it
     * @param repetition how often the input was read before
     */
    public LogLine parse(
            final String text, final int input, final long offset, final int repetition) {
        try {
            final AccessLogEntry entry = parser.parse(text);
            final long second = entry.epochSecond() + repetition * shiftSeconds;
            return LogLine.understood(new AccessLogEntry(entry.client(), second), text.length());
        } catch (final MalformedLineException e) {
            return LogLine.malformed(
                    new MalformedLine(input, offset, e.getMessage()), text.length());
        }
    }
}
