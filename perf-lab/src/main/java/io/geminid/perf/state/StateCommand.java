package io.geminid.perf.state;

import io.geminid.perf.flink.FlinkStateBenchmark;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import io.geminid.perf.report.Run;
import io.geminid.perf.state.workload.StateCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perf state}: operations on keyed state, one store beside the others. */
@Command(
        name = "state",
        description = "Reads and writes keyed state: operations/s, CPU, GC, memory per entry.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        footer = {
            "",
            "Each store has a JVM of its own; they load the same data and take turns, slice by slice.",
            "Ratios are of neighbouring slices. rocksdb is tuned as Flink's users would: block cache",
            "and write buffers share --memory, Bloom filters of 10 bits, LZ4, no write-ahead log."
        })
public final class StateCommand implements Callable<Integer> {

    /** Slices of one subject that differ by more are noise and not a finding. */
    private static final double SPREAD_MAX = 1.5;

    /** A thread that waits longer for a processor shares it with somebody. */
    private static final double WAIT_PERCENT_MAX = 10;

    private static final double MILLIS = 1_000;
    private static final String HEAP = "heap";
    private static final String FLINK = "flink";
    private static final List<Long> KEYS_IN_FLINK = List.of(5_000_000L);
    private static final int ROUNDS_IN_FLINK = 4;
    private static final long CHECKPOINT_MS_IN_FLINK = 10_000;

    @Option(
            names = "--inside",
            paramLabel = "ENGINE",
            description =
                    "flink: a job that counts in real Flink clusters, on Gemini and on Flink's own"
                            + " state backends (rocksdb, heap, forst).")
    private String inside;

    @Option(
            names = "--cases",
            split = ",",
            paramLabel = "CASE",
            description =
                    "value-get value-update value-rmw map-get map-put map-iterate10 list-add"
                            + " list-get; all of them by default.")
    private List<String> cases = StateCase.labels();

    @Option(
            names = "--keys",
            split = ",",
            paramLabel = "N",
            defaultValue = "100000,5000000",
            description = "Number of values, of entries of maps, of elements of lists.")
    private List<Long> keys;

    @Option(
            names = "--value-bytes",
            split = ",",
            paramLabel = "N",
            defaultValue = "8",
            description = "Size of a value; 8 is a long, others are arrays.")
    private List<Integer> valueBytes;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs in fresh JVMs.")
    private int runs;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Before a case.")
    private double warmupSeconds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Of measuring for each case, store and run; in slices.")
    private double seconds;

    @Mixin private StoreOptions stores;

    @Mixin private ReportOptions options;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (inside != null) {
            return insideFlink();
        }
        final StatePlan plan = plan();
        final Environment environment = Environment.here();
        final Results results = new Results();
        new StateBenchmark(plan, results, options::progress).run();
        final Report report =
                results.report(
                        "perf state",
                        environment,
                        noise(environment, results),
                        plan.subjects(),
                        StateTable.COMPARED);
        if (!plan.subjects().contains(StateSubjects.OURS)) {
            options.out().println(StateSubjects.OURS + " is not there: the first peer is compared");
        }
        new StateTable(report).print(options.out());
        options.writeJson(report);
        return 0;
    }

    private int insideFlink() throws IOException, InterruptedException {
        options.check(inside.equals(FLINK), "--inside: " + inside + " is unknown; there is: flink");
        options.check(runs > 0, "--runs must be positive");
        final boolean keysGiven = spec.commandLine().getParseResult().hasMatchedOption("--keys");
        final FlinkStateBenchmark.Plan plan =
                new FlinkStateBenchmark.Plan(
                        stores.peers(),
                        keysGiven ? keys : KEYS_IN_FLINK,
                        ROUNDS_IN_FLINK,
                        CHECKPOINT_MS_IN_FLINK,
                        runs);
        options.writeJson(new FlinkStateBenchmark(plan, options).run());
        return 0;
    }

    private StatePlan plan() {
        final List<StateCase> chosen = new ArrayList<>();
        for (final String label : cases) {
            final StateCase known = StateCase.named(label);
            options.check(
                    known != null,
                    "--cases: " + label + " is unknown; there are: " + StateCase.labels());
            chosen.add(known);
        }
        options.check(keys.stream().allMatch(n -> n >= 10), "--keys must be 10 or more");
        options.check(valueBytes.stream().allMatch(n -> n >= 1), "--value-bytes must be 1 or more");
        options.check(
                runs > 0 && seconds > 0 && warmupSeconds >= 0,
                "--runs and --seconds must be positive");
        return new StatePlan(
                stores.subjects(),
                chosen,
                keys,
                valueBytes,
                runs,
                (long) (warmupSeconds * MILLIS),
                Math.max(1, (long) (seconds * MILLIS / StatePlan.SLICES)),
                stores.memoryBytes(options),
                stores.directory(),
                stores.set());
    }

    private String noise(final Environment environment, final Results results) {
        return new Noise(environment, runs)
                .above(
                        results.widestSpread(StateMetrics.CPU_NS_PER_OP),
                        SPREAD_MAX,
                        "CPU time of one store's operation differed by %.1fx between slices")
                .above(
                        waitPercent(results),
                        WAIT_PERCENT_MAX,
                        "a store in memory waited %.0f %% of the time for a processor")
                .reasons();
    }

    /** Stores with files wait for the disk too: they say nothing about the machine. */
    private static double waitPercent(final Results results) {
        return results.runs().stream()
                .filter(run -> run.subject().equals(HEAP) || isOurs(run))
                .mapToDouble(run -> run.metrics().get(StateMetrics.WAIT_PERCENT).median())
                .max()
                .orElse(0);
    }

    private static boolean isOurs(final Run run) {
        return run.subject().equals(StateSubjects.OURS);
    }
}
