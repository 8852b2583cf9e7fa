package io.geminid.perf.service;

import io.geminid.config.ConfigException;
import io.geminid.config.GeminidProperties;
import io.geminid.config.Units;
import io.geminid.perf.CommandFailure;
import io.geminid.perf.ConfigurationOptions;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.service.ShuffleServer;
import io.geminid.shuffle.sortmerge.ServiceDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.shuffle.sortmerge.write.WriteOptions;
import io.geminid.shuffle.tcp.TcpTransportContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code shuffle-service}: serves what workers of this host have published in a directory, over the
 * transports that workers use, until it is stopped. Killed and started again it listens where it
 * did, and serves what is on disk.
 */
@Command(
        name = "shuffle-service",
        description = "Serves the blocking partitions of a directory, whatever becomes of workers.",
        mixinStandardHelpOptions = true)
public final class ShuffleServiceCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ShuffleServiceCommand.class);

    private static final long STOP_SECONDS = 10;

    private final CountDownLatch ended = new CountDownLatch(1);

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "Where partitions are; workers set geminid.shuffle.blocking.service-dir.")
    private Path directory;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            defaultValue = "1h",
            description =
                    "A job that nobody wrote or read for so long is removed (default:"
                            + " ${DEFAULT-VALUE}).")
    private String lease;

    @Option(
            names = "--job-quota",
            paramLabel = "SIZE",
            description =
                    "Most that one job may have here, e.g. 100gb; its producers fail beyond it"
                            + " (default: as much as the disk has).")
    private String jobQuota;

    @Mixin private ConfigurationOptions configuration;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final ShuffleServer.Terms terms = new ShuffleServer.Terms(leaseTime(), quotaBytes());
        try {
            final GeminidProperties properties = properties();
            final ShuffleServiceFactory service =
                    ShuffleServices.load(getClass().getClassLoader()).forJob(properties);
            try (ShuffleServer server = ShuffleServer.start(service, properties, terms)) {
                serve(server);
            }
            return 0;
        } catch (final IOException | ConfigException e) {
            throw new CommandFailure(e.getMessage(), e);
        } finally {
            ended.countDown();
        }
    }

    private Duration leaseTime() {
        try {
            return Units.parseDuration(lease);
        } catch (final IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(
                    spec.commandLine(), "--lease " + lease + ": a time, such as 30min", e);
        }
    }

    private long quotaBytes() {
        if (jobQuota == null) {
            return WriteOptions.UNLIMITED;
        }
        try {
            return Units.parseBytes(jobQuota);
        } catch (final IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(
                    spec.commandLine(), "--job-quota " + jobQuota + ": a size, such as 100gb", e);
        }
    }

    /** With the port of the last time, so that consumers find it where they were told. */
    private GeminidProperties properties() throws IOException {
        final Map<String, String> entries = new HashMap<>();
        entries.put(SortMergeOptions.SERVICE_DIRECTORY.name(), directory.toString());
        final InetSocketAddress before = ServiceDirectory.address(directory);
        final GeminidProperties asked = configuration.properties(spec, entries);
        if (before == null || asked.isSet(TcpTransportContext.PORT)) {
            return asked;
        }
        entries.put(TcpTransportContext.PORT.name(), Integer.toString(before.getPort()));
        return configuration.properties(spec, entries);
    }

    private void serve(final ShuffleServer server) throws InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        out.println("shuffle service listens at " + server.address() + " dir=" + directory);
        out.flush();
        final CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(stopped), "shuffle-service-stop"));
        stopped.await();
    }

    /** The process ends when this returns: after what it holds was given back, or a while later. */
    private void stop(final CountDownLatch stopped) {
        stopped.countDown();
        try {
            if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("ends without having closed everything");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
