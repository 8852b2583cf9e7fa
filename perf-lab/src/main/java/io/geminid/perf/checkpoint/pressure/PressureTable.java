package io.geminid.perf.checkpoint.pressure;

import io.geminid.perf.report.Metric;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportText;
import io.geminid.perf.report.Run;
import io.geminid.perf.report.Table;
import java.io.PrintWriter;
import java.util.Locale;

/** A report of jobs' checkpoints, for people. */
public final class PressureTable {

    private final Report report;

    /**
     * @param report whole
     */
    public PressureTable(final Report report) {
        this.report = report;
    }

    /**
     * Prints it.
     *
     * @param out where to
     */
    public void print(final PrintWriter out) {
        ReportText.print(report, out, runs(), ratios());
        for (final Run aligned : report.runs()) {
            for (final Run unaligned : report.runs()) {
                if (aligned.caseName().equals(PressurePlan.ALIGNED)
                        && unaligned.caseName().equals(PressurePlan.UNALIGNED)
                        && aligned.subject().equals(unaligned.subject())
                        && aligned.params().equals(unaligned.params())) {
                    out.printf(
                            Locale.ROOT,
                            "%s, %s buffers: an aligned one takes %,.0f times as long%n",
                            aligned.subject(),
                            buffers(aligned.params().get(PressureBenchmark.BUFFERS)),
                            median(aligned) / median(unaligned));
                }
            }
        }
        out.flush();
    }

    private static double median(final Run run) {
        return run.metrics().get(PressureBenchmark.MILLIS).median();
    }

    private Table runs() {
        final Table table =
                new Table("subject", "case", "buffers", "figure", "median", "min", "max");
        for (final Run run : report.runs()) {
            run.metrics()
                    .forEach(
                            (name, metric) ->
                                    table.row(
                                            run.subject(),
                                            run.caseName(),
                                            buffers(run.params().get(PressureBenchmark.BUFFERS)),
                                            name,
                                            text(metric.median()),
                                            text(metric.min()),
                                            text(metric.max())));
        }
        return table;
    }

    private Table ratios() {
        final Table table = new Table("ratio", "case", "buffers", "of", "median", "min", "max");
        for (final Ratio ratio : report.ratios()) {
            final Metric all = new Metric(ratio.median(), ratio.min(), ratio.max());
            table.row(
                    ratio.subject() + " : " + ratio.peer(),
                    ratio.caseName(),
                    buffers(ratio.params().get(PressureBenchmark.BUFFERS)),
                    ratio.metric(),
                    text(all.median()),
                    text(all.min()),
                    text(all.max()));
        }
        return table;
    }

    private static String buffers(final Object count) {
        return count == null ? "-" : count.toString();
    }

    private static String text(final double value) {
        return ReportText.text(Math.abs(value) < 10 ? "%.3f" : "%,.0f", value);
    }
}
