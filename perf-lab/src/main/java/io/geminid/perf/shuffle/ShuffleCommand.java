package io.geminid.perf.shuffle;

import io.geminid.perf.CommandFailure;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.perf.child.ChildJvm;
import io.geminid.perf.flink.FlinkShuffleBenchmark;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import io.geminid.perf.shuffle.endpoint.BenchmarkMain;
import io.geminid.perf.shuffle.endpoint.Sample;
import io.geminid.perf.shuffle.endpoint.Setup;
import io.geminid.perf.shuffle.endpoint.Subject;
import io.geminid.perf.shuffle.endpoint.Traffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code perf shuffle}: one stream of records between two processes, beside its peers. */
@Command(
        name = "shuffle",
        description = "Streams records between two processes: bytes/s, records/s, CPU-seconds/GB.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class ShuffleCommand implements Callable<Integer> {

    /** Runs of one subject that differ by more are noise and not a finding. */
    private static final double SPREAD_MAX = 1.5;

    /** Every subject gets the same: a heap that is never short, and the collector of batch work. */
    private static final List<String> CHILD_FLAGS =
            List.of("-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=512m", "-XX:+UseParallelGC");

    private static final List<String> RATIOS =
            List.of(
                    Measurement.BYTES_PER_SECOND,
                    Measurement.CPU_SECONDS_PER_GB,
                    Measurement.MACHINE_CPU_SECONDS_PER_GB,
                    Measurement.HALF_TRIP_US);

    /** Flink starts a job for each case, which takes longer than to measure it. */
    private static final List<Integer> RECORD_BYTES_IN_FLINK = List.of(100);

    /** Given to --peers. */
    private static final String NO_PEER = "none";

    @Option(
            names = "--record-bytes",
            split = ",",
            paramLabel = "N",
            defaultValue = "16,100,1000,100000",
            description = "Payload of a record, one case for each.")
    private List<Integer> recordBytes;

    @Option(
            names = "--cases",
            split = ",",
            paramLabel = "CASE",
            defaultValue = "stream",
            description = "stream: as much as goes; round-trip: a record there and back.")
    private List<String> cases;

    @Option(
            names = "--transports",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "tcp,rdma",
            description = "Of ours: tcp, rdma. One that this host has not is left out.")
    private List<String> transports;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            defaultValue = "raw-tcp",
            description =
                    "Measured in turns with ours: raw-tcp, or none; flink-netty: the same job over"
                            + " ours and over Flink's shuffle, both inside Flink.")
    private List<String> peers;

    @Option(
            names = "--channels",
            paramLabel = "N",
            defaultValue = "1",
            description = "Subpartitions that the records of a stream are spread over.")
    private int channels;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Runs of each.")
    private int runs;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "4",
            description = "Before a measurement, in its own JVMs.")
    private int warmupSeconds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "4",
            description = "Length of a measurement.")
    private int seconds;

    @Mixin private ConfigurationOptions configuration;

    @Mixin private ReportOptions options;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (peers.contains(FlinkShuffleBenchmark.PEER)) {
            return insideFlink();
        }
        final List<Subject> subjects = subjects();
        final List<Traffic> traffics = traffics();
        final Map<Traffic, List<Subject>> able = new EnumMap<>(Traffic.class);
        traffics.forEach(traffic -> able.put(traffic, able(subjects, traffic)));
        final Environment environment = Environment.here();
        final Results results = new Results();
        for (int run = 1; run <= runs; run++) {
            for (final Traffic traffic : traffics) {
                for (final int size : recordBytes) {
                    for (final Subject subject : able.get(traffic)) {
                        options.progress(
                                String.format(
                                        Locale.ROOT,
                                        "run %d/%d  %s  %,d B  %s",
                                        run,
                                        runs,
                                        traffic.label(),
                                        size,
                                        subject.label()));
                        results.add(
                                subject.label(),
                                traffic.label(),
                                ShuffleTable.params(size),
                                measure(subject, traffic, size).metrics());
                    }
                }
            }
        }
        final Report report = report(environment, subjects, results);
        new ShuffleTable(report).print(options.out());
        options.writeJson(report);
        return 0;
    }

    private int insideFlink() throws IOException, InterruptedException {
        options.check(
                peers.size() == 1,
                "--peers: " + FlinkShuffleBenchmark.PEER + " is measured inside Flink, alone");
        options.check(runs > 0 && seconds > 0, "--runs and --seconds must be positive");
        final boolean sizesGiven =
                spec.commandLine().getParseResult().hasMatchedOption("--record-bytes");
        final FlinkShuffleBenchmark.Plan plan =
                new FlinkShuffleBenchmark.Plan(
                        sizesGiven ? recordBytes : RECORD_BYTES_IN_FLINK, runs, seconds);
        options.writeJson(new FlinkShuffleBenchmark(plan, options).run());
        return 0;
    }

    private List<Subject> subjects() {
        options.check(
                runs > 0 && warmupSeconds >= 0 && seconds > 0 && channels > 0,
                "--runs, --seconds and --channels must be positive");
        for (final int size : recordBytes) {
            options.check(size >= Long.BYTES, "--record-bytes must be " + Long.BYTES + " or more");
        }
        final List<Subject> subjects = new ArrayList<>();
        for (final String transport : transports) {
            subjects.add(known("--transports", "geminid-" + transport));
        }
        for (final String peer : peers) {
            if (!peer.equals(NO_PEER)) {
                subjects.add(known("--peers", peer));
            }
        }
        return subjects;
    }

    private Subject known(final String option, final String label) {
        try {
            return Subject.named(label);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), option + ": " + e.getMessage() + "; see --help", e);
        }
    }

    private List<Traffic> traffics() {
        try {
            return cases.stream().map(Traffic::named).toList();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--cases: " + e.getMessage() + "; see --help", e);
        }
    }

    /** Those that can be measured here; says why the others cannot. */
    private List<Subject> able(final List<Subject> subjects, final Traffic traffic) {
        final List<Subject> able = new ArrayList<>();
        for (final Subject subject : subjects) {
            final Optional<String> whyNot = subject.whyNot(traffic);
            if (whyNot.isEmpty()) {
                able.add(subject);
            } else {
                options.out()
                        .println(
                                subject.label()
                                        + " is left out of "
                                        + traffic.label()
                                        + ": "
                                        + whyNot.get());
            }
        }
        return able;
    }

    private Measurement measure(final Subject subject, final Traffic traffic, final int size)
            throws IOException, InterruptedException {
        final Setup setup =
                new Setup(traffic, size, channels, configuration.properties(spec).entries());
        try (ChildJvm sender = child(subject, BenchmarkMain.NONE, setup);
                ChildJvm receiver = child(subject, sender.ready(), setup)) {
            if (!receiver.ready().isEmpty()) {
                sender.ask(BenchmarkMain.PEER, receiver.ready());
            }
            TimeUnit.SECONDS.sleep(warmupSeconds);
            final OptionalLong machineBefore = MachineTime.busyNs();
            final Sample senderBefore = sample(sender);
            final Sample receiverBefore = sample(receiver);
            TimeUnit.SECONDS.sleep(seconds);
            final Sample sent = sample(sender).since(senderBefore);
            final Sample received = sample(receiver).since(receiverBefore);
            final OptionalLong machine = MachineTime.busyNs();
            if (received.bytes() == 0) {
                throw new CommandFailure(subject.label() + " moved nothing in " + seconds + " s");
            }
            return Measurement.of(
                    sent,
                    received,
                    machine.isPresent() ? machine.getAsLong() - machineBefore.getAsLong() : -1);
        }
    }

    private static ChildJvm child(final Subject subject, final String peer, final Setup setup)
            throws IOException {
        final List<String> arguments = new ArrayList<>(List.of(subject.label(), peer));
        arguments.addAll(setup.arguments());
        return new ChildJvm(CHILD_FLAGS, BenchmarkMain.class, arguments.toArray(new String[0]));
    }

    private static Sample sample(final ChildJvm child) throws IOException {
        return Sample.parse(child.ask(Sample.WORD));
    }

    private Report report(
            final Environment environment, final List<Subject> subjects, final Results results) {
        return results.report(
                "perf shuffle",
                environment,
                new Noise(environment, runs)
                        .above(
                                results.widestSpread(Measurement.BYTES_PER_SECOND),
                                SPREAD_MAX,
                                "throughput of one subject differed by %.1fx between runs")
                        .reasons(),
                subjects.stream().map(Subject::label).toList(),
                RATIOS);
    }
}
