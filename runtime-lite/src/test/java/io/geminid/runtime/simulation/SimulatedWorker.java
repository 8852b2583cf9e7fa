package io.geminid.runtime.simulation;

import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.api.JobPrograms;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.control.ControlTimings;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.ControlToken;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.worker.Worker;
import io.geminid.runtime.cluster.worker.WorkerContext;
import io.geminid.runtime.task.TaskContext;
import io.geminid.runtime.task.storage.ChannelLogSettings;
import io.geminid.runtime.task.storage.ChannelPersister;
import io.geminid.runtime.task.storage.WorkerSnapshots;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import java.nio.file.FileSystems;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * A worker, its process, and what it holds.
 *
 * @param place where its end of the link to the coordinator is
 * @param worker the worker
 * @param pool its memory
 * @param service its way to other workers
 */
record SimulatedWorker(
        SimulatedLinks.Place place,
        Worker worker,
        SegmentPool pool,
        SimulatedNetwork.Service service) {

    private static final int RECORD_BYTES_MAX = 1 << 20;

    /** Makes one that has not been started. */
    static SimulatedWorker make(
            final SimulatedSite site,
            final SimulatedStorage storage,
            final ControlTimings timings,
            final int index) {
        final Random random = site.random();
        final SegmentPool pool = new SegmentPool(SegmentPoolContext.from(site.properties()));
        final Simulation.Node node = site.simulation().newNode(FromWorker.Hello.nameOf(index));
        final EventLoop own = node.newLoop();
        final SimulatedNetwork.Service service = site.network().service(node);
        final Executor io = node.newExecutor(site::storageDelayNs);
        final FromWorker.Hello hello =
                new FromWorker.Hello(
                        ControlToken.random(random),
                        index,
                        new UUID(random.nextLong(), random.nextLong()),
                        1,
                        site.shape().slots(),
                        pool.capacity());
        final boolean checkpoints = CheckpointSettings.from(site.properties()).isOn();
        final Worker worker =
                new Worker(
                        new WorkerContext(
                                hello,
                                JobToken.NONE,
                                site.properties(),
                                timings,
                                pool,
                                ShuffleServices.of(List.of(service)),
                                own,
                                new SimulatedTasks(site.simulation(), node, site::taskPauseNs),
                                new TaskContext(
                                        site.simulation()::nowNs,
                                        site::wallClock,
                                        io,
                                        FileSystems.getDefault(),
                                        site.stores(pool),
                                        checkpoints ? snapshots(site, storage, node, io) : null,
                                        RECORD_BYTES_MAX),
                                JobPrograms.graphs(site.properties())));
        return new SimulatedWorker(new SimulatedLinks.Place(node, own), worker, pool, service);
    }

    private static WorkerSnapshots snapshots(
            final SimulatedSite site,
            final SimulatedStorage storage,
            final Simulation.Node node,
            final Executor io) {
        final CheckpointSettings settings = CheckpointSettings.from(site.properties());
        final boolean beside = site.shape().listener().logsBeside();
        final ChannelLogSettings log =
                beside || settings.persister() == ChannelPersister.CONTINUOUS
                        ? new ChannelLogSettings(
                                settings.logBytesMax(),
                                node.newExecutor(site::storageDelayNs),
                                beside)
                        : null;
        return new WorkerSnapshots(
                storage.open(), new MemoryBlobStore(site::wallClock), site::newId, io, log);
    }

    Simulation.Node node() {
        return place.node();
    }
}
