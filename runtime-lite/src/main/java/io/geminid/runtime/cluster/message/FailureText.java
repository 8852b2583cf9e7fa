package io.geminid.runtime.cluster.message;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.shuffle.descriptor.ResultPartitionId;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A failure as text: exceptions do not travel. Both parts are cut to a limit where they are made.
 *
 * @param message the type and message of the exception, seldom more than a line; empty for "no
 *     failure"
 * @param detail the stack trace; may be empty
 * @param consequence whether it most likely follows from another failure, which is then the one to
 *     be told
 * @param unreadable the partition that could not be read, whose producer has to run again; null if
 *     that was not it
 * @param damagedState whether what the task was restored from is damaged or gone
 */
public record FailureText(
        String message,
        String detail,
        boolean consequence,
        ResultPartitionId unreadable,
        boolean damagedState) {

    /** No failure. */
    public static final FailureText NONE = new FailureText("", "", false);

    /** Longest message: a line that a person reads, or a table of what is too little. */
    public static final int MESSAGE_CHARS_MAX = 8192;

    /** Longest detail: the frames that matter come first. */
    public static final int DETAIL_CHARS_MAX = 16_384;

    /**
     * Of something else than a partition.
     *
     * @param message see {@link #message()}
     * @param detail see {@link #detail()}
     * @param consequence see {@link #consequence()}
     */
    public FailureText(final String message, final String detail, final boolean consequence) {
        this(message, detail, consequence, null, false);
    }

    /** Cuts both parts. */
    public FailureText {
        message = cut(message, MESSAGE_CHARS_MAX);
        detail = cut(detail, DETAIL_CHARS_MAX);
    }

    /**
     * Describes an exception.
     *
     * @param failure what was thrown
     * @param consequence see {@link #consequence()}
     * @return its simple type and message, and its stack trace
     */
    public static FailureText of(final Throwable failure, final boolean consequence) {
        final StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        final String text = failure.getMessage();
        final String type = failure.getClass().getSimpleName();
        final String message = text == null ? type : type + ": " + text;
        return new FailureText(message, trace.toString(), consequence);
    }

    /**
     * The same, because of a partition.
     *
     * @param partition see {@link #unreadable()}
     * @return a changed copy
     */
    public FailureText of(final ResultPartitionId partition) {
        return new FailureText(message, detail, consequence, partition, false);
    }

    /**
     * The same, because of damaged state.
     *
     * @return a changed copy, which is no consequence
     */
    public FailureText ofDamagedState() {
        return new FailureText(message, detail, false, null, true);
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
        out.putByte(consequence ? 1 : 0);
        out.putByte(unreadable != null ? 1 : 0);
        if (unreadable != null) {
            Fields.writePartitionId(unreadable, out);
        }
        out.putByte(damagedState ? 1 : 0);
    }

    static FailureText read(final RecordInput in) {
        return new FailureText(
                in.getUtf8(),
                in.getUtf8(),
                in.getByte() != 0,
                in.getByte() != 0 ? Fields.readPartitionId(in) : null,
                in.getByte() != 0);
    }

    private static String cut(final String text, final int charsMax) {
        return text.length() <= charsMax ? text : text.substring(0, charsMax);
    }
}
