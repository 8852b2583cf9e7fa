package io.geminid.perf.failover;

import io.geminid.config.GeminidProperties;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.perf.Geminid;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import io.geminid.runtime.cluster.ClusterKeys;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.checkpoint.CheckpointTotals;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.state.base.Directories;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code geminid perf failover}. */
@Command(
        name = "failover",
        description = "Kills worker processes with -9, again and again, and checks the output.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A job counts numbers by key in state of the given size and writes them to files, with an",
            "unaligned checkpoint every second. Measured is the time from a kill to the first record",
            "that is processed again. It ends with a savepoint; then every number must be there once."
        })
public final class FailoverCommand implements Callable<Integer> {

    private static final int VALUE_BYTES = 1_000;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "50",
            description = "How often a worker is killed and the recovery awaited.")
    private int kills;

    @Option(
            names = "--again",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Of the recoveries, in how many another worker is killed.")
    private int again;

    @Option(
            names = "--state",
            paramLabel = "SIZE",
            defaultValue = "100mb",
            description = "Bytes of values, 1,000 each.")
    private String state;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Worker processes.")
    private int workers;

    @Option(
            names = "--transport",
            paramLabel = "tcp|rdma|auto",
            defaultValue = "tcp",
            description = "How workers talk to each other.")
    private String transport;

    @Option(
            names = "--busy",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads of this process that do nothing but take the cores away.")
    private int busy;

    @Option(
            names = "--pause",
            paramLabel = "MILLIS",
            defaultValue = "2500",
            description = "Longest time from a recovery to the next kill.")
    private int pauseMillis;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the moments and the workers.")
    private long seed;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "failover-run",
            description = "Where output and checkpoints go; deleted afterwards.")
    private Path directory;

    @Mixin private ConfigurationOptions configuration;

    @Mixin private ReportOptions options;

    @Spec private CommandSpec spec;

    private volatile boolean ended;

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check(
                kills > 0 && workers > 0 && busy >= 0, "--kills and --workers must be above 0");
        options.check(again >= 0 && again <= 100, "--again must be 0 to 100");
        options.check(pauseMillis >= 0, "--pause must not be negative");
        options.check(!Files.exists(directory), "--directory " + directory + " is there already");
        final long keys = options.bytes("--state", state) / VALUE_BYTES;
        options.check(keys > 0 && keys <= Integer.MAX_VALUE, "--state: keys=" + keys);
        final Environment environment = Environment.here();
        final Path absolute = Files.createDirectories(directory).toAbsolutePath();
        final List<Thread> thieves = startThieves();
        final FailoverRun.Outcome outcome;
        try {
            outcome =
                    new FailoverRun(
                                    new FailoverRun.Plan(
                                            absolute,
                                            properties(absolute),
                                            workers,
                                            (int) keys,
                                            VALUE_BYTES,
                                            kills,
                                            again,
                                            pauseMillis,
                                            seed))
                            .run();
        } finally {
            ended = true;
            for (final Thread thief : thieves) {
                thief.join();
            }
            Directories.delete(absolute);
        }
        report(environment, outcome);
        return print(outcome) ? 0 : Geminid.EXIT_FAILED;
    }

    private GeminidProperties properties(final Path absolute) {
        final Map<String, String> entries = new HashMap<>();
        entries.put(ShuffleServices.SERVICE.name(), transport);
        entries.put(CheckpointSettings.DIRECTORY.name(), absolute.resolve("chk").toString());
        entries.put(StateStores.LOCAL_DIR.name(), absolute.resolve("local").toString());
        entries.put(CheckpointSettings.RESTARTS.name(), "1000000");
        entries.put(ClusterKeys.SLOT_TIMEOUT.name(), "120s");
        if (!configuration.sets(ClusterKeys.STANDBY_WORKERS)) {
            entries.put(ClusterKeys.STANDBY_WORKERS.name(), "1");
        }
        return configuration.properties(spec, entries);
    }

    private List<Thread> startThieves() {
        final List<Thread> thieves = new ArrayList<>();
        for (int i = 0; i < busy; i++) {
            final Thread thief =
                    new Thread(
                            () -> {
                                while (!ended) {
                                    Thread.onSpinWait();
                                }
                            },
                            "busy-" + i);
            thief.setDaemon(true);
            thief.start();
            thieves.add(thief);
        }
        return thieves;
    }

    private void report(final Environment environment, final FailoverRun.Outcome outcome)
            throws IOException {
        final Results results = new Results();
        for (final long ns : outcome.recoveriesNs()) {
            results.add(
                    "geminid",
                    "kill",
                    Map.of("state", state, "busy", busy, "transport", transport),
                    Map.of("firstRecordMillis", ns / 1e6));
        }
        options.writeJson(
                results.report(
                        "perf failover",
                        environment,
                        new Noise(environment, kills).reasons(),
                        List.of("geminid"),
                        List.of()));
    }

    private boolean print(final FailoverRun.Outcome outcome) {
        final PrintWriter out = options.out();
        final CheckpointTotals totals = outcome.checkpoints();
        final FailoverOutput.Findings found = outcome.findings();
        final List<Long> sorted = outcome.recoveriesNs().stream().sorted().toList();
        out.printf(
                Locale.ROOT,
                "kills              %,d; %,d restarts%n",
                outcome.kills(),
                totals.restarts());
        if (!sorted.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "first record after p50 %.0f ms, p99 %.0f ms, worst %.0f ms of %,d%n",
                    percentile(sorted, 50),
                    percentile(sorted, 99),
                    percentile(sorted, 100),
                    sorted.size());
        }
        out.printf(
                Locale.ROOT,
                "checkpoints        %,d completed, %,d given up; %,d bytes in flight kept%n",
                totals.completed(),
                totals.failed(),
                totals.channelBytes());
        out.printf(
                Locale.ROOT,
                "in flight          %,d bytes in checkpoints that were restored, %,d given back%n",
                totals.persisted(),
                totals.givenBack());
        out.printf(
                Locale.ROOT,
                "records            %,d; lost %,d, duplicate %,d, reordered %,d, corrupt %,d%n",
                found.records(),
                found.lost(),
                found.duplicates(),
                found.reordered(),
                found.corrupt());
        final boolean passed =
                found.isExact()
                        && totals.restarts() >= kills
                        && totals.persisted() > 0
                        && totals.persisted() == totals.givenBack();
        out.println(passed ? "PASSED: every number is there once" : "FAILED");
        out.flush();
        return passed;
    }

    private static double percentile(final List<Long> sorted, final int percent) {
        final int index = (int) Math.ceil(sorted.size() * percent / 100.0) - 1;
        return sorted.get(Math.max(0, index)) / 1e6;
    }
}
