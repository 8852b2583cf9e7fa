package io.geminid.perf.demo.log;

import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;

/**
 * What the job needs of a request: who and when.
 *
 * @param client address of the client, as the log has it
 * @param epochSecond when, in seconds since 1970
 */
public record AccessLogEntry(String client, long epochSecond) {

    /** Client, then time. */
    public static final RecordSerializer<AccessLogEntry> SERIALIZER = new Serializer();

    private static final class Serializer implements RecordSerializer<AccessLogEntry> {

        @Override
        public void write(final AccessLogEntry value, final RecordOutput out) {
            out.putUtf8(value.client);
            out.putLong(value.epochSecond);
        }

        @Override
        public AccessLogEntry read(final RecordInput in) {
            return new AccessLogEntry(in.getUtf8(), in.getLong());
        }

        @Override
        public String id() {
            return "access-log-entry";
        }
    }
}
