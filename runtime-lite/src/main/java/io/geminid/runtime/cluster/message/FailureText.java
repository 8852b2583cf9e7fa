package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A failure as text: exceptions do not travel. Both parts are cut to a limit where they are made.
 *
 * @param message one line: the type and message of the exception; empty for "no failure"
 * @param detail the stack trace; may be empty
 */
public record FailureText(String message, String detail) {

    /** No failure. */
    public static final FailureText NONE = new FailureText("", "");

    /** Longest message: one line that a person reads. */
    public static final int MESSAGE_CHARS_MAX = 2048;

    /** Longest detail: the frames that matter come first. */
    public static final int DETAIL_CHARS_MAX = 16_384;

    /** Cuts both parts. */
    public FailureText {
        message = cut(message, MESSAGE_CHARS_MAX);
        detail = cut(detail, DETAIL_CHARS_MAX);
    }

    /**
     * Describes an exception.
     *
     * @param failure what was thrown
     * @return its simple type and message, and its stack trace
     */
    public static FailureText of(final Throwable failure) {
        final StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        final String text = failure.getMessage();
        final String type = failure.getClass().getSimpleName();
        return new FailureText(text == null ? type : type + ": " + text, trace.toString());
    }

    /**
     * @return true if there was a failure
     */
    public boolean isPresent() {
        return !message.isEmpty();
    }

    void write(final RecordOutput out) {
        out.putUtf8(message);
        out.putUtf8(detail);
    }

    static FailureText read(final RecordInput in) {
        return new FailureText(in.getUtf8(), in.getUtf8());
    }

    private static String cut(final String text, final int charsMax) {
        return text.length() <= charsMax ? text : text.substring(0, charsMax);
    }
}
