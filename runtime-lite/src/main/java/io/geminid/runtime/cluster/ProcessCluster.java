package io.geminid.runtime.cluster;

import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.control.TcpControl;
import io.geminid.runtime.cluster.coordinator.WorkerHost;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.message.ControlToken;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.message.WorkerBoot;
import io.geminid.runtime.cluster.process.StandbyProcesses;
import io.geminid.runtime.cluster.process.WorkerCommand;
import io.geminid.runtime.cluster.process.WorkerProcess;
import io.geminid.shuffle.sortmerge.ProcessDirectory;
import io.geminid.shuffle.sortmerge.SortMergeOptions;
import io.geminid.state.base.Directories;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator in this JVM and each worker in a JVM of its own, on this host.
 *
 * <p>Workers end with the coordinator: they watch their standard input and their control
 * connection, either of which closes when this process dies, however it dies.
 */
public final class ProcessCluster implements Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessCluster.class);

    /** Direct memory of a worker beside its segments: sockets, scratch, codecs. */
    private static final long OTHER_DIRECT_BYTES = 128L << 20;

    /** A lost process is nearly always gone already; its exit code takes a moment. */
    private static final long EXIT_CODE_WAIT_MS = 500;

    /** A worker that cannot even start is not started again at once, over and over. */
    private static final long STILLBORN_DELAY_NS = 200_000_000;

    private final ClusterConfig config;
    private final ProcessOptions options;
    private final HostEnvironment host = new HostEnvironment();
    private final boolean restarts;
    private final ControlToken token;
    private final CoordinatorNode coordinator;
    private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();
    private final List<WorkerProcess> replaced = new CopyOnWriteArrayList<>();
    private final StandbyProcesses standbys;
    private final List<CompletableFuture<Void>> cleared = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> deathAtStart = new CompletableFuture<>();
    private TcpControl control;
    private WorkerBoot boot;
    private volatile boolean closed;

    private ProcessCluster(final ClusterConfig config, final ProcessOptions options) {
        this.config = config;
        this.options = options;
        restarts = CheckpointSettings.from(config.properties()).restartsMax() > 0;
        token = ControlToken.random(host.random());
        coordinator = new CoordinatorNode(host, config, token, new Processes());
        standbys =
                new StandbyProcesses(
                        restarts ? config.properties().get(ClusterKeys.STANDBY_WORKERS) : 0,
                        this::launchStandby,
                        coordinator.loop());
    }

    /**
     * Starts worker processes and waits until all have registered.
     *
     * @param config how many and how
     * @param options how their JVMs are started
     * @return a cluster that is ready for jobs; to be closed by the caller
     * @throws ClusterException if it cannot start; no process or port is left of it then
     * @throws io.geminid.config.ConfigException if the properties do not fit each other
     */
    public static ProcessCluster start(final ClusterConfig config, final ProcessOptions options)
            throws ClusterException {
        final ProcessCluster cluster = new ProcessCluster(config, options);
        boolean started = false;
        try {
            cluster.boot = cluster.listen();
            cluster.launchWorkers();
            cluster.awaitWorkers();
            cluster.coordinator.loop().execute(cluster.standbys::fill);
            started = true;
        } finally {
            if (!started) {
                cluster.close();
            }
        }
        return cluster;
    }

    private WorkerBoot listen() throws ClusterException {
        final int port = config.properties().get(ClusterKeys.CONTROL_PORT);
        final InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            control = new TcpControl(host.threads("control"), host.nanoClock());
            final InetSocketAddress bound =
                    control.listen(address, token, coordinator.coordinator().acceptor());
            return new WorkerBoot(
                    0, bound, token, config.slotsPerWorker(), config.properties().entries());
        } catch (final IOException e) {
            throw new ClusterException(
                    ClusterKeys.CONTROL_PORT
                            + "="
                            + port
                            + " cannot listen on "
                            + address.getAddress().getHostAddress()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private void launchWorkers() throws ClusterException {
        for (int index = 0; index < config.workers(); index++) {
            try {
                workers.add(launch(index));
            } catch (final IOException e) {
                throw new ClusterException(
                        FromWorker.Hello.nameOf(index)
                                + " cannot be started: java="
                                + options.java()
                                + ": "
                                + e.getMessage(),
                        e);
            }
        }
        for (final WorkerProcess worker : workers) {
            worker.exited().thenAccept(code -> deathAtStart.complete(describeDeath(worker, code)));
        }
    }

    private WorkerProcess launch(final int index) throws IOException {
        return launch(FromWorker.Hello.nameOf(index), bootOf(index));
    }

    private WorkerBoot bootOf(final int index) {
        return boot.withWorker(index, options.entriesOfWorker().apply(index));
    }

    private WorkerProcess launch(final String name, final WorkerBoot told) throws IOException {
        final WorkerProcess.Lines lines =
                new WorkerProcess.Lines(
                        options.output().standard(),
                        (of, line) -> options.output().error().accept("[" + of + "] " + line));
        return WorkerProcess.launch(name, command(), told, lines, host.threads("output"));
    }

    /** One that waits warms itself up meanwhile, and leaves the files of that if it is killed. */
    private WorkerProcess launchStandby() throws IOException {
        final Path directory = WarmUp.newDirectory(config.properties(), host.newId());
        final Map<String, String> entries =
                Map.of(StateStores.LOCAL_DIR.name(), directory.toString());
        final WorkerProcess launched =
                launch("standby", boot.withWorker(WorkerBoot.STANDS_BY, entries));
        cleared.add(launched.exited().thenRun(() -> deleteAll(directory)));
        return launched;
    }

    private static void deleteAll(final Path directory) {
        try {
            Directories.delete(directory);
        } catch (final UncheckedIOException e) {
            LOG.warn("files of a process that is gone are left: {}", e.getMessage());
        }
    }

    private List<String> command() {
        final SegmentPoolContext pool = SegmentPoolContext.from(config.properties());
        return new WorkerCommand(
                        options.java(),
                        options.classPath(),
                        WorkerMain.class.getName(),
                        options.heapBytes(),
                        pool.maxBytes() + OTHER_DIRECT_BYTES,
                        options.jvmFlags())
                .toList();
    }

    private static String describeDeath(final WorkerProcess worker, final int code) {
        final List<String> lines = worker.lastLines();
        return worker.name()
                + " died at its start: exitCode="
                + code
                + (lines.isEmpty() ? " without a word" : " last words:")
                + lines.stream().map(line -> "\n  " + line).reduce("", String::concat);
    }

    private void awaitWorkers() throws ClusterException {
        final CompletableFuture<Void> ready = coordinator.coordinator().ready();
        final Duration timeout = config.properties().get(ClusterKeys.START_TIMEOUT);
        final boolean inTime =
                CoordinatorNode.await(CompletableFuture.anyOf(ready, deathAtStart), timeout);
        if (ready.isDone() && !ready.isCompletedExceptionally()) {
            return;
        }
        if (!inTime) {
            throw new ClusterException(
                    "workers="
                            + config.workers()
                            + " not all up after "
                            + ClusterKeys.START_TIMEOUT
                            + "="
                            + timeout.toMillis()
                            + "ms",
                    null);
        }
        // A worker that registered and then died is known by its connection before by its exit.
        CoordinatorNode.await(deathAtStart, Duration.ofMillis(EXIT_CODE_WAIT_MS));
        throw new ClusterException(deathAtStart.getNow("a worker was lost at its start"), null);
    }

    /**
     * @return process ids of the workers that are alive, in the order of their names
     */
    public List<Long> workerPids() {
        return workers.stream().filter(WorkerProcess::isAlive).map(WorkerProcess::pid).toList();
    }

    /**
     * @return process ids of those that are alive and wait to take the place of a worker
     */
    public List<Long> standbyPids() {
        return standbys.pids();
    }

    @Override
    public RunningJob submit(final JobRequest request, final ProgressListener listener) {
        if (closed) {
            throw new IllegalStateException("cluster is closed: program=" + request.program());
        }
        return coordinator.submit(request, listener);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        standbys.dismiss(); // before the coordinator's loop is stopped: whatever it starts is known
        // then
        final Duration cancelTimeout = config.properties().get(ClusterKeys.CANCEL_TIMEOUT);
        final long stopMillis = config.properties().get(ClusterKeys.STOP_TIMEOUT).toMillis();
        if (!coordinator.stop(cancelTimeout.plusMillis(stopMillis))) {
            LOG.warn("workers have not ended when told to");
        }
        workers.forEach(WorkerProcess::dismiss);
        workers.forEach(worker -> worker.stop(stopMillis));
        replaced.forEach(worker -> worker.stop(stopMillis));
        standbys.stop(stopMillis);
        CoordinatorNode.await(
                CompletableFuture.allOf(cleared.toArray(CompletableFuture[]::new)),
                Duration.ofMillis(stopMillis));
        if (control != null) {
            control.close();
        }
        coordinator.close();
    }

    /** What the coordinator wants to know of the processes, and to have done with them. */
    private final class Processes implements WorkerHost {

        /** Who was lost last, by index: others may have taken their places by now. */
        private final Map<Integer, WorkerProcess> lastLost = new HashMap<>();

        @Override
        public void onLost(final int worker, final UUID processId) {
            final long graceNs = config.properties().get(ClusterKeys.STOP_TIMEOUT).toNanos();
            final WorkerProcess lost = workers.get(worker);
            lastLost.put(worker, lost);
            cleared.add(lost.exited().thenRun(() -> clearAway(processId)));
            coordinator.loop().schedule(graceNs, () -> kill(lost));
            if (restarts && !closed) {
                coordinator.loop().execute(() -> replace(worker, lost));
            }
        }

        /** One that was lost does not come back: another one takes its place and its name. */
        private void replace(final int index, final WorkerProcess lost) {
            if (closed) {
                return;
            }
            try {
                final WorkerProcess next = standbyOrNew(index);
                workers.set(index, next);
                replaced.add(lost);
                next.exited().thenRun(() -> onExit(index, next));
            } catch (final IOException e) {
                LOG.error("{} cannot be replaced", lost.name(), e);
            }
        }

        private WorkerProcess standbyOrNew(final int index) throws IOException {
            final WorkerProcess standby = standbys.poll();
            if (standby == null) {
                return launch(index);
            }
            standby.become(FromWorker.Hello.nameOf(index), bootOf(index));
            return standby;
        }

        /** Whoever dies before it has registered is nobody that the coordinator could miss. */
        private void onExit(final int index, final WorkerProcess dead) {
            coordinator
                    .loop()
                    .schedule(
                            STILLBORN_DELAY_NS,
                            () -> {
                                if (workers.get(index) == dead
                                        && !coordinator.coordinator().isRegistered(index)) {
                                    replace(index, dead);
                                }
                            });
        }

        /** A process that was killed leaves its files to whoever killed it. */
        private void clearAway(final UUID processId) {
            ProcessDirectory.removeDead(
                    SortMergeOptions.from(config.properties()).directory(), processId);
            deleteAll(WorkerNode.stateDirectory(config.properties(), processId));
        }

        private void kill(final WorkerProcess worker) {
            if (worker.isAlive()) {
                LOG.warn(
                        "{} pid={} was lost and still runs, killing it",
                        worker.name(),
                        worker.pid());
                worker.kill();
            }
        }

        @Override
        public String describe(final int worker) {
            return lastLost.getOrDefault(worker, workers.get(worker)).describe(EXIT_CODE_WAIT_MS);
        }
    }
}
