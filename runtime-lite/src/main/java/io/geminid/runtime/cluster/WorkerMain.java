package io.geminid.runtime.cluster;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.runtime.cluster.control.TcpControl;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.WorkerBoot;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker process. Started by {@link ProcessCluster} only: it takes what it must know, the token
 * among it, from its standard input, and ends when that closes. Exit code 0 if it gave everything
 * back, else 1.
 */
public final class WorkerMain {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerMain.class);

    /** On a signal: time to take temporary files away. */
    private static final Duration SIGNAL_GRACE = Duration.ofSeconds(3);

    private WorkerMain() {}

    /**
     * Runs a worker until the coordinator says stop or is gone.
     *
     * @param args none
     */
    public static void main(final String[] args) {
        System.exit(run(System.in, System.err));
    }

    private static int run(final InputStream in, final PrintStream err) {
        final HostEnvironment host = new HostEnvironment();
        final WorkerNode worker;
        try {
            final WorkerBoot boot = awaitBoot(host, in);
            if (boot == null) {
                return 0;
            }
            worker = start(host, boot);
        } catch (final IOException | RuntimeException e) {
            err.println("worker cannot start: " + e.getMessage());
            LOG.debug("worker cannot start", e);
            return 1;
        }
        host.threads("input").newThread(() -> watch(in, worker)).start();
        Runtime.getRuntime()
                .addShutdownHook(host.threads("signal").newThread(() -> onSignal(worker)));
        try {
            LOG.info("worker ends: reason={}", worker.ended().join());
            return 0;
        } catch (final RuntimeException e) {
            err.println("worker ends badly: " + e.getCause().getMessage());
            return 1;
        } finally {
            worker.close();
        }
    }

    /** {@code null} if the process stood by until nobody needed it any more. */
    private static WorkerBoot awaitBoot(final HostEnvironment host, final InputStream in)
            throws IOException {
        final WorkerBoot first = WorkerBoot.readFrom(in);
        if (!first.standsBy()) {
            return first;
        }
        final WarmUp warmUp = new WarmUp(host, first.properties());
        host.threads("warm-up").newThread(warmUp).start();
        try {
            return WorkerBoot.readFrom(in);
        } catch (final EOFException e) {
            LOG.debug("stood by and was not needed", e);
            warmUp.stop();
            warmUp.await();
            return null;
        } finally {
            warmUp.stop();
        }
    }

    private static WorkerNode start(final HostEnvironment host, final WorkerBoot boot)
            throws IOException {
        final GeminidProperties properties = properties(boot.properties());
        final WorkerNode worker =
                new WorkerNode(
                        host,
                        new WorkerNode.Offer(boot.worker(), boot.token(), boot.slots()),
                        properties);
        final TcpControl control =
                new TcpControl(
                        host.threads(FromWorker.Hello.nameOf(boot.worker()) + "-control"),
                        host.nanoClock());
        worker.start(control.connector(boot.coordinator()));
        return worker;
    }

    /** Whoever started the cluster has checked the values; here they only need to be declared. */
    static GeminidProperties properties(final Map<String, String> entries) {
        final List<ConfigKey<String>> declared =
                entries.keySet().stream()
                        .map(name -> ConfigKey.text(name, "", "set by the coordinator"))
                        .toList();
        return GeminidProperties.of(entries, declared);
    }

    /** The coordinator never writes again, so anything but the end of the stream is noise. */
    private static void watch(final InputStream in, final WorkerNode worker) {
        try {
            while (in.read() >= 0) {
                LOG.debug("input is ignored");
            }
        } catch (final IOException e) {
            LOG.debug("input is broken", e);
        }
        worker.stop("coordinator is gone: standard input closed");
    }

    private static void onSignal(final WorkerNode worker) {
        worker.stop("signal");
        CoordinatorNode.await(worker.ended(), SIGNAL_GRACE);
    }
}
