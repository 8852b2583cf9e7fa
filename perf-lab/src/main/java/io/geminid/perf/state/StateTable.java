package io.geminid.perf.state;

import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportText;
import io.geminid.perf.report.Run;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report of {@code perf state} for people. */
final class StateTable {

    static final String KEYS = "keys";
    static final String VALUE_BYTES = "valueBytes";

    /** What is compared; a line of the table of ratios has a column for each. */
    static final List<String> COMPARED =
            List.of(
                    StateMetrics.OPS_PER_SECOND,
                    StateMetrics.CPU_NS_PER_OP,
                    StateMetrics.PROCESS_CPU_NS_PER_OP,
                    StateMetrics.MEMORY_BYTES_PER_ENTRY);

    private final Report report;

    StateTable(final Report report) {
        this.report = report;
    }

    void print(final PrintWriter out) {
        ReportText.print(report, out, runs(), ratios());
    }

    private Table runs() {
        final Table table =
                new Table(
                        "subject",
                        "case",
                        "keys",
                        "value B",
                        "ops/s",
                        "min",
                        "max",
                        "CPU ns/op",
                        "process",
                        "GC %",
                        "alloc B",
                        "mem B/entry",
                        "disk");
        for (final Run run : report.runs()) {
            final Metric rate = run.metrics().get(StateMetrics.OPS_PER_SECOND);
            table.row(
                    run.subject(),
                    run.caseName(),
                    count(run.params(), KEYS),
                    count(run.params(), VALUE_BYTES),
                    ReportText.text("%,.0f", rate.median()),
                    ReportText.text("%,.0f", rate.min()),
                    ReportText.text("%,.0f", rate.max()),
                    ReportText.median(run, StateMetrics.CPU_NS_PER_OP, "%,.0f"),
                    ReportText.median(run, StateMetrics.PROCESS_CPU_NS_PER_OP, "%,.0f"),
                    ReportText.median(run, StateMetrics.GC_PERCENT, "%.1f"),
                    ReportText.median(run, StateMetrics.ALLOCATED_BYTES_PER_OP, "%,.0f"),
                    ReportText.median(run, StateMetrics.MEMORY_BYTES_PER_ENTRY, "%,.0f"),
                    ReportText.median(run, StateMetrics.FILE_BYTES_PER_ENTRY, "%,.0f"));
        }
        return table;
    }

    private record Line(String pair, String caseName, Map<String, Object> params) {}

    private Table ratios() {
        final Map<Line, Map<String, Ratio>> lines = new LinkedHashMap<>();
        for (final Ratio ratio : report.ratios()) {
            lines.computeIfAbsent(
                            new Line(
                                    ratio.subject() + " : " + ratio.peer(),
                                    ratio.caseName(),
                                    ratio.params()),
                            line -> new LinkedHashMap<>())
                    .put(ratio.metric(), ratio);
        }
        final Table table =
                new Table(
                        "ratio",
                        "case",
                        "keys",
                        "value B",
                        "ops/s",
                        "min",
                        "max",
                        "CPU/op",
                        "process CPU/op",
                        "memory");
        lines.forEach(
                (line, byMetric) ->
                        table.row(
                                line.pair,
                                line.caseName,
                                count(line.params, KEYS),
                                count(line.params, VALUE_BYTES),
                                ReportText.text("%.2f", rate(byMetric).median()),
                                ReportText.text("%.2f", rate(byMetric).min()),
                                ReportText.text("%.2f", rate(byMetric).max()),
                                median(byMetric, StateMetrics.CPU_NS_PER_OP),
                                median(byMetric, StateMetrics.PROCESS_CPU_NS_PER_OP),
                                median(byMetric, StateMetrics.MEMORY_BYTES_PER_ENTRY)));
        return table;
    }

    private static Ratio rate(final Map<String, Ratio> byMetric) {
        return byMetric.get(StateMetrics.OPS_PER_SECOND);
    }

    private static String median(final Map<String, Ratio> byMetric, final String metric) {
        final Ratio ratio = byMetric.get(metric);
        return ratio == null ? "-" : ReportText.text("%.2f", ratio.median());
    }

    private static String count(final Map<String, Object> params, final String name) {
        return ReportText.text("%,d", params.get(name));
    }
}
