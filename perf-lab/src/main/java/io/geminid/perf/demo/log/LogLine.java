package io.geminid.perf.demo.log;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;

/**
 * A line that was read: a request, or what is wrong with it.
 *
 * @param entry who and when; {@code null} if the line was not understood
 * @param malformed where it is and why; {@code null} if the line was understood
 * @param bytes of the line, without its end
 */
public record LogLine(AccessLogEntry entry, MalformedLine malformed, int bytes) {

    /** Only needed if the source and what follows it are ever in different tasks. */
    public static final RecordSerializer<LogLine> SERIALIZER = new Serializer();

    public static LogLine understood(final AccessLogEntry entry, final int bytes) {
        return new LogLine(entry, null, bytes);
    }

    public static LogLine malformed(final MalformedLine malformed, final int bytes) {
        return new LogLine(null, malformed, bytes);
    }

    public boolean isUnderstood() {
        return entry != null;
    }

    private static final class Serializer implements RecordSerializer<LogLine> {

        @Override
        public void write(final LogLine value, final RecordOutput out) {
            out.putInt(value.bytes);
            out.putByte(value.isUnderstood() ? 1 : 0);
            if (value.isUnderstood()) {
                AccessLogEntry.SERIALIZER.write(value.entry, out);
            } else {
                out.putUtf8(value.malformed.toString());
            }
        }

        @Override
        public LogLine read(final RecordInput in) {
            final int bytes = in.getInt();
            return in.getByte() == 1
                    ? understood(AccessLogEntry.SERIALIZER.read(in), bytes)
                    : malformed(MalformedLine.parse(in.getUtf8()), bytes);
        }

        @Override
        public String id() {
            return "log-line";
        }
    }
}
