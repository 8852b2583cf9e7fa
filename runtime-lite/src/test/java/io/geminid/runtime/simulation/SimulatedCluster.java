package io.geminid.runtime.simulation;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
import io.geminid.memory.SegmentPool;
import io.geminid.memory.SegmentPoolContext;
import io.geminid.runtime.api.JobPrograms;
import io.geminid.runtime.cluster.checkpoint.CheckpointSettings;
import io.geminid.runtime.cluster.checkpoint.CheckpointStore;
import io.geminid.runtime.cluster.control.ControlTimings;
import io.geminid.runtime.cluster.coordinator.Coordinator;
import io.geminid.runtime.cluster.coordinator.CoordinatorContext;
import io.geminid.runtime.cluster.coordinator.WorkerHost;
import io.geminid.runtime.cluster.job.JobRequest;
import io.geminid.runtime.cluster.job.JobResult;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.ControlToken;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.worker.Worker;
import io.geminid.runtime.cluster.worker.WorkerContext;
import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.runtime.task.TaskContext;
import io.geminid.runtime.task.storage.WorkerSnapshots;
import io.geminid.shuffle.ShuffleEnvironment;
import io.geminid.shuffle.ShuffleEnvironmentContext;
import io.geminid.shuffle.ShuffleMaster;
import io.geminid.shuffle.ShuffleMasterContext;
import io.geminid.shuffle.ShuffleServiceFactory;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.network.NetworkContext;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.service.StandardShuffleEnvironment;
import io.geminid.shuffle.service.StandardShuffleMaster;
import io.geminid.shuffle.transport.MemoryFabric;
import io.geminid.shuffle.transport.MemoryTransport;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.shuffle.transport.link.LinkContext;
import io.geminid.shuffle.wire.Handshake;
import io.geminid.shuffle.wire.WireVersion;
import io.geminid.state.StateStore;
import io.geminid.state.StateStoreContext;
import io.geminid.state.StateStoreFactory;
import io.geminid.state.checkpoint.blob.MemoryBlobStore;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.checkpoint.storage.CheckpointNames;
import io.geminid.state.checkpoint.storage.CompletedCheckpoints;
import io.geminid.state.gemini.GeminiStateStoreFactory;
import io.geminid.state.heap.HeapStateStore;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Coordinator, workers, tasks and network in one thread. */
public final class SimulatedCluster {

    private static final String SERVICE = "memory";
    private static final int LOOK_STEPS = 500;
    private static final ControlTimings TIMINGS =
            new ControlTimings(
                    TimeUnit.MILLISECONDS.toNanos(500),
                    TimeUnit.SECONDS.toNanos(10),
                    TimeUnit.SECONDS.toNanos(1),
                    TimeUnit.SECONDS.toNanos(120),
                    TimeUnit.SECONDS.toNanos(10));

    private final Random random;
    private final Simulation simulation;
    private final SimulatedLinks links;
    private final SimulatedLinks.Place coordinatorPlace;
    private final boolean replacesWorkers;
    private final int taskPauseNsMax;
    private final Listener listener;
    private final MemoryFabric fabric;
    private final GeminidProperties properties;
    private final CheckpointSettings settings;
    private final FailingBlobStore blobs;
    private boolean endedOnAFailingStorage;
    private final Coordinator coordinator;
    private final int slots;
    private int replacements;
    private final List<SimulatedWorker> workers = new ArrayList<>();

    /**
     * A cluster on a quick and quiet network, whose lost workers stay lost.
     *
     * @param random decides everything
     */
    SimulatedCluster(
            final Random random,
            final int workerCount,
            final int slots,
            final GeminidProperties configured) {
        this(random, new Shape(workerCount, slots, 0, 0, false, new Listener() {}), configured);
    }

    /**
     * What a cluster is like.
     *
     * @param workers how many
     * @param slots of each
     * @param linkDelayNsMax longest that a control message takes
     * @param taskPauseNsMax longest that a slow task pauses between steps; every other is slow
     * @param replacesWorkers whether lost workers are killed, and others started in their place
     * @param listener told what happens
     */
    public record Shape(
            int workers,
            int slots,
            long linkDelayNsMax,
            int taskPauseNsMax,
            boolean replacesWorkers,
            Listener listener) {}

    /** Hears what happens. */
    public interface Listener {

        /** A control message has come, from a worker or to it. */
        default void onDelivery(final String worker, final ControlMessage message) {}

        /** A worker has been started. */
        default void onStarted(final String worker) {}

        /** The coordinator has parted with a worker. */
        default void onLost(final String worker) {}

        /** A worker that the coordinator has parted with lives no longer. */
        default void onKilled(final String worker) {}
    }

    /**
     * Makes a cluster whose workers have registered.
     *
     * @param random decides everything
     * @param shape what it is like
     * @param configured of all processes
     */
    public SimulatedCluster(
            final Random random, final Shape shape, final GeminidProperties configured) {
        this.random = random;
        replacesWorkers = shape.replacesWorkers;
        taskPauseNsMax = shape.taskPauseNsMax;
        listener = shape.listener;
        properties = withService(configured);
        settings = CheckpointSettings.from(properties);
        simulation = new Simulation(random);
        links =
                new SimulatedLinks(
                        simulation, random, shape.linkDelayNsMax, shape.listener::onDelivery);
        blobs =
                new FailingBlobStore(
                        new MemoryBlobStore(() -> Instant.ofEpochMilli(simulation.nowMillis())),
                        random);
        fabric = new MemoryFabric(random);
        simulation.ether().add(new Network());
        slots = shape.slots;
        final Simulation.Node node = simulation.newNode("coordinator");
        final EventLoop loop = node.newLoop();
        coordinatorPlace = new SimulatedLinks.Place(node, loop);
        coordinator =
                new Coordinator(
                        new CoordinatorContext(
                                properties,
                                TIMINGS,
                                SegmentPoolContext.from(properties),
                                ResourceProfile.UNLIMITED,
                                ShuffleServices.of(List.of(new MemoryService(node))),
                                loop,
                                random,
                                JobPrograms.graphs(properties),
                                new CheckpointStore(
                                        settings, blobs, this::newId, node.newExecutor()),
                                new Host()),
                        shape.workers);
        for (int index = 0; index < shape.workers; index++) {
            workers.add(null);
            startWorker(index);
        }
        simulation.runUntil("all workers registered", () -> coordinator.ready().isDone());
    }

    private long taskPauseNs() {
        return taskPauseNsMax == 0 || random.nextBoolean() ? 0 : random.nextInt(taskPauseNsMax);
    }

    private UUID newId() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static GeminidProperties withService(final GeminidProperties configured) {
        final Map<String, String> entries = new TreeMap<>(configured.entries());
        entries.put(ShuffleServices.SERVICE.name(), SERVICE);
        final List<ConfigKey<?>> keys = new ArrayList<>();
        keys.addAll(SegmentPoolContext.KEYS);
        keys.addAll(ShuffleServices.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        keys.addAll(CheckpointSettings.KEYS);
        keys.add(StateStores.STORE);
        return GeminidProperties.of(entries, keys);
    }

    private void startWorker(final int index) {
        final SegmentPool pool = new SegmentPool(SegmentPoolContext.from(properties));
        final Simulation.Node node = simulation.newNode(FromWorker.Hello.nameOf(index));
        final EventLoop own = node.newLoop();
        final MemoryService service = new MemoryService(node);
        final InstantSource clock = () -> Instant.ofEpochMilli(simulation.nowMillis());
        final Executor io = node.newExecutor();
        final FromWorker.Hello hello =
                new FromWorker.Hello(
                        ControlToken.random(random),
                        index,
                        new UUID(random.nextLong(), random.nextLong()),
                        1,
                        slots,
                        pool.capacity());
        final Worker worker =
                new Worker(
                        new WorkerContext(
                                hello,
                                JobToken.NONE,
                                properties,
                                TIMINGS,
                                pool,
                                ShuffleServices.of(List.of(service)),
                                own,
                                new SimulatedTasks(simulation, node, this::taskPauseNs),
                                new TaskContext(
                                        simulation::nowNs,
                                        clock,
                                        io,
                                        FileSystems.getDefault(),
                                        stores(pool),
                                        settings.isOn()
                                                ? new WorkerSnapshots(
                                                        blobs,
                                                        new MemoryBlobStore(clock),
                                                        this::newId,
                                                        io)
                                                : null,
                                        1 << 20),
                                JobPrograms.graphs(properties)));
        workers.set(index, new SimulatedWorker(node, worker, pool, service));
        listener.onStarted(hello.name());
        try {
            worker.start(
                    links.connector(
                            new SimulatedLinks.Place(node, own),
                            coordinatorPlace,
                            coordinator.acceptor()));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A worker, its process, and what it holds. */
    private record SimulatedWorker(
            Simulation.Node node, Worker worker, SegmentPool pool, MemoryService service) {}

    // What can go wrong with a worker.

    /** kill -9. */
    public void crash(final int index) {
        final SimulatedWorker killed = workers.get(index);
        if (!killed.node.isCrashed()) {
            killed.node.crash();
            links.hangUp(killed.node);
            killed.service.transports.forEach(fabric::crash);
        }
    }

    /** SIGSTOP, and SIGCONT after a while. */
    public void pause(final int index, final long lengthNs) {
        workers.get(index).node.pause(lengthNs);
    }

    /** Its connection with the coordinator breaks. */
    public void cutControl(final int index) {
        links.cut(workers.get(index).node);
    }

    /** Its connection with the coordinator goes silent. */
    public void silenceControl(final int index) {
        links.silence(workers.get(index).node);
    }

    /** A connection between workers breaks. */
    public void cutData() {
        fabric.cutAny();
    }

    /** So many of all calls to the storage of checkpoints fail from now on, 0 to 1. */
    public void failStorage(final double share) {
        blobs.failing(share);
    }

    /** A loop of nobody who can fail. */
    public EventLoop newLoop() {
        return simulation.ether().newLoop();
    }

    /** Kills workers that the coordinator has parted with, and starts others in their place. */
    private final class Host implements WorkerHost {

        private final EventLoop later = simulation.ether().newLoop();

        @Override
        public void onLost(final int index, final UUID processId) {
            listener.onLost(FromWorker.Hello.nameOf(index));
            if (!replacesWorkers) {
                return;
            }
            replacements++;
            final SimulatedWorker lost = workers.get(index);
            later.schedule(
                    random.nextInt(200_000_000),
                    () -> {
                        crash(index);
                        listener.onKilled(FromWorker.Hello.nameOf(index));
                        assert workers.get(index) == lost : index;
                        later.schedule(
                                random.nextInt(200_000_000),
                                () -> {
                                    replacements--;
                                    startWorker(index);
                                });
                    });
        }

        @Override
        public String describe(final int worker) {
            return "";
        }
    }

    /** Runs a job to its end. */
    public JobResult run(final JobRequest request) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        simulation.runUntil("job done", () -> job.result().isDone());
        return job.result().join();
    }

    /** Runs a job until it has ended, or until so much time or so many steps have passed. */
    public void runUntilBrokenOff(
            final JobRequest request, final long lengthNs, final long stepsMax) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        final long endNs = simulation.nowNs() + lengthNs;
        final long stop = simulation.steps() + stepsMax;
        simulation.runUntil(
                "time to break off",
                () ->
                        job.result().isDone()
                                || simulation.nowNs() > endNs
                                || simulation.steps() > stop);
    }

    /** Runs a job while the storage fails now and then, until so many steps have passed. */
    JobResult runOnAFailingStorage(final JobRequest request, final double share, final long steps) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        simulation.runUntil("opened", () -> job.result().isDone() || !checkpointFiles().isEmpty());
        failStorage(share);
        final long stop = simulation.steps() + steps;
        simulation.runUntil(
                "time to recover", () -> job.result().isDone() || simulation.steps() >= stop);
        endedOnAFailingStorage = job.result().isDone();
        failStorage(0);
        simulation.runUntil("job done", () -> job.result().isDone());
        return job.result().join();
    }

    /** Runs a job; after so many steps a bit of some state changes, and a worker is lost. */
    JobResult runOnDamagedState(final JobRequest request, final long stepsBefore) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        final long stop = simulation.steps() + stepsBefore;
        simulation.runUntil(
                "time to damage", () -> job.result().isDone() || simulation.steps() >= stop);
        final List<String> state =
                checkpointFiles().stream().filter(name -> name.endsWith(".state")).toList();
        if (!state.isEmpty() && !job.result().isDone()) {
            blobs.damage(state.get(random.nextInt(state.size())), random.nextInt());
            replaceWorker(random.nextInt(workers.size()));
        }
        simulation.runUntil("job done", () -> job.result().isDone());
        return job.result().join();
    }

    /** Runs a job; says whether a look now and then at its checkpoints has found one. */
    boolean runAndLook(final JobRequest request, final Predicate<CheckpointManifest> looksFor) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        boolean found = false;
        while (!job.result().isDone() && !found) {
            final long next = simulation.steps() + LOOK_STEPS;
            simulation.runUntil(
                    "next look", () -> job.result().isDone() || simulation.steps() >= next);
            found = completed().stream().anyMatch(looksFor);
        }
        simulation.runUntil("job done", () -> job.result().isDone());
        return found;
    }

    private List<CheckpointManifest> completed() {
        final CompletedCheckpoints reader = new CompletedCheckpoints(blobs, this::newId);
        final List<CheckpointManifest> manifests = new ArrayList<>();
        for (final String name : checkpointFiles()) {
            if (CheckpointNames.isManifest(name)) {
                try {
                    manifests.add(reader.read(CheckpointNames.writtenFor(name).orElseThrow()));
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return manifests;
    }

    /** Whether what is left could not be cleared away. */
    boolean endedOnAFailingStorage() {
        return endedOnAFailingStorage;
    }

    /** Files of checkpoints that there are. */
    public List<String> checkpointFiles() {
        return blobs.names();
    }

    private StateStoreFactory stores(final SegmentPool pool) {
        return properties.get(StateStores.STORE).equals("heap")
                ? new HeapStores()
                : new GeminiStateStoreFactory(pool, pool.capacity() / 8);
    }

    /** Runs a job and cancels it after so many steps. */
    JobResult runAndCancel(final JobRequest request, final long stepsBefore) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        final long stop = simulation.steps() + stepsBefore;
        simulation.runUntil(
                "time to cancel", () -> job.result().isDone() || simulation.steps() >= stop);
        job.cancel().run();
        simulation.runUntil("job cancelled", () -> job.result().isDone());
        return job.result().join();
    }

    /** Runs a job and has a worker end after so many steps. */
    JobResult runAndLose(final JobRequest request, final int worker, final long stepsBefore) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        final long stop = simulation.steps() + stepsBefore;
        simulation.runUntil(
                "time to lose", () -> job.result().isDone() || simulation.steps() >= stop);
        workers.get(worker).worker.stop("made by a test");
        simulation.runUntil("job failed", () -> job.result().isDone());
        return job.result().join();
    }

    /** Runs a job in which workers end and others take their place, so many times at most. */
    JobResult runAndReplace(final JobRequest request, final int times, final int stepsBetween) {
        final Coordinator.SubmittedJob job = coordinator.submit(request, ProgressListener.NONE);
        for (int i = 0; i < times; i++) {
            final long stop = simulation.steps() + 1 + random.nextInt(stepsBetween);
            simulation.runUntil(
                    "time to replace", () -> job.result().isDone() || simulation.steps() >= stop);
            if (job.result().isDone()) {
                break;
            }
            replaceWorker(random.nextInt(workers.size()));
        }
        simulation.runUntil("job done", () -> job.result().isDone());
        return job.result().join();
    }

    private void replaceWorker(final int index) {
        final Worker lost = workers.get(index).worker;
        lost.stop("made by a test");
        simulation.runUntil("worker ended", () -> lost.ended().isDone());
        lost.ended().join();
        simulation.runFor(20);
        startWorker(index);
    }

    /** Waits until lost workers have been replaced. */
    public void settle() {
        simulation.runUntil("workers replaced", () -> replacements == 0);
    }

    /** Segments that somebody who lives holds. */
    public long segmentsHeld() {
        return workers.stream()
                .filter(each -> !each.node.isCrashed())
                .mapToLong(each -> each.pool.takenTotal() - each.pool.returnedTotal())
                .sum();
    }

    /** Where everybody is. */
    public Simulation simulation() {
        return simulation;
    }

    /** Ends everything; throws if something is not given back. */
    void stop() {
        final var stopped = coordinator.stop();
        simulation.runUntil(
                "workers ended",
                () ->
                        stopped.isDone()
                                && workers.stream().allMatch(w -> w.worker.ended().isDone()));
        workers.forEach(each -> each.worker.ended().join());
    }

    private static final class HeapStores implements StateStoreFactory {
        @Override
        public <K> StateStore<K> create(final StateStoreContext<K> context) {
            return new HeapStateStore<>(context);
        }
    }

    /** The fabric does not say whether it has something to do: it is asked when nobody else has. */
    private final class Network implements Simulation.Actor {

        private boolean idle;

        @Override
        public boolean isReady() {
            if (idle && random.nextInt(4) == 0) {
                idle = false;
            }
            return !idle;
        }

        @Override
        public void step() {
            idle = !fabric.step();
        }

        @Override
        public long nextNs() {
            idle = false;
            return NEVER;
        }
    }

    private final class MemoryService implements ShuffleServiceFactory {

        private final Simulation.Node node;
        private final List<MemoryTransport> transports = new ArrayList<>();

        MemoryService(final Simulation.Node node) {
            this.node = node;
        }

        @Override
        public String name() {
            return SERVICE;
        }

        @Override
        public ShuffleMaster createShuffleMaster(final ShuffleMasterContext context) {
            return new StandardShuffleMaster(SERVICE, context);
        }

        @Override
        public ShuffleEnvironment createShuffleEnvironment(
                final ShuffleEnvironmentContext context) {
            final Handshake self =
                    new Handshake(
                            WireVersion.FIRST,
                            WireVersion.CURRENT,
                            context.pool().context().segmentBytes(),
                            NetworkContext.CHANNELS_MAX,
                            0,
                            context.processId());
            final ShuffleEnvironmentContext simulated =
                    new ShuffleEnvironmentContext(
                            context.processId(),
                            context.properties(),
                            context.pool(),
                            context.nanoClock(),
                            node.newLoop()::schedule,
                            context.token());
            final MemoryTransport transport =
                    fabric.transport(new LinkContext(self, context.token()));
            transport.pauseWhile(node::isPaused);
            transports.add(transport);
            final NetworkContext limits =
                    NetworkContext.from(context.processId(), context.properties());
            return new StandardShuffleEnvironment(simulated, transport, limits);
        }
    }
}
