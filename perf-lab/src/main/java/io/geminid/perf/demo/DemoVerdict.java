package io.geminid.perf.demo;

import io.geminid.perf.demo.job.AccessLogProgram;
import io.geminid.perf.demo.log.MalformedLine;
import io.geminid.runtime.cluster.checkpoint.CheckpointTotals;
import io.geminid.runtime.cluster.job.JobResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The accounts of a job that finished: printed, and checked against each other. */
final class DemoVerdict {

    private static final int MALFORMED_SHOWN_MAX = 5;

    private final JobResult result;
    private final DemoOutput output;
    private final List<Path> input;
    private final PrintWriter out;
    private final Failure failure;
    private final List<String> wrong = new ArrayList<>();

    DemoVerdict(
            final JobResult result,
            final DemoOutput output,
            final List<Path> input,
            final PrintWriter out,
            final Failure failure) {
        this.failure = failure;
        this.result = result;
        this.output = output;
        this.input = input;
        this.out = out;
    }

    /**
     * What was done to the job, and what its results should be nevertheless.
     *
     * @param killed process id of the worker that was killed, 0 if none was
     * @param comparison with results computed by other means; {@code null} if that is too much
     */
    record Failure(long killed, DemoComparison comparison) {}

    /**
     * Prints the accounts of published results.
     *
     * @return true if every record and every segment is accounted for
     */
    boolean print() throws IOException {
        final long lines = sum(AccessLogProgram.SEPARATE, AccessLogProgram.LINES_READ);
        final long bytes = sum(AccessLogProgram.SEPARATE, AccessLogProgram.LINE_BYTES);
        final long bad = sum(AccessLogProgram.SEPARATE, AccessLogProgram.LINES_MALFORMED);
        final long late = sum(AccessLogProgram.SESSIONS, AccessLogProgram.LATE_DROPPED);
        final DemoTotals totals =
                new DemoTotals(
                        output.parts(AccessLogProgram.CLIENTS_FILES),
                        output.parts(AccessLogProgram.SESSIONS_FILES));
        final double seconds = result.elapsedNs() / 1e9;

        line("records in", "%,d, and %,d malformed lines", lines - bad, bad);
        if (bad > 0) {
            printMalformed();
        }
        line(
                "accounted for",
                "%,d counted; %,d in sessions, %,d late",
                totals.counted(),
                totals.inSessions(),
                late);
        line(
                "clients",
                "%,d, busiest %s with %,d requests",
                totals.clients(),
                totals.busiest(),
                totals.busiestRequests());
        line("sessions", "%,d", totals.sessions());
        printCheckpoints();
        line("segments", "%,d out, %,d back", result.segmentsTaken(), result.segmentsReturned());
        line("checksum failures", "%,d", result.checksumFailures());
        line(
                "time",
                "%.1f s, %,.0f records/s, %.1f MB/s",
                seconds,
                lines / seconds,
                bytes / seconds / 1e6);
        line("output", "%s", output.directory());

        check(totals.counted() == lines - bad, "not every record was counted");
        check(totals.inSessions() + late == lines - bad, "not every record is in a session");
        check(result.segmentsTaken() == result.segmentsReturned(), "segments are missing");
        check(result.checksumFailures() == 0, "there were checksum failures");
        compare(late);
        out.println(
                wrong.isEmpty()
                        ? "PASSED: every record and every segment is accounted for"
                        : "FAILED: " + String.join("; ", wrong));
        out.flush();
        return wrong.isEmpty();
    }

    private void printCheckpoints() {
        final CheckpointTotals totals = result.checkpoints();
        line(
                "checkpoints",
                "%,d completed, %,d given up; %,d bytes in flight kept",
                totals.completed(),
                totals.failed(),
                totals.channelBytes());
        if (failure.killed != 0) {
            line(
                    "killed",
                    "worker pid=%d; %d restart%s, %,d bytes in flight given back",
                    failure.killed,
                    totals.restarts(),
                    totals.restarts() == 1 ? "" : "s",
                    totals.givenBack());
        }
        check(
                failure.killed == 0 || totals.restarts() > 0,
                "a worker was killed and the job not restarted");
    }

    private void compare(final long late) throws IOException {
        if (failure.comparison == null) {
            line("compared", "no: more than can be computed again in this process");
            return;
        }
        final boolean clients =
                failure.comparison.clientsAgree(output.parts(AccessLogProgram.CLIENTS_FILES));
        final boolean sessions =
                late > 0
                        || failure.comparison.sessionsAgree(
                                output.parts(AccessLogProgram.SESSIONS_FILES));
        check(clients, "clients are not those of an independent computation");
        check(sessions, "sessions are not those of an independent computation");
        line(
                "compared",
                "%s an independent computation",
                clients && sessions ? "equal to" : "different from");
    }

    private long sum(final String operator, final String counter) {
        return result.sum(operator, AccessLogProgram.reported(operator, counter));
    }

    private void check(final boolean right, final String message) {
        if (!right) {
            wrong.add(message);
        }
    }

    private void line(final String title, final String format, final Object... args) {
        out.printf(Locale.ROOT, "%-18s %s%n", title, String.format(Locale.ROOT, format, args));
    }

    /** Shows the first lines that were not understood, with their numbers. */
    private void printMalformed() throws IOException {
        int shown = 0;
        for (final Path part : output.parts(AccessLogProgram.MALFORMED_FILES)) {
            try (BufferedReader lines = Files.newBufferedReader(part)) {
                String line = lines.readLine();
                while (line != null && shown < MALFORMED_SHOWN_MAX) {
                    line("", "%s", MalformedLine.parse(line).describe(input));
                    shown++;
                    line = lines.readLine();
                }
            }
        }
        line(
                "",
                "all of them: %s-*.csv",
                output.directory().resolve(AccessLogProgram.MALFORMED_FILES));
    }
}
