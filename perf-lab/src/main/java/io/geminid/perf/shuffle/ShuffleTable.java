package io.geminid.perf.shuffle;

import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.Run;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** A report of {@code perf shuffle} for people. */
final class ShuffleTable {

    private final Report report;

    ShuffleTable(final Report report) {
        this.report = report;
    }

    void print(final PrintWriter out) {
        final Environment where = report.environment();
        out.println(
                text(
                        "%s, %d cores, JDK %s, %s, load %.1f, commit %s",
                        where.cpu(),
                        where.cores(),
                        where.jdk(),
                        where.kernel(),
                        where.load(),
                        report.commit()));
        out.println();
        printRuns(out);
        out.println();
        printRatios(out);
        out.println();
        out.println("noise: " + (report.noise() == null ? "low" : report.noise()));
        out.flush();
    }

    private void printRuns(final PrintWriter out) {
        final Table table =
                new Table(
                        "subject",
                        "record B",
                        "MB/s",
                        "min",
                        "max",
                        "records/s",
                        "CPU s/GB",
                        "alloc B/record");
        for (final Run run : report.runs()) {
            final Metric rate = run.metrics().get(Measurement.BYTES_PER_SECOND);
            table.row(
                    run.subject(),
                    recordBytes(run.params()),
                    text("%.0f", rate.median() / 1e6),
                    text("%.0f", rate.min() / 1e6),
                    text("%.0f", rate.max() / 1e6),
                    median(run, Measurement.RECORDS_PER_SECOND, "%,.0f"),
                    median(run, Measurement.CPU_SECONDS_PER_GB, "%.2f"),
                    median(run, Measurement.ALLOCATED_BYTES_PER_RECORD, "%.3f"));
        }
        table.print(out);
    }

    private void printRatios(final PrintWriter out) {
        final Table table = new Table("ratio", "record B", "of", "median", "min", "max");
        for (final Ratio ratio : report.ratios()) {
            table.row(
                    ratio.subject() + " : " + ratio.peer(),
                    recordBytes(ratio.params()),
                    ratio.metric(),
                    text("%.2f", ratio.median()),
                    text("%.2f", ratio.min()),
                    text("%.2f", ratio.max()));
        }
        table.print(out);
    }

    private static String recordBytes(final Map<String, Object> params) {
        return text("%,d", params.get(Results.RECORD_BYTES));
    }

    private static String median(final Run run, final String metric, final String format) {
        final Metric value = run.metrics().get(metric);
        return value == null ? "-" : text(format, value.median());
    }

    private static String text(final String format, final Object... args) {
        return String.format(Locale.ROOT, format, args);
    }
}
