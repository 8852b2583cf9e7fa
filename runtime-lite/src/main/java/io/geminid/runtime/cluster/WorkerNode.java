package io.geminid.runtime.cluster;

import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.api.JobPrograms;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.control.ControlConnector;
import io.geminid.runtime.cluster.loop.ThreadEventLoop;
import io.geminid.runtime.cluster.message.ControlToken;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.worker.Worker;
import io.geminid.runtime.cluster.worker.WorkerContext;
import io.geminid.runtime.task.TaskContext;
import io.geminid.runtime.task.run.ThreadTaskRunner;
import io.geminid.runtime.task.storage.WorkerSnapshots;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.base.Directories;
import io.geminid.state.checkpoint.blob.BlobStore;
import io.geminid.state.checkpoint.blob.DirectoryBlobStore;
import io.geminid.state.checkpoint.blob.HostDisk;
import io.geminid.state.checkpoint.local.UnforcedDisk;
import io.geminid.state.provider.StateResources;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker with real threads, clocks, files and memory; in this JVM. */
final class WorkerNode {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerNode.class);

    /** Where a worker keeps copies of what it wrote for checkpoints. */
    private static final String COPIES = "copies";

    private final ThreadEventLoop loop;
    private final ThreadPoolExecutor io;
    private final ThreadPoolExecutor logs;
    private final StateStoreFactory stores;
    private final Path local;
    private final WorkerSnapshots snapshots;
    private final Worker worker;

    /**
     * Makes a worker.
     *
     * @param host real things
     * @param offer who it is
     * @param properties checked
     */
    WorkerNode(final HostEnvironment host, final Offer offer, final GeminidProperties properties) {
        final SegmentPoolContext poolContext = SegmentPoolContext.from(properties);
        final SegmentPool pool = new SegmentPool(poolContext);
        final FromWorker.Hello hello =
                new FromWorker.Hello(
                        offer.token,
                        offer.worker,
                        host.newId(),
                        ProcessHandle.current().pid(),
                        offer.slots,
                        poolContext.capacity());
        io = host.ioExecutor(hello.name());
        stores = openStores(properties, hello, pool, io);
        logs = host.logExecutor(hello.name());
        local = stateDirectory(properties, hello.processId());
        snapshots = snapshots(host, properties, local);
        loop = new ThreadEventLoop(host.threads(hello.name()), host.nanoClock(), this::onError);
        final TaskContext tasks =
                new TaskContext(
                        host.nanoClock(),
                        host.wallClock(),
                        io,
                        FileSystems.getDefault(),
                        stores,
                        snapshots,
                        ShuffleOptions.from(properties).recordBytesMax());
        worker =
                new Worker(
                        new WorkerContext(
                                hello,
                                offer.token.shuffleToken(host.random()),
                                properties,
                                ClusterKeys.timings(properties),
                                pool,
                                ShuffleServices.load(WorkerNode.class.getClassLoader()),
                                loop,
                                new ThreadTaskRunner(host.threads(hello.name()), host.wallClock()),
                                tasks,
                                JobPrograms.graphs(properties)));
    }

    /** {@code null} if no checkpoints are taken. */
    private WorkerSnapshots snapshots(
            final HostEnvironment host, final GeminidProperties properties, final Path local) {
        final CheckpointSettings settings = CheckpointSettings.from(properties);
        if (!settings.isOn()) {
            return null;
        }
        final BlobStore copies =
                settings.keepsCopies()
                        ? new DirectoryBlobStore(
                                new UnforcedDisk(new HostDisk()), local.resolve(COPIES))
                        : null;
        return new WorkerSnapshots(
                ClusterKeys.checkpointBlobs(settings), copies, host::newId, io, settings.log(logs));
    }

    /** Who a worker is and what it offers. */
    record Offer(int worker, ControlToken token, int slots) {}

    private static StateStoreFactory openStores(
            final GeminidProperties properties,
            final FromWorker.Hello hello,
            final SegmentPool pool,
            final Executor readers) {
        return StateStores.load(WorkerNode.class.getClassLoader())
                .open(
                        new StateResources(
                                properties,
                                stateDirectory(properties, hello.processId()),
                                pool,
                                readers));
    }

    /** Where the stores of a worker put their files; whoever survives it removes them. */
    static Path stateDirectory(final GeminidProperties properties, final UUID processId) {
        final String configured = properties.get(StateStores.LOCAL_DIR);
        return Path.of(configured.isEmpty() ? System.getProperty("java.io.tmpdir") : configured)
                .resolve("geminid-state-" + processId);
    }

    ThreadEventLoop loop() {
        return loop;
    }

    void start(final ControlConnector connector) throws IOException {
        worker.start(connector);
    }

    void stop(final String reason) {
        worker.stop(reason);
    }

    /** Completes when the worker has given everything back, exceptionally if it could not. */
    CompletableFuture<String> ended() {
        return worker.ended();
    }

    /** Ends the threads and frees what the stores share; after {@link #ended()}. */
    void close() {
        loop.close();
        logs.shutdownNow();
        io.shutdownNow();
        try {
            stores.close();
        } catch (final IllegalStateException e) {
            LOG.warn("worker leaves stores behind that a task still holds", e);
        }
        try {
            Directories.delete(local.resolve(COPIES));
            Files.deleteIfExists(local);
        } catch (final UncheckedIOException | IOException e) {
            LOG.info("worker leaves files behind: {}", e.getMessage());
        }
    }

    private void onError(final Throwable failure) {
        LOG.error("worker failed", failure);
        worker.stop("worker failed: " + failure);
    }
}
