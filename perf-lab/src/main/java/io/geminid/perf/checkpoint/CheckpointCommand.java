package io.geminid.perf.checkpoint;

import io.geminid.config.ConfigException;
import io.geminid.config.Units;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.perf.report.Commit;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Ratio;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.Results;
import io.geminid.perf.state.StateSubjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
            "100 rounds the largest is the 99th percentile."
        })
public final class CheckpointCommand implements Callable<Integer> {

    private static final int KEYS_MIN = 100;
    private static final int VALUE_BYTES_MIN = Integer.BYTES;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "STORE",
            defaultValue = "rocksdb,heap",
            description = "Measured in turns with gemini: rocksdb, heap.")
    private List<String> peers;

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
            description = "Size of a value; a key has 8.")
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

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "4gb",
            description = "What a store outside the Java heap may use.")
    private String memory;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "For files of stores and snapshots; the system's temporary one by default.")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
    private Path json;

    @Mixin private ConfigurationOptions configuration;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final CheckpointBenchmark.Plan plan = plan();
        final Environment environment = Environment.here();
        final Results results = new Results();
        final List<String> subjects = new CheckpointBenchmark(plan, results, this::progress).run();
        for (final String name : plan.subjects()) {
            if (!subjects.contains(name)) {
                spec.commandLine().getOut().println(name + " has no snapshots and is left out");
            }
        }
        final List<Ratio> ratios = new ArrayList<>();
        for (final String peer : subjects.subList(1, subjects.size())) {
            ratios.addAll(results.ratios(subjects.get(0), peer, CheckpointMetrics.COMPARED));
        }
        final Report report =
                new Report(
                        Report.SCHEMA,
                        "perf checkpoint",
                        Commit.ofThisTree(),
                        environment,
                        new Noise(environment, rounds).reasons(),
                        results.runs(),
                        ratios);
        new CheckpointTable(report).print(spec.commandLine().getOut());
        if (json != null) {
            report.writeJson(json);
        }
        return 0;
    }

    private CheckpointBenchmark.Plan plan() {
        check(valueBytes >= VALUE_BYTES_MIN, "--value-bytes must be 4 or more");
        check(rounds > 0 && seconds > 0, "--rounds and --seconds must be positive");
        check(
                dirty.stream().allMatch(percent -> percent > 0 && percent <= 100),
                "--dirty must be above 0, up to 100");
        check(Files.isDirectory(directory), "--directory: " + directory + " is no directory");
        final long keys = bytes("--state", state) / (Long.BYTES + valueBytes);
        check(keys >= KEYS_MIN && keys <= Integer.MAX_VALUE, "--state: keys=" + keys);
        try {
            return new CheckpointBenchmark.Plan(
                    StateSubjects.of(peers),
                    (int) keys,
                    valueBytes,
                    dirty,
                    rounds,
                    Math.max(1, (long) (seconds * 1_000)),
                    bytes("--memory", memory),
                    directory,
                    configuration.properties(spec).entries());
        } catch (final ConfigException e) {
            throw new ParameterException(spec.commandLine(), "--peers: " + e.getMessage(), e);
        }
    }

    private long bytes(final String option, final String size) {
        try {
            return Units.parseBytes(size);
        } catch (final IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(
                    spec.commandLine(), option + ": " + size + ": " + e.getMessage(), e);
        }
    }

    private void check(final boolean right, final String message) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void progress(final String what) {
        if (System.console() != null) {
            spec.commandLine().getErr().println(what);
        }
    }
}
