package io.geminid.perf.demo;

import io.geminid.config.GeminidProperties;
import io.geminid.perf.CommandFailure;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.perf.Geminid;
import io.geminid.perf.demo.job.AccessLogArguments;
import io.geminid.perf.demo.job.AccessLogProgram;
import io.geminid.perf.demo.log.AccessLogGenerator;
import io.geminid.perf.demo.log.LogFiles;
import io.geminid.runtime.cluster.Cluster;
import io.geminid.runtime.cluster.ClusterConfig;
import io.geminid.runtime.cluster.ClusterException;
import io.geminid.runtime.cluster.ClusterKeys;
import io.geminid.runtime.cluster.EmbeddedCluster;
import io.geminid.runtime.cluster.ProcessCluster;
import io.geminid.runtime.cluster.ProcessOptions;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: the main job, end to end, on this machine. */
@Command(
        name = "demo",
        description = "Counts a web access log's requests per client and cuts them into sessions.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class DemoCommand implements Callable<Integer> {

    /** More than the one failure that is made on purpose: what else happens is survived too. */
    private static final int RESTARTS = 3;

    /** What the job does with a line that is not one of an access log. */
    enum Malformed {
        /** Counts and reports it, and goes on. */
        SKIP,
        /** Ends the job. */
        FAIL
    }

    /** How the workers talk. */
    enum TransportChoice {
        /** The best that both ends have. */
        AUTO,
        /** RDMA and nothing else. */
        RDMA,
        /** TCP. */
        TCP;

        String service() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--input",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Access logs in combined format; without it, a generated one.")
    private List<Path> input = List.of();

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "demo-output",
            description = "Where clients-*.csv and sessions-*.csv go.")
    private Path output;

    @Option(
            names = "--loop",
            paramLabel = "N",
            defaultValue = "1",
            description = "Reads the input N times, each time later in event time.")
    private int loop;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Lines of a generated log.")
    private long records;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Worker processes.")
    private int workers;

    @Option(
            names = "--worker-java",
            paramLabel = "BINARY",
            description = "Java of the worker processes; without it, this one's.")
    private Path workerJava;

    @Option(names = "--embedded", description = "Runs the workers inside this process.")
    private boolean embedded;

    @Option(
            names = "--transport",
            paramLabel = "auto|rdma|tcp",
            defaultValue = "auto",
            description = "How workers talk to each other.")
    private TransportChoice transport;

    @Option(
            names = "--state",
            paramLabel = "STORE",
            description = "Where keyed state is kept: gemini (the default), heap or rocksdb.")
    private String state;

    @Option(
            names = "--malformed",
            paramLabel = "skip|fail",
            defaultValue = "skip",
            description = "What to do with a line that is not one of an access log.")
    private Malformed malformed;

    @Option(names = "--no-kill", description = "Kills no worker process in the middle.")
    private boolean noKill;

    @Mixin private ConfigurationOptions configuration;

    @Spec private CommandSpec spec;

    private long killed;

    @Override
    public Integer call() throws IOException {
        check(loop >= 1, "--loop must be 1 or more");
        check(records >= 1, "--records must be 1 or more");
        check(
                workers >= 1 && workers <= ClusterConfig.WORKERS_MAX,
                "--workers must be 1 to " + ClusterConfig.WORKERS_MAX);
        configuration.properties(spec, byOptions());
        DemoInput.check(input);
        final PrintWriter out = spec.commandLine().getOut();
        try (DemoOutput results = new DemoOutput(output)) {
            final GeminidProperties properties = properties(results);
            announce(properties, out);
            final JobResult result = run(properties, results, out);
            result.failure()
                    .ifPresent(
                            failure -> {
                                throw new CommandFailure("the job failed: " + failure);
                            });
            if (!result.isFinished()) {
                throw new CommandFailure("the job was cancelled");
            }
            results.publish();
            return verdict(result, results, out).print() ? 0 : Geminid.EXIT_FAILED;
        }
    }

    private DemoVerdict verdict(
            final JobResult result, final DemoOutput results, final PrintWriter out)
            throws IOException {
        final boolean known = !input.isEmpty() || records <= DemoComparison.LINES_MAX;
        final DemoComparison comparison =
                known && DemoInput.bytes(input) <= DemoInput.COMPARED_BYTES_MAX
                        ? new DemoComparison(input, records, loop, shiftSeconds())
                        : null;
        return new DemoVerdict(
                result, results, input, out, new DemoVerdict.Failure(killed, comparison));
    }

    /** Checkpoints go beside the results and away with what a run leaves. */
    private GeminidProperties properties(final DemoOutput results) {
        final Map<String, String> entries = byOptions();
        final GeminidProperties given = configuration.properties(spec, entries);
        if (given.get(CheckpointSettings.DIRECTORY).isEmpty()) {
            entries.put(
                    CheckpointSettings.DIRECTORY.name(),
                    results.checkpoints().toAbsolutePath().toString());
        }
        if (kills()) {
            entries.put(CheckpointSettings.RESTARTS.name(), Integer.toString(RESTARTS));
            entries.put(ClusterKeys.PROGRESS_INTERVAL.name(), "50ms");
            if (!configuration.sets(ClusterKeys.STANDBY_WORKERS)) {
                entries.put(ClusterKeys.STANDBY_WORKERS.name(), "1");
            }
        }
        return configuration.properties(spec, entries);
    }

    private boolean kills() {
        return !noKill && !embedded;
    }

    /** What options of their own stand for. */
    private Map<String, String> byOptions() {
        final Map<String, String> entries =
                new HashMap<>(DemoTransport.entries(transport.service()));
        if (state != null) {
            entries.put(StateStores.STORE.name(), state);
        }
        return entries;
    }

    private void check(final boolean right, final String message) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private JobResult run(
            final GeminidProperties properties, final DemoOutput results, final PrintWriter out)
            throws IOException {
        final DemoProgress progress =
                new DemoProgress(out, input.isEmpty() ? 0 : DemoInput.bytes(input) * loop);
        final DemoKiller killer =
                new DemoKiller(
                        progress,
                        input.isEmpty() ? records * loop : 0,
                        DemoInput.bytes(input) * loop,
                        out);
        try (Cluster cluster = start(properties)) {
            if (kills() && cluster instanceof ProcessCluster processes) {
                killer.aim(processes);
            }
            final JobResult result =
                    cluster.run(AccessLogProgram.request(arguments(results.running())), killer);
            progress.end();
            killed = killer.killed();
            return result;
        } catch (final ClusterException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private AccessLogArguments arguments(final Path directory) throws IOException {
        return new AccessLogArguments(
                input,
                records,
                loop,
                shiftSeconds(),
                directory,
                malformed == Malformed.FAIL,
                workers);
    }

    /** A repetition starts so much later that no session reaches into it. */
    private long shiftSeconds() throws IOException {
        if (loop == 1) {
            return 0;
        }
        final long span =
                input.isEmpty() ? AccessLogGenerator.SPAN_SECONDS : LogFiles.spanSeconds(input);
        return span + 2 * AccessLogProgram.SESSION_GAP.toSeconds();
    }

    private Cluster start(final GeminidProperties properties) throws ClusterException {
        final ClusterConfig config = new ClusterConfig(workers, 1, properties);
        if (embedded) {
            return EmbeddedCluster.start(config);
        }
        final ProcessOptions options =
                ProcessOptions.ofThisProcess()
                        .withEntriesOfWorker(
                                index -> DemoTransport.entries(transport.service(), index));
        return ProcessCluster.start(
                config, workerJava == null ? options : options.withJava(workerJava));
    }

    private void announce(final GeminidProperties properties, final PrintWriter out) {
        final String what =
                input.isEmpty()
                        ? String.format(Locale.ROOT, "a generated log of %,d lines", records)
                        : input.size() == 1 ? input.get(0).toString() : input.size() + " files";
        final String worker = embedded ? "embedded worker" : "worker process";
        final String workersText =
                workers == 1 ? "1 " + worker : workers + " " + worker + (embedded ? "s" : "es");
        out.println(
                "reading "
                        + what
                        + (loop == 1 ? "" : ", " + loop + " times")
                        + ", with "
                        + workersText
                        + ", over "
                        + DemoTransport.describe(transport.service())
                        + ", state in "
                        + properties.get(StateStores.STORE));
        out.flush();
    }
}
