package io.geminid.perf.flink;

import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportText;
import io.geminid.perf.report.Run;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;

/** A report of what was measured inside Flink, for people: a line for each figure. */
final class FlinkTable {

    private final Report report;

    FlinkTable(final Report report) {
        this.report = report;
    }

    void print(final PrintWriter out) {
        ReportText.print(report, out, runs(), ratios());
    }

    private Table runs() {
        final Table table = new Table("subject", "case", "of", "median", "min", "max");
        for (final Run run : report.runs()) {
            run.metrics()
                    .forEach(
                            (name, value) -> {
                                if (value.max() > 0) {
                                    row(table, run, name, value);
                                }
                            });
        }
        return table;
    }

    private static void row(
            final Table table, final Run run, final String name, final Metric value) {
        final String format = value.max() < 100 ? "%,.2f" : "%,.0f";
        table.row(
                run.subject(),
                what(run.caseName(), run.params()),
                name,
                ReportText.text(format, value.median()),
                ReportText.text(format, value.min()),
                ReportText.text(format, value.max()));
    }

    private Table ratios() {
        final Table table = new Table("ratio", "case", "of", "median", "min", "max");
        for (final Ratio ratio : report.ratios()) {
            table.row(
                    ratio.subject() + " : " + ratio.peer(),
                    what(ratio.caseName(), ratio.params()),
                    ratio.metric(),
                    ReportText.text("%.2f", ratio.median()),
                    ReportText.text("%.2f", ratio.min()),
                    ReportText.text("%.2f", ratio.max()));
        }
        return table;
    }

    private static String what(final String caseName, final Map<String, Object> params) {
        return caseName
                + params.entrySet().stream()
                        .map(each -> ReportText.text(" %s=%,d", each.getKey(), each.getValue()))
                        .collect(Collectors.joining());
    }
}
