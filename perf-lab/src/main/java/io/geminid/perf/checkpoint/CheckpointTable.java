package io.geminid.perf.checkpoint;

import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportText;
import io.geminid.perf.report.Run;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;

/** A report of {@code perf checkpoint} for people. */
final class CheckpointTable {

    static final String SNAPSHOT = "snapshot";
    static final String RESTORE = "restore";
    static final String DIRTY_PERCENT = "dirtyPercent";

    private final Report report;

    CheckpointTable(final Report report) {
        this.report = report;
    }

    void print(final PrintWriter out) {
        ReportText.print(report, out, runs(), ratios());
    }

    private Table runs() {
        final Table table =
                new Table("subject", "case", "dirty %", "figure", "median", "min", "max");
        for (final Run run : report.runs()) {
            run.metrics()
                    .forEach(
                            (name, metric) ->
                                    table.row(
                                            run.subject(),
                                            run.caseName(),
                                            dirty(run.params().get(DIRTY_PERCENT)),
                                            name,
                                            text(metric.median()),
                                            text(metric.min()),
                                            text(metric.max())));
        }
        return table;
    }

    private Table ratios() {
        final Table table = new Table("ratio", "case", "dirty %", "of", "median", "min", "max");
        for (final Ratio ratio : report.ratios()) {
            final Metric all = new Metric(ratio.median(), ratio.min(), ratio.max());
            table.row(
                    ratio.subject() + " : " + ratio.peer(),
                    ratio.caseName(),
                    dirty(ratio.params().get(DIRTY_PERCENT)),
                    ratio.metric(),
                    text(all.median()),
                    text(all.min()),
                    text(all.max()));
        }
        return table;
    }

    private static String dirty(final Object percent) {
        return percent == null ? "-" : percent.toString();
    }

    private static String text(final double value) {
        return ReportText.text(Math.abs(value) < 10 ? "%.3f" : "%,.0f", value);
    }
}
