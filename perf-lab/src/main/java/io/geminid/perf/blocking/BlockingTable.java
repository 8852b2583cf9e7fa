package io.geminid.perf.blocking;

import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportText;
import io.geminid.perf.report.Run;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** A report of {@code perf blocking} for people. */
final class BlockingTable {

    static final String EXCHANGE = "exchange";

    private static final String COMPRESSION = "compression";
    private static final String DURABLE = "durable";
    private static final double MB = 1e6;

    private final Report report;

    BlockingTable(final Report report) {
        this.report = report;
    }

    static Map<String, Object> params(final String compression, final boolean durable) {
        final Map<String, Object> params = new LinkedHashMap<>();
        params.put(COMPRESSION, compression);
        params.put(DURABLE, durable);
        return params;
    }

    void print(final PrintWriter out) {
        ReportText.print(report, out, runs(), ratios());
    }

    private Table runs() {
        final Table table =
                new Table(
                        "subject",
                        "compression",
                        "forced",
                        "write MB/s",
                        "min",
                        "max",
                        "CPU s/GB",
                        "written : payload",
                        "read MB/s",
                        "min",
                        "max",
                        "CPU s/GB");
        for (final Run run : report.runs()) {
            final Metric write = run.metrics().get(BlockingMetrics.WRITE_BYTES_PER_SECOND);
            final Metric read = run.metrics().get(BlockingMetrics.READ_BYTES_PER_SECOND);
            table.row(
                    run.subject(),
                    compression(run.params()),
                    forced(run.params()),
                    megabytes(write.median()),
                    megabytes(write.min()),
                    megabytes(write.max()),
                    ReportText.median(run, BlockingMetrics.WRITE_CPU_SECONDS_PER_GB, "%.2f"),
                    ReportText.median(run, BlockingMetrics.WRITE_AMPLIFICATION, "%.3f"),
                    megabytes(read.median()),
                    megabytes(read.min()),
                    megabytes(read.max()),
                    ReportText.median(run, BlockingMetrics.READ_CPU_SECONDS_PER_GB, "%.2f"));
        }
        return table;
    }

    private Table ratios() {
        final Table table =
                new Table("ratio", "compression", "forced", "of", "median", "min", "max");
        for (final Ratio ratio : report.ratios()) {
            table.row(
                    ratio.subject() + " : " + ratio.peer(),
                    compression(ratio.params()),
                    forced(ratio.params()),
                    ratio.metric(),
                    ReportText.text("%.2f", ratio.median()),
                    ReportText.text("%.2f", ratio.min()),
                    ReportText.text("%.2f", ratio.max()));
        }
        return table;
    }

    private static String compression(final Map<String, Object> params) {
        return params.get(COMPRESSION).toString();
    }

    private static String forced(final Map<String, Object> params) {
        return Boolean.TRUE.equals(params.get(DURABLE)) ? "yes" : "no";
    }

    private static String megabytes(final double bytes) {
        return ReportText.text("%,.0f", bytes / MB);
    }
}
