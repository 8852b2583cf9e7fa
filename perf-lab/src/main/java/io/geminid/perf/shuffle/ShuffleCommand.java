package io.geminid.perf.shuffle;

import io.geminid.perf.CommandFailure;
import io.geminid.perf.child.ChildJvm;
import io.geminid.perf.report.Environment;
import io.geminid.perf.report.Noise;
import io.geminid.perf.report.Report;
import io.geminid.perf.report.ReportOptions;
import io.geminid.perf.report.Results;
import io.geminid.perf.shuffle.endpoint.BenchmarkMain;
import io.geminid.perf.shuffle.endpoint.Sample;
import io.geminid.perf.shuffle.endpoint.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    private static final String CASE = "stream";

    @Option(
            names = "--record-bytes",
            split = ",",
            paramLabel = "N",
            defaultValue = "16,100,1000,100000",
            description = "Payload of a record, one case for each.")
    private List<Integer> recordBytes;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            defaultValue = "raw-tcp",
            description = "Measured in turns with ours: raw-tcp.")
    private List<String> peers;

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

    @Mixin private ReportOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final List<Subject> subjects = subjects();
        final Environment environment = Environment.here();
        final Results results = new Results();
        for (int run = 1; run <= runs; run++) {
            for (final int size : recordBytes) {
                for (final Subject subject : subjects) {
                    options.progress(
                            String.format(
                                    Locale.ROOT,
                                    "run %d/%d  %,d B  %s",
                                    run,
                                    runs,
                                    size,
                                    subject.label()));
                    results.add(
                            subject.label(),
                            CASE,
                            ShuffleTable.params(size),
                            measure(subject, size).metrics());
                }
            }
        }
        final Report report = report(environment, subjects, results);
        new ShuffleTable(report).print(options.out());
        options.writeJson(report);
        return 0;
    }

    private List<Subject> subjects() {
        options.check(
                runs > 0 && warmupSeconds >= 0 && seconds > 0,
                "--runs and --seconds must be positive");
        for (final int size : recordBytes) {
            options.check(size >= Long.BYTES, "--record-bytes must be " + Long.BYTES + " or more");
        }
        final List<Subject> subjects = new ArrayList<>(List.of(Subject.GEMINID_TCP));
        for (final String peer : peers) {
            options.check(
                    peer.equals(Subject.RAW_TCP.label()),
                    "--peers: " + peer + " is unknown; there is: " + Subject.RAW_TCP.label());
            subjects.add(Subject.named(peer));
        }
        return subjects;
    }

    private Measurement measure(final Subject subject, final int size)
            throws IOException, InterruptedException {
        final String bytes = Integer.toString(size);
        try (ChildJvm sender = child(subject.label(), bytes);
                ChildJvm receiver = child(subject.label(), bytes, sender.ready())) {
            TimeUnit.SECONDS.sleep(warmupSeconds);
            final Sample senderBefore = sample(sender);
            final Sample receiverBefore = sample(receiver);
            TimeUnit.SECONDS.sleep(seconds);
            final Sample sent = sample(sender).since(senderBefore);
            final Sample received = sample(receiver).since(receiverBefore);
            if (received.bytes() == 0) {
                throw new CommandFailure(subject.label() + " moved nothing in " + seconds + " s");
            }
            return Measurement.of(sent, received);
        }
    }

    private static ChildJvm child(final String... arguments) throws IOException {
        return new ChildJvm(CHILD_FLAGS, BenchmarkMain.class, arguments);
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
                List.of(Measurement.BYTES_PER_SECOND, Measurement.CPU_SECONDS_PER_GB));
    }
}
