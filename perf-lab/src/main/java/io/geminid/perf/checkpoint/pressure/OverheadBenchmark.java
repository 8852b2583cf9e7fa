package io.geminid.perf.checkpoint.pressure;

import io.geminid.perf.CommandFailure;
import io.geminid.perf.report.Results;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobProgress;
import io.geminid.runtime.cluster.job.TaskReport;
import io.geminid.state.base.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Measures what a job gets done with a checkpoint every second and without any, in turns. */
public final class OverheadBenchmark {

    /** The name of the figure. */
    public static final String RECORDS = "recordsPerSecond";

    /** With a checkpoint every second. */
    public static final String WITH = "every-second";

    /** Without checkpoints. */
    public static final String WITHOUT = "none";

    static final String CASE = "count";

    private static final long WARM_NS = TimeUnit.SECONDS.toNanos(4);
    private static final long MEASURED_NS = TimeUnit.SECONDS.toNanos(10);

    private final PressurePlan plan;
    private final Results results;
    private final Consumer<String> progress;

    /**
     * @param plan how often, with which records, and where
     * @param results takes the figures
     * @param progress told what is being done
     */
    public OverheadBenchmark(
            final PressurePlan plan, final Results results, final Consumer<String> progress) {
        this.plan = plan;
        this.results = results;
        this.progress = progress;
    }

    /**
     * Measures; whoever is first changes with each turn.
     *
     * @return the subjects
     * @throws IOException if files cannot be made
     * @throws InterruptedException if this thread is interrupted
     */
    public List<String> run() throws IOException, InterruptedException {
        for (int turn = 0; turn < plan.turns(); turn++) {
            measure(turn % 2 == 0 ? WITH : WITHOUT);
            measure(turn % 2 == 0 ? WITHOUT : WITH);
        }
        return List.of(WITH, WITHOUT);
    }

    private void measure(final String subject) throws IOException, InterruptedException {
        final Path directory =
                Files.createTempDirectory(plan.directory(), "geminid-perf-" + subject)
                        .toAbsolutePath();
        progress.accept(subject);
        final String interval = subject.equals(WITH) ? "1s" : "24h";
        try (GeminidPressure job =
                GeminidPressure.start(
                        Map.of(CheckpointSettings.INTERVAL.name(), interval),
                        plan.recordBytes(),
                        false,
                        directory)) {
            final JobProgress first = reportAfter(job, WARM_NS);
            final JobProgress last = reportAfter(job, first.elapsedNs() + MEASURED_NS);
            final double seconds = (last.elapsedNs() - first.elapsedNs()) / 1e9;
            results.add(
                    subject, CASE, Map.of(), Map.of(RECORDS, (sum(last) - sum(first)) / seconds));
            final long completed = job.cancel().checkpoints().completed();
            if (subject.equals(WITH) == completed < MEASURED_NS / TimeUnit.SECONDS.toNanos(2)) {
                throw new CommandFailure(subject + ": checkpoints=" + completed);
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private static long sum(final JobProgress report) {
        return report.sum(TaskReport.Counters.RECORDS_IN);
    }

    private static JobProgress reportAfter(final GeminidPressure job, final long elapsedNs)
            throws InterruptedException {
        JobProgress report = job.nextReport();
        while (report.elapsedNs() < elapsedNs) {
            report = job.nextReport();
        }
        return report;
    }
}
