package io.geminid.perf.shuffle;

import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportText;
import io.geminid.perf.report.Run;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;
import java.util.Map;

/** A report of {@code perf shuffle} for people. */
final class ShuffleTable {

    private static final String RECORD_BYTES = "recordBytes";

    private final Report report;

    ShuffleTable(final Report report) {
        this.report = report;
    }

    static Map<String, Object> params(final int recordBytes) {
        return Map.of(RECORD_BYTES, recordBytes);
    }

    void print(final PrintWriter out) {
        ReportText.print(report, out, runs(), ratios());
    }

    private Table runs() {
        final Table table =
                new Table(
                        "subject",
                        "case",
                        "record B",
                        "MB/s",
                        "min",
                        "max",
                        "records/s",
                        "CPU s/GB",
                        "machine",
                        "us/2",
                        "alloc B/record");
        for (final Run run : report.runs()) {
            final Metric rate = run.metrics().get(Measurement.BYTES_PER_SECOND);
            table.row(
                    run.subject(),
                    run.caseName(),
                    recordBytes(run.params()),
                    ReportText.text("%.0f", rate.median() / 1e6),
                    ReportText.text("%.0f", rate.min() / 1e6),
                    ReportText.text("%.0f", rate.max() / 1e6),
                    ReportText.median(run, Measurement.RECORDS_PER_SECOND, "%,.0f"),
                    ReportText.median(run, Measurement.CPU_SECONDS_PER_GB, "%.2f"),
                    ReportText.median(run, Measurement.MACHINE_CPU_SECONDS_PER_GB, "%.2f"),
                    ReportText.median(run, Measurement.HALF_TRIP_US, "%.1f"),
                    ReportText.median(run, Measurement.ALLOCATED_BYTES_PER_RECORD, "%.3f"));
        }
        return table;
    }

    private Table ratios() {
        final Table table = new Table("ratio", "case", "record B", "of", "median", "min", "max");
        for (final Ratio ratio : report.ratios()) {
            table.row(
                    ratio.subject() + " : " + ratio.peer(),
                    ratio.caseName(),
                    recordBytes(ratio.params()),
                    ratio.metric(),
                    ReportText.text("%.2f", ratio.median()),
                    ReportText.text("%.2f", ratio.min()),
                    ReportText.text("%.2f", ratio.max()));
        }
        return table;
    }

    private static String recordBytes(final Map<String, Object> params) {
        return ReportText.text("%,d", params.get(RECORD_BYTES));
    }
}
