package io.geminid.perf.blocking;

import io.geminid.perf.blocking.exchange.ExchangePlan;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perf blocking}: an exchange over disk, beside other engines and the disk itself. */
@Command(
        name = "blocking",
        description = "Writes records to disk and reads them, beside Flink, Spark and the disk.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        footer = {
            "",
            "Each subject has a process of its own, which does the whole exchange once before it is",
            "measured. Reading follows writing, so most of it comes from the system's cache. 'forced':",
            "what was written is forced to the disk; Flink cannot, and Spark is not asked to.",
            "Flink and Spark are fetched by Maven when they are first measured."
        })
public final class BlockingCommand implements Callable<Integer> {

    /** Runs of one subject that differ by more are noise and not a finding. */
    private static final double SPREAD_MAX = 1.5;

    private static final String NO_PEER = "none";
    private static final Set<String> COMPRESSIONS = Set.of(ExchangePlan.UNCOMPRESSED, "lz4");
    private static final long SORT_BYTES_MIN = 1 << 20;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            defaultValue = "flink,spark,disk",
            description = "Measured in turns with ours: flink, spark, disk, or none.")
    private List<String> peers;

    @Option(
            names = "--bytes",
            paramLabel = "SIZE",
            defaultValue = "1gb",
            description = "Bytes of all records.")
    private String bytes;

    @Option(
            names = "--record-bytes",
            paramLabel = "N",
            defaultValue = "100",
            description = "Size of a record.")
    private int recordBytes;

    @Option(
            names = "--subpartitions",
            paramLabel = "N",
            defaultValue = "500",
            description = "Of each producer's partition.")
    private int subpartitions;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "2",
            description = "Producers, and later consumers.")
    private int tasks;

    @Option(
            names = "--sort-memory",
            paramLabel = "SIZE",
            defaultValue = "64mb",
            description = "In which one producer sorts; Spark has what a heap of 1 GB gives it.")
    private String sortMemory;

    @Option(
            names = "--compression",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "none,lz4",
            description = "none, lz4.")
    private List<String> compressions;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Runs of each.")
    private int runs;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where files are written (default: that of temporary files).")
    private Path directory;

    @Mixin private ReportOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final List<Subject> subjects = subjects();
        final List<ExchangePlan> plans = plans();
        final Environment environment = Environment.here();
        final Results results = new Results();
        new BlockingBenchmark(subjects, plans, runs, results, options::progress).run();
        final Report report =
                results.report(
                        "perf blocking",
                        environment,
                        new Noise(environment, runs)
                                .above(
                                        results.widestSpread(
                                                BlockingMetrics.WRITE_BYTES_PER_SECOND),
                                        SPREAD_MAX,
                                        "writing of one subject differed by %.1fx between runs")
                                .above(
                                        results.widestSpread(BlockingMetrics.READ_BYTES_PER_SECOND),
                                        SPREAD_MAX,
                                        "reading of one subject differed by %.1fx between runs")
                                .reasons(),
                        subjects.stream().map(Subject::label).toList(),
                        BlockingMetrics.COMPARED);
        new BlockingTable(report).print(options.out());
        options.writeJson(report);
        return 0;
    }

    private List<Subject> subjects() {
        final Map<String, Subject> known =
                Map.of(
                        Subject.FLINK.label(), Subject.FLINK,
                        Subject.SPARK.label(), Subject.SPARK,
                        Subject.DISK.label(), Subject.DISK);
        final List<Subject> subjects = new ArrayList<>(List.of(Subject.GEMINID));
        for (final String peer : peers) {
            if (!peer.equals(NO_PEER)) {
                options.check(known.containsKey(peer), "--peers: " + peer + "; see --help");
                subjects.add(known.get(peer));
            }
        }
        return subjects;
    }

    /** Forcing is measured without compression: it says how much of the disk is used. */
    private List<ExchangePlan> plans() {
        options.check(
                runs > 0 && tasks > 0 && subpartitions > 0,
                "--runs, --tasks and --subpartitions must be positive");
        options.check(recordBytes > Long.BYTES, "--record-bytes must be more than " + Long.BYTES);
        final long records = options.bytes("--bytes", bytes) / recordBytes / tasks;
        options.check(records > 0, "--bytes " + bytes + ": no record for each task");
        final long sortBytes = options.bytes("--sort-memory", sortMemory);
        options.check(sortBytes >= SORT_BYTES_MIN, "--sort-memory must be 1mb or more");
        final Path where =
                directory == null ? Path.of(System.getProperty("java.io.tmpdir")) : directory;
        options.check(Files.isDirectory(where), "--directory: no directory " + where);
        final List<ExchangePlan> plans = new ArrayList<>();
        for (final String name : compressions) {
            final String compression = name.toLowerCase(Locale.ROOT);
            options.check(
                    COMPRESSIONS.contains(compression), "--compression: " + name + "; see --help");
            final ExchangePlan plan =
                    new ExchangePlan(
                            where,
                            tasks,
                            subpartitions,
                            recordBytes,
                            records,
                            sortBytes,
                            compression,
                            false);
            plans.add(plan);
            if (!plan.isCompressed()) {
                plans.add(plan.forced());
            }
        }
        return plans;
    }
}
