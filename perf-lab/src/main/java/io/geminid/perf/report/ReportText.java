package io.geminid.perf.report;

import java.io.PrintWriter;
import java.util.Locale;

/** A report for people: where it was made, tables, and how far to trust them. */
public final class ReportText {

    private ReportText() {}

    /**
     * Prints a report.
     *
     * @param report what is said before and after the tables
     * @param out where to
     * @param tables what is in between
     */
    public static void print(final Report report, final PrintWriter out, final Table... tables) {
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
        for (final Table table : tables) {
            table.print(out);
            out.println();
        }
        out.println("noise: " + (report.noise() == null ? "low" : report.noise()));
        out.flush();
    }

    /**
     * The median of a run's metric.
     *
     * @param run which
     * @param metric which
     * @param format for one double
     * @return {@code "-"} if the run has no such metric
     */
    public static String median(final Run run, final String metric, final String format) {
        final Metric value = run.metrics().get(metric);
        return value == null ? "-" : text(format, value.median());
    }

    /**
     * Formats alike everywhere.
     *
     * @param format see {@link String#format}
     * @param args for it
     * @return the text
     */
    public static String text(final String format, final Object... args) {
        return String.format(Locale.ROOT, format, args);
    }
}
