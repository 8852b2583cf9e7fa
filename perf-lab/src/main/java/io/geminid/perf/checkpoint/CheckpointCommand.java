package io.geminid.perf.checkpoint;

import io.geminid.perf.checkpoint.pressure.OverheadBenchmark;
import io.geminid.perf.checkpoint.pressure.PressureBenchmark;
import io.geminid.perf.checkpoint.pressure.PressurePlan;
import io.geminid.perf.checkpoint.pressure.PressureTable;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import io.geminid.perf.state.StoreOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perf checkpoint}: snapshots and restore, one store beside the others. */
@Command(
        name = "checkpoint",
        description = "Changes, snapshots and restores state: pauses, bytes, throughput, space.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        footer = {
            "",
            "A round changes keys, begins a snapshot (sync: the task waits) and goes on changing the",
            "same keys while it is written (async) to a local directory. Restoring comes last. Of up to",
            "100 rounds the largest is the 99th percentile.",
            "",
            "--case backpressure: the duration of checkpoints, aligned and unaligned, of a job in worker",
            "processes whose sink takes 1 ms for each record; --peers flink is the same in Flink's own.",
            "--case overhead: what a job that counts in state gets done with a checkpoint every second,",
            "over what it does without."
        })
public final class CheckpointCommand implements Callable<Integer> {

    private static final int KEYS_MIN = 100;
    private static final int VALUE_BYTES_MIN = Integer.BYTES;

    /** What can be measured. */
    enum Case {
        /** Snapshots and restore of state stores. */
        STATE,
        /** Checkpoints of a job that waits for its sink. */
        BACKPRESSURE,
        /** A job with and without checkpoints. */
        OVERHEAD
    }

    @Option(
            names = "--case",
            paramLabel = "state|backpressure|overhead",
            defaultValue = "state",
            description = "What is measured.")
    private Case what;

    @Option(
            names = "--buffers",
            split = ",",
            paramLabel = "N",
            defaultValue = "2,64",
            description = "--case backpressure: segments that each channel owns.")
    private List<Integer> buffers;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "3",
            description = "--case backpressure, overhead: how often each job is begun, in turns.")
    private int turns;

    @Option(
            names = "--state",
            paramLabel = "SIZE",
            defaultValue = "1gb",
            description = "Bytes of keys and values.")
    private String state;

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            defaultValue = "100",
            description = "Size of a value; a key has 8. Of a record, with --case.")
    private int valueBytes;

    @Option(
            names = "--dirty",
            split = ",",
            paramLabel = "PERCENT",
            defaultValue = "1,10",
            description = "How many keys are changed before a snapshot.")
    private List<Double> dirty;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Snapshots of each store for each --dirty.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "0.5",
            description = "Of measuring throughput before a snapshot.")
    private double seconds;

    @Mixin private StoreOptions stores;

    @Mixin private ReportOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (what != Case.STATE) {
            return callOnJobs();
        }
        final CheckpointBenchmark.Plan plan = plan();
        final Environment environment = Environment.here();
        final Results results = new Results();
        final List<String> subjects =
                new CheckpointBenchmark(plan, results, options::progress).run();
        for (final String name : plan.subjects()) {
            if (!subjects.contains(name)) {
                options.out().println(name + " has no snapshots and is left out");
            }
        }
        final Report report =
                results.report(
                        "perf checkpoint",
                        environment,
                        new Noise(environment, rounds).reasons(),
                        subjects,
                        CheckpointMetrics.COMPARED);
        new CheckpointTable(report).print(options.out());
        options.writeJson(report);
        return 0;
    }

    private int callOnJobs() throws IOException, InterruptedException {
        final List<String> peers = stores.peersOf(PressureBenchmark.FLINK);
        options.check(rounds > 0 && turns > 0, "--rounds and --turns must be positive");
        options.check(valueBytes >= Long.BYTES, "--value-bytes must be 8 or more");
        final PressurePlan plan =
                new PressurePlan(peers, valueBytes, buffers, rounds, turns, stores.directory());
        final Environment environment = Environment.here();
        final Results results = new Results();
        final boolean pressure = what == Case.BACKPRESSURE;
        final List<String> subjects =
                pressure
                        ? new PressureBenchmark(plan, results, options::progress).run()
                        : new OverheadBenchmark(plan, results, options::progress).run();
        final Report report =
                results.report(
                        "perf checkpoint",
                        environment,
                        new Noise(environment, rounds).reasons(),
                        subjects,
                        List.of(PressureBenchmark.MILLIS, OverheadBenchmark.RECORDS));
        new PressureTable(report).print(options.out());
        options.writeJson(report);
        return 0;
    }

    private CheckpointBenchmark.Plan plan() {
        options.check(valueBytes >= VALUE_BYTES_MIN, "--value-bytes must be 4 or more");
        options.check(rounds > 0 && seconds > 0, "--rounds and --seconds must be positive");
        options.check(
                dirty.stream().allMatch(percent -> percent > 0 && percent <= 100),
                "--dirty must be above 0, up to 100");
        final long keys = options.bytes("--state", state) / (Long.BYTES + valueBytes);
        options.check(keys >= KEYS_MIN && keys <= Integer.MAX_VALUE, "--state: keys=" + keys);
        return new CheckpointBenchmark.Plan(
                stores.subjects(),
                (int) keys,
                valueBytes,
                dirty,
                rounds,
                Math.max(1, (long) (seconds * 1_000)),
                stores.memoryBytes(options),
                stores.directory(),
                stores.set());
    }
}
