package io.geminid.perf.flink;

import io.geminid.perf.flink.FlinkCluster.Kind;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same job on Gemini and on Flink's own state backends, in turns, each time in fresh processes.
 * All over Flink's own shuffle, so that only state differs. One thread.
 */
public final class FlinkStateBenchmark {

    /** Names of peers, and what Flink calls them. */
    private static final Map<String, String> BACKENDS =
            Map.of("gemini", "gemini", "rocksdb", "rocksdb", "heap", "hashmap", "forst", "forst");

    private static final String OURS = "gemini";
    private static final String PROGRAM = "StateLoad";
    private static final double SPREAD_MAX = 1.5;

    /** For five million keys on the heap. */
    private static final int HEAP_MEGABYTES = 1264;

    private static final List<String> ENTRIES =
            List.of(
                    "taskmanager.memory.managed.size=768mb",
                    "taskmanager.memory.task.heap.size=1200mb");
    private static final long WARM_UP_KEYS = 100_000;
    private static final int WARM_UP_ROUNDS = 10;

    /**
     * How much is measured.
     *
     * @param peers names of state backends
     * @param keys numbers of keys, a case for each
     * @param rounds how often each key comes
     * @param checkpointMs time between checkpoints
     * @param runs of each subject
     */
    public record Plan(
            List<String> peers, List<Long> keys, int rounds, long checkpointMs, int runs) {}

    private final Plan plan;
    private final ReportOptions options;
    private final Results results = new Results();

    /**
     * @param plan how much
     * @param options for progress and wrong usage
     */
    public FlinkStateBenchmark(final Plan plan, final ReportOptions options) {
        this.plan = plan;
        this.options = options;
        for (final String peer : plan.peers()) {
            options.check(
                    BACKENDS.containsKey(peer),
                    "--peers: " + peer + " is unknown inside Flink; there are: rocksdb heap forst");
        }
    }

    /**
     * Measures all and prints it.
     *
     * @return all of it
     */
    public Report run() throws IOException, InterruptedException {
        final Environment environment = Environment.here();
        final List<String> subjects = new ArrayList<>(List.of(OURS));
        subjects.addAll(plan.peers());
        for (final long keys : plan.keys()) {
            for (int run = 1; run <= plan.runs(); run++) {
                for (final String subject : subjects) {
                    options.progress(
                            "run " + run + "/" + plan.runs() + "  " + keys + " keys  " + subject);
                    results.add(
                            label(subject), "count", Map.of("keys", keys), count(subject, keys));
                }
            }
        }
        final Report report =
                results.report(
                        "perf state",
                        environment,
                        new Noise(environment, plan.runs())
                                .above(
                                        results.widestSpread(FlinkMetrics.RECORDS_PER_SECOND),
                                        SPREAD_MAX,
                                        "throughput of one subject differed by %.1fx between runs")
                                .reasons(),
                        subjects.stream().map(FlinkStateBenchmark::label).toList(),
                        FlinkMetrics.ALL);
        new FlinkTable(report).print(options.out());
        return report;
    }

    private static String label(final String subject) {
        return subject.equals(OURS) ? "gemini-in-flink" : "flink-" + subject;
    }

    private Map<String, Double> count(final String subject, final long keys)
            throws IOException, InterruptedException {
        final Kind kind = new Kind("netty", BACKENDS.get(subject), HEAP_MEGABYTES);
        try (FlinkCluster cluster = new FlinkCluster(kind, ENTRIES)) {
            cluster.run(PROGRAM, "keys=" + WARM_UP_KEYS, "rounds=" + WARM_UP_ROUNDS);
            final double before = cluster.cpuSeconds();
            final Map<String, String> result =
                    cluster.run(
                            PROGRAM,
                            "keys=" + keys,
                            "rounds=" + plan.rounds(),
                            "checkpoint-ms=" + plan.checkpointMs());
            final double records = (double) keys * plan.rounds();
            final Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put(
                    FlinkMetrics.RECORDS_PER_SECOND,
                    records / Double.parseDouble(result.get("seconds")));
            metrics.put(
                    FlinkMetrics.CPU_SECONDS_PER_MILLION,
                    (cluster.cpuSeconds() - before) * 1e6 / records);
            FlinkMetrics.addCheckpoints(metrics, cluster.checkpoints(result.get("job")), 0);
            return metrics;
        }
    }
}
