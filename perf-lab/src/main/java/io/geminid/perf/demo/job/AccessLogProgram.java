package io.geminid.perf.demo.job;

import io.geminid.perf.demo.log.AccessLogEntry;
import io.geminid.perf.demo.log.LogLine;
import io.geminid.perf.demo.log.LogLineParser;
import io.geminid.runtime.api.DataStream;
import io.geminid.runtime.api.JobArguments;
import io.geminid.runtime.api.JobProgram;
import io.geminid.runtime.api.KeyedStream;
import io.geminid.runtime.api.StreamJob;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.connector.FileSink;
import io.geminid.runtime.connector.FileSource;
import io.geminid.runtime.operator.source.Source;
import io.geminid.runtime.time.WatermarkStrategy;
import io.geminid.runtime.time.Watermarks;
import io.geminid.runtime.window.WindowAssigner;
import io.geminid.runtime.window.WindowOperator;
import io.geminid.serial.Serializers;
import io.geminid.state.TimeDomain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The main job.
 *
 * <pre>
 *  read -> separate -+-> keyBy client +-> count    -> clients-*.csv
 *                    |                +-> sessions -> sessions-*.csv
 *                    +-> (malformed) ---------------> malformed-*.csv
 * </pre>
 */
public final class AccessLogProgram implements JobProgram {

    /** Requests of a client that are no further apart belong to one session. */
    public static final Duration SESSION_GAP = Duration.ofMinutes(30);

    /** A log is written when requests end, and so a little out of order. */
    private static final Duration OUT_OF_ORDER = Duration.ofMinutes(1);

    /** Name of the operator that keeps the accounts of what was read. */
    public static final String SEPARATE = "separate malformed lines";

    /** Name of the operator that makes sessions. */
    public static final String SESSIONS = "sessions";

    /** Counter of lines. */
    public static final String LINES_READ = "linesRead";

    /** Counter of their bytes. */
    public static final String LINE_BYTES = "lineBytes";

    /** Counter of those that were not understood. */
    public static final String LINES_MALFORMED = "linesMalformed";

    /** Counter of requests that came after their session had been closed. */
    public static final String LATE_DROPPED = WindowOperator.LATE_RECORDS_DROPPED;

    /** Prefix of the files with requests for each client. */
    public static final String CLIENTS_FILES = "clients";

    /** Prefix of the files with sessions. */
    public static final String SESSIONS_FILES = "sessions";

    /** Prefix of the files with lines that were not understood. */
    public static final String MALFORMED_FILES = "malformed";

    private static final String NAME = "access-log";

    /** The name that a job's reports have for a counter of an operator. */
    public static String reported(final String operator, final String counter) {
        return operator + "." + counter;
    }

    /** What to submit to a cluster. */
    public static JobRequest request(final AccessLogArguments arguments) {
        return new JobRequest(NAME, arguments.toStrings());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void define(final StreamJob job, final JobArguments given) {
        final AccessLogArguments arguments = AccessLogArguments.parse(given);
        final String output = arguments.output().toString();
        final DataStream<AccessLogEntry> entries =
                job.parallelism(arguments.parallelism())
                        .source("read", source(arguments), watermarks(), LogLine.SERIALIZER)
                        .process(
                                SEPARATE,
                                () ->
                                        new SeparateMalformed(
                                                arguments.failOnMalformed(), arguments.input()),
                                AccessLogEntry.SERIALIZER);
        entries.sideOutput(SeparateMalformed.MALFORMED)
                .sink("write malformed", () -> new FileSink<>(output, MALFORMED_FILES));

        final KeyedStream<String, AccessLogEntry> byClient =
                entries.keyBy(AccessLogEntry::client, Serializers.STRING);
        byClient.process("count", CountRequests::new, Serializers.STRING)
                .sink("write clients", () -> new FileSink<>(output, CLIENTS_FILES));
        byClient.window(WindowAssigner.session(TimeDomain.EVENT_TIME, SESSION_GAP.toMillis()))
                .<Session, Session, String>aggregate(
                        SESSIONS,
                        Session.FOLD,
                        Session.SERIALIZER,
                        (client, window, session, out) -> out.collect(session.toLine(client)),
                        Serializers.STRING)
                .sink("write sessions", () -> new FileSink<>(output, SESSIONS_FILES));
    }

    private static Source<LogLine, ?> source(final AccessLogArguments arguments) {
        if (arguments.input().isEmpty()) {
            return new GeneratedLogSource(
                    arguments.records(), arguments.loop(), arguments.shiftSeconds());
        }
        return FileSource.of(
                        arguments.input().stream().map(Object::toString).toList(),
                        () -> new LogLineParser(arguments.shiftSeconds())::parse)
                .withCharset(StandardCharsets.ISO_8859_1)
                .withRepetitions(arguments.loop());
    }

    private static WatermarkStrategy<LogLine> watermarks() {
        return WatermarkStrategy.boundedOutOfOrderness(
                OUT_OF_ORDER.toMillis(),
                (line, ignored) ->
                        line.isUnderstood()
                                ? line.entry().epochSecond() * 1_000
                                : Watermarks.NO_TIMESTAMP);
    }
}
