package io.geminid.perf.demo.job;

import io.geminid.perf.demo.log.AccessLogEntry;
import io.geminid.serial.RecordInput;
import io.geminid.serial.RecordOutput;
import io.geminid.serial.RecordSerializer;
import io.geminid.state.kind.AggregateFunction;

/**
 * Requests of a client without a long pause between them.
 *
 * @param firstEpochSecond time of the first
 * @param lastEpochSecond time of the last
 * @param requests how many
 */
public record Session(long firstEpochSecond, long lastEpochSecond, long requests) {

    public static final RecordSerializer<Session> SERIALIZER = new Serializer();

    /** Folds requests into a session. */
    public static final AggregateFunction<AccessLogEntry, Session, Session> FOLD = new Fold();

    private static final Session EMPTY = new Session(Long.MAX_VALUE, Long.MIN_VALUE, 0);

    /** The line of the result file. */
    public String toLine(final String client) {
        return client + "," + firstEpochSecond + "," + lastEpochSecond + "," + requests;
    }

    private Session and(final Session other) {
        return new Session(
                Math.min(firstEpochSecond, other.firstEpochSecond),
                Math.max(lastEpochSecond, other.lastEpochSecond),
                requests + other.requests);
    }

    private static final class Fold implements AggregateFunction<AccessLogEntry, Session, Session> {

        @Override
        public Session createAccumulator() {
            return EMPTY;
        }

        @Override
        public Session add(final AccessLogEntry value, final Session accumulator) {
            return accumulator.and(new Session(value.epochSecond(), value.epochSecond(), 1));
        }

        @Override
        public Session getResult(final Session accumulator) {
            return accumulator;
        }

        @Override
        public Session merge(final Session first, final Session second) {
            return first.and(second);
        }
    }

    private static final class Serializer implements RecordSerializer<Session> {

        @Override
        public void write(final Session value, final RecordOutput out) {
            out.putLong(value.firstEpochSecond);
            out.putLong(value.lastEpochSecond);
            out.putLong(value.requests);
        }

        @Override
        public Session read(final RecordInput in) {
            return new Session(in.getLong(), in.getLong(), in.getLong());
        }

        @Override
        public String id() {
            return "session";
        }
    }
}
