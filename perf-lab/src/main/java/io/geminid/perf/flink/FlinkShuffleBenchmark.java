package io.geminid.perf.flink;

import io.geminid.perf.flink.FlinkCluster.Kind;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same job over our shuffle and over Flink's own, each in a cluster of its own, in turns:
 * throughput, latency at half of Flink's throughput, checkpoints under back-pressure. One thread.
 */
public final class FlinkShuffleBenchmark {

    /** What {@code --peers} calls Flink's own shuffle. */
    public static final String PEER = "flink-netty";

    private static final String OURS = "geminid-in-flink";
    private static final String PROGRAM = "ShuffleLoad";
    private static final String RECORD_BYTES = "recordBytes";
    private static final double SPREAD_MAX = 1.5;
    private static final int HEAP_MEGABYTES = 384;
    private static final List<String> ENTRIES =
            List.of("taskmanager.memory.network.min=128mb", "taskmanager.memory.network.max=128mb");

    /** Records of the first job, which finds out how many make a second. */
    private static final long FIRST_RECORDS = 1_000_000;

    private static final long FIRST_BYTES = 200_000_000;

    /**
     * Jobs of full length before the first that counts: the code is compiled, and the rate known.
     */
    private static final int WARM_UPS = 2;

    /** Time that a slow reader takes for a record. */
    private static final long REST_NS = 50_000;

    /** Records that four readers with such a rest take in a second. */
    private static final long RESTING_PER_SECOND = 4 * 1_000_000_000L / REST_NS;

    private static final long CHECKPOINT_MS = 1_000;
    private static final int CHECKPOINTS_MIN = 3;

    /**
     * How much is measured.
     *
     * @param recordBytes payloads, a case for each
     * @param runs of each subject
     * @param seconds that a job takes, about
     */
    public record Plan(List<Integer> recordBytes, int runs, int seconds) {}

    private final Plan plan;
    private final ReportOptions options;
    private final Results results = new Results();

    /** Flink's own throughput, by size of a record. */
    private final Map<Integer, Long> recordsPerSecond = new LinkedHashMap<>();

    /**
     * @param plan how much
     * @param options for progress
     */
    public FlinkShuffleBenchmark(final Plan plan, final ReportOptions options) {
        this.plan = plan;
        this.options = options;
    }

    /**
     * Measures all and prints it.
     *
     * @return all of it
     */
    public Report run() throws IOException, InterruptedException {
        final Environment environment = Environment.here();
        try (FlinkCluster theirs =
                        new FlinkCluster(new Kind("netty", "hashmap", HEAP_MEGABYTES), ENTRIES);
                FlinkCluster ours =
                        new FlinkCluster(new Kind("geminid", "hashmap", HEAP_MEGABYTES), ENTRIES)) {
            for (final int bytes : plan.recordBytes()) {
                warmUp(theirs, PEER, bytes);
                warmUp(ours, OURS, bytes);
                for (int run = 1; run <= plan.runs(); run++) {
                    // Who is first takes turns, too.
                    final boolean oursFirst = run % 2 == 0;
                    measure(oursFirst ? ours : theirs, oursFirst ? OURS : PEER, bytes, run);
                    measure(oursFirst ? theirs : ours, oursFirst ? PEER : OURS, bytes, run);
                }
            }
        }
        final Report report =
                results.report(
                        "perf shuffle",
                        environment,
                        new Noise(environment, plan.runs())
                                .above(
                                        results.widestSpread(FlinkMetrics.RECORDS_PER_SECOND),
                                        SPREAD_MAX,
                                        "throughput of one subject differed by %.1fx between runs")
                                .reasons(),
                        List.of(OURS, PEER),
                        FlinkMetrics.ALL);
        new FlinkTable(report).print(options.out());
        return report;
    }

    private void warmUp(final FlinkCluster cluster, final String subject, final int bytes)
            throws IOException, InterruptedException {
        options.progress(subject + ": warms up with " + bytes + " B");
        final long first = Math.min(FIRST_RECORDS, FIRST_BYTES / bytes);
        long rate = rate(cluster, first, bytes);
        for (int i = 0; i < WARM_UPS; i++) {
            rate = rate(cluster, rate * plan.seconds(), bytes);
        }
        // The first subject's is everybody's.
        recordsPerSecond.putIfAbsent(bytes, rate);
    }

    private static long rate(final FlinkCluster cluster, final long numbers, final int bytes)
            throws IOException, InterruptedException {
        final Map<String, String> result =
                cluster.run(PROGRAM, "numbers=" + numbers, "bytes=" + bytes);
        return (long) (numbers / Double.parseDouble(result.get("seconds")));
    }

    private void measure(
            final FlinkCluster cluster, final String subject, final int bytes, final int run)
            throws IOException, InterruptedException {
        options.progress("run " + run + "/" + plan.runs() + "  " + bytes + " B  " + subject);
        final Map<String, Object> params = Map.of(RECORD_BYTES, bytes);
        results.add(subject, "throughput", params, throughput(cluster, bytes));
        results.add(subject, "half-load", params, halfLoad(cluster, bytes));
        results.add(subject, "back-pressure", params, backPressure(cluster, bytes));
    }

    private Map<String, Double> throughput(final FlinkCluster cluster, final int bytes)
            throws IOException, InterruptedException {
        final long numbers = recordsPerSecond.get(bytes) * plan.seconds();
        final double before = cluster.cpuSeconds();
        final Map<String, String> result =
                cluster.run(PROGRAM, "numbers=" + numbers, "bytes=" + bytes);
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(
                FlinkMetrics.RECORDS_PER_SECOND,
                numbers / Double.parseDouble(result.get("seconds")));
        metrics.put(
                FlinkMetrics.CPU_SECONDS_PER_GB,
                (cluster.cpuSeconds() - before) * 1e9 / ((double) numbers * bytes));
        return metrics;
    }

    private Map<String, Double> halfLoad(final FlinkCluster cluster, final int bytes)
            throws IOException, InterruptedException {
        final long rate = recordsPerSecond.get(bytes) / 2;
        final long numbers = rate * plan.seconds();
        final double before = cluster.cpuSeconds();
        final Map<String, String> result =
                cluster.run(PROGRAM, "numbers=" + numbers, "bytes=" + bytes, "rate=" + rate);
        final Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(FlinkMetrics.P50_US, Double.parseDouble(result.get("p50us")));
        metrics.put(FlinkMetrics.P99_US, Double.parseDouble(result.get("p99us")));
        metrics.put(
                FlinkMetrics.CPU_SECONDS_PER_GB,
                (cluster.cpuSeconds() - before) * 1e9 / ((double) numbers * bytes));
        return metrics;
    }

    private Map<String, Double> backPressure(final FlinkCluster cluster, final int bytes)
            throws IOException, InterruptedException {
        final Map<String, String> result =
                cluster.run(
                        PROGRAM,
                        "numbers=" + RESTING_PER_SECOND * plan.seconds(),
                        "bytes=" + bytes,
                        "rest-ns=" + REST_NS,
                        "checkpoint-ms=" + CHECKPOINT_MS);
        final Map<String, Double> metrics = new LinkedHashMap<>();
        FlinkMetrics.addCheckpoints(
                metrics, cluster.checkpoints(result.get("job")), CHECKPOINTS_MIN);
        return metrics;
    }
}
