package io.geminid.runtime.simulation;

import io.geminid.config.ConfigKey;
import io.geminid.config.GeminidProperties;
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
import io.geminid.runtime.cluster.job.JobStatus;
import io.geminid.runtime.cluster.job.ProgressListener;
import io.geminid.runtime.cluster.loop.EventLoop;
import io.geminid.runtime.cluster.message.ControlMessage;
import io.geminid.runtime.cluster.message.FromCoordinator;
import io.geminid.runtime.cluster.message.FromWorker;
import io.geminid.runtime.cluster.worker.Worker;
import io.geminid.runtime.graph.stream.ResourceProfile;
import io.geminid.shuffle.ShuffleServices;
import io.geminid.shuffle.service.ShuffleOptions;
import io.geminid.shuffle.transport.link.JobToken;
import io.geminid.state.checkpoint.manifest.CheckpointManifest;
import io.geminid.state.provider.StateStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Coordinator, workers, tasks and network in one thread. */
public final class SimulatedCluster {

    private static final int LOOK_STEPS = 500;

    /** Longest that it takes until somebody has been killed, and until another is started. */
    private static final int REPLACED_NS_MAX = 200_000_000;

    private static final ControlTimings TIMINGS =
            new ControlTimings(
                    TimeUnit.MILLISECONDS.toNanos(500),
                    TimeUnit.SECONDS.toNanos(10),
                    TimeUnit.SECONDS.toNanos(1),
                    TimeUnit.SECONDS.toNanos(120),
                    TimeUnit.SECONDS.toNanos(10));

    private final Random random;
    private final Shape shape;
    private final Simulation simulation;
    private final SimulatedLinks links;
    private final SimulatedNetwork network;
    private final SimulatedSite site;
    private final SimulatedStorage storage;
    private final Listener listener;
    private final GeminidProperties properties;
    private final CheckpointSettings settings;
    private final List<SimulatedWorker> workers = new ArrayList<>();

    /** Workers whose coordinator is gone, and that others have taken the place of. */
    private final List<SimulatedWorker> orphans = new ArrayList<>();

    private final EventLoop outside;
    private SimulatedLinks.Place coordinatorPlace;
    private Coordinator coordinator;
    private boolean endedOnAFailingStorage;
    private boolean coordinatorGone;
    private int coordinators;
    private int replacements;
    private Supplier<JobRequest> requests;
    private Coordinator.SubmittedJob submitted;
    private boolean rescaling;

    /** Whether workers were told to clear the job away, the last thing before it is over. */
    private boolean released;

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
        this(
                random,
                new Shape(workerCount, slots, 0, 0, 0, false, false, new Listener() {}),
                configured);
    }

    /**
     * What a cluster is like.
     *
     * @param workers how many
     * @param slots of each
     * @param linkDelayNsMax longest that a control message takes
     * @param taskPauseNsMax longest that a slow task pauses between steps; every other is slow
     * @param storageDelayNsMax longest that a call to the storage waits for its turn
     * @param cutsPower whether the storage is on a disk that forgets what was not forced
     * @param replacesWorkers whether lost workers are killed, and others started in their place
     * @param listener told what happens
     */
    public record Shape(
            int workers,
            int slots,
            long linkDelayNsMax,
            int taskPauseNsMax,
            long storageDelayNsMax,
            boolean cutsPower,
            boolean replacesWorkers,
            Listener listener) {}

    /** Hears what happens. */
    public interface Listener extends CheckpointListener {

        /** A control message has come, from a worker or to it. */
        default void onDelivery(final String worker, final ControlMessage message) {}

        /** A worker has been started. */
        default void onStarted(final String worker) {}

        /** The coordinator has parted with a worker. */
        default void onLost(final String worker) {}

        /** A worker that the coordinator has parted with lives no longer. */
        default void onKilled(final String worker) {}

        /** There is another coordinator, in place of one that was killed. */
        default void onCoordinator() {}

        /** A control message is on its way, from a worker or to it. */
        default void onSending(final ControlMessage message) {}
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
        this.shape = shape;
        listener = shape.listener;
        properties = withService(configured);
        settings = CheckpointSettings.from(properties);
        simulation = new Simulation(random);
        links =
                new SimulatedLinks(
                        simulation,
                        random,
                        shape.linkDelayNsMax,
                        this::onSending,
                        shape.listener::onDelivery);
        network = new SimulatedNetwork(simulation, random);
        site = new SimulatedSite(random, shape, simulation, network, properties);
        storage =
                new SimulatedStorage(
                        random, shape.cutsPower, site::wallClock, site::newId, shape.listener);
        outside = simulation.ether().newLoop();
        startAll();
        simulation.runUntil("all workers registered", () -> coordinator.ready().isDone());
    }

    private void onSending(final ControlMessage message) {
        released |= message instanceof FromCoordinator.ReleaseJob;
        listener.onSending(message);
    }

    /** A coordinator and its workers. */
    private void startAll() {
        final Simulation.Node node = simulation.newNode("coordinator");
        final EventLoop loop = node.newLoop();
        coordinatorPlace = new SimulatedLinks.Place(node, loop);
        coordinators++;
        coordinator =
                new Coordinator(
                        new CoordinatorContext(
                                properties,
                                TIMINGS,
                                SegmentPoolContext.from(properties),
                                0,
                                ResourceProfile.UNLIMITED,
                                ShuffleServices.of(List.of(network.service(node))),
                                loop,
                                random,
                                JobPrograms.graphs(properties),
                                new CheckpointStore(
                                        settings,
                                        storage.open(),
                                        site::newId,
                                        node.newExecutor(site::storageDelayNs)),
                                JobToken.NONE,
                                new Host()),
                        shape.workers);
        workers.clear();
        for (int index = 0; index < shape.workers; index++) {
            workers.add(null);
            startWorker(index);
        }
    }

    private static GeminidProperties withService(final GeminidProperties configured) {
        final Map<String, String> entries = new TreeMap<>(configured.entries());
        entries.put(ShuffleServices.SERVICE.name(), SimulatedNetwork.SERVICE);
        final List<ConfigKey<?>> keys = new ArrayList<>();
        keys.addAll(SegmentPoolContext.KEYS);
        keys.addAll(ShuffleServices.KEYS);
        keys.addAll(ShuffleOptions.KEYS);
        keys.addAll(CheckpointSettings.KEYS);
        keys.add(StateStores.STORE);
        return GeminidProperties.of(entries, keys);
    }

    private void startWorker(final int index) {
        final SimulatedWorker made = SimulatedWorker.make(site, storage, TIMINGS, index);
        workers.set(index, made);
        listener.onStarted(FromWorker.Hello.nameOf(index));
        try {
            made.worker()
                    .start(links.connector(made.place(), coordinatorPlace, coordinator.acceptor()));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // What can go wrong.

    /** kill -9 of a worker. */
    public void crash(final int index) {
        crash(workers.get(index));
    }

    private void crash(final SimulatedWorker killed) {
        if (!killed.node().isCrashed()) {
            killed.node().crash();
            links.hangUp(killed.node());
            killed.service().crash();
        }
    }

    /** SIGSTOP of a worker, and SIGCONT after a while. */
    public void pause(final int index, final long lengthNs) {
        workers.get(index).node().pause(lengthNs);
    }

    /** SIGSTOP of the coordinator, and SIGCONT after a while. */
    public void pauseCoordinator(final long lengthNs) {
        coordinatorPlace.node().pause(lengthNs);
    }

    /**
     * kill -9 of the coordinator. Its workers end, others are started by another coordinator, which
     * goes on with the job.
     *
     * @return false if there is none, or the job is over but for its caller, who would not start it
     *     again
     */
    public boolean crashCoordinator() {
        if (coordinatorGone || submitted == null || released) {
            return false;
        }
        coordinatorGone = true;
        coordinatorPlace.node().crash();
        links.hangUp(coordinatorPlace.node());
        outside.schedule(random.nextInt(REPLACED_NS_MAX), this::replaceAll);
        return true;
    }

    /**
     * The power is cut: all processes are gone, and what was not forced to the storage's disk.
     *
     * @return false if there is no coordinator that could be gone
     */
    public boolean cutPower() {
        if (!crashCoordinator()) {
            return false;
        }
        workers.forEach(this::crash);
        orphans.forEach(this::crash);
        storage.cutPower();
        return true;
    }

    private void replaceAll() {
        coordinatorGone = false;
        for (final SimulatedWorker orphan : workers) {
            orphans.add(orphan);
            replacements++;
            outside.schedule(
                    random.nextInt(REPLACED_NS_MAX),
                    () -> {
                        replacements--;
                        requireClearedUp(orphan);
                        crash(orphan);
                    });
        }
        startAll();
        listener.onCoordinator();
        submit();
    }

    /** Whoever loses the coordinator gives everything back, if it gets that far. */
    private static void requireClearedUp(final SimulatedWorker orphan) {
        if (orphan.worker().ended().isDone()) {
            orphan.worker().ended().join();
        }
    }

    /** A worker's connection with the coordinator breaks. */
    public void cutControl(final int index) {
        links.cut(workers.get(index).node());
    }

    /** A worker's connection with the coordinator goes silent. */
    public void silenceControl(final int index) {
        links.silence(workers.get(index).node());
    }

    /** A connection between workers breaks. */
    public void cutData() {
        network.cutAny();
    }

    /** So many of all calls to the storage of checkpoints fail from now on, 0 to 1. */
    public void failStorage(final double share) {
        storage.failing(share);
    }

    /** A loop of nobody who can fail. */
    public EventLoop newLoop() {
        return simulation.ether().newLoop();
    }

    /** Kills workers that the coordinator has parted with, and starts others in their place. */
    private final class Host implements WorkerHost {

        private final int coordinatorNumber = coordinators;

        @Override
        public void onLost(final int index, final UUID processId) {
            listener.onLost(FromWorker.Hello.nameOf(index));
            if (!shape.replacesWorkers) {
                return;
            }
            replacements++;
            final SimulatedWorker lost = workers.get(index);
            outside.schedule(
                    random.nextInt(REPLACED_NS_MAX),
                    () -> {
                        crash(lost);
                        listener.onKilled(FromWorker.Hello.nameOf(index));
                        outside.schedule(
                                random.nextInt(REPLACED_NS_MAX),
                                () -> {
                                    replacements--;
                                    replace(index);
                                });
                    });
        }

        private void replace(final int index) {
            if (coordinatorNumber == coordinators && !coordinatorGone) {
                startWorker(index);
            }
        }

        @Override
        public String describe(final int worker) {
            return "";
        }
    }

    // Runs.

    /** Runs a job to its end. */
    public JobResult run(final JobRequest request) {
        return run(() -> request, () -> Long.MAX_VALUE);
    }

    /**
     * Runs a job to its end.
     *
     * @param each asked for what to submit each time the job begins or goes on
     * @param deadlineNs until when it must have ended
     */
    public JobResult run(final Supplier<JobRequest> each, final LongSupplier deadlineNs) {
        requests = each;
        submit();
        simulation.runUntil(
                "job done", () -> isDone() || simulation.nowNs() > deadlineNs.getAsLong());
        if (!isDone()) {
            throw new AssertionError("still not done, and nothing has gone wrong for long");
        }
        return submitted.result().join();
    }

    private void submit() {
        rescaling = false;
        released = false;
        submitted = coordinator.submit(requests.get(), ProgressListener.NONE);
    }

    private boolean isDone() {
        if (coordinatorGone || !submitted.result().isDone()) {
            return false;
        }
        if (rescaling && submitted.result().join().status() != JobStatus.FINISHED) {
            submit();
            return false;
        }
        return true;
    }

    /**
     * Stops the job, which then goes on with what it is asked for next.
     *
     * @return false if it does not run
     */
    public boolean rescale() {
        if (coordinatorGone || submitted == null || rescaling) {
            return false;
        }
        rescaling = true;
        submitted.cancel().run();
        return true;
    }

    /** Runs a job until it has ended, or until so much time or so many steps have passed. */
    public void runUntilBrokenOff(
            final Supplier<JobRequest> each, final long lengthNs, final long stepsMax) {
        requests = each;
        submit();
        final long endNs = simulation.nowNs() + lengthNs;
        final long stop = simulation.steps() + stepsMax;
        simulation.runUntil(
                "time to break off",
                () -> isDone() || simulation.nowNs() > endNs || simulation.steps() > stop);
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
            storage.damage(state.get(random.nextInt(state.size())), random.nextInt());
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
            found = storage.completed().stream().anyMatch(looksFor);
        }
        simulation.runUntil("job done", () -> job.result().isDone());
        return found;
    }

    /** Whether what is left could not be cleared away. */
    boolean endedOnAFailingStorage() {
        return endedOnAFailingStorage;
    }

    /** Files of checkpoints that there are. */
    public List<String> checkpointFiles() {
        return storage.names();
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
        workers.get(worker).worker().stop("made by a test");
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
        final Worker lost = workers.get(index).worker();
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
        return Stream.concat(workers.stream(), orphans.stream())
                .filter(each -> !each.node().isCrashed())
                .mapToLong(each -> each.pool().takenTotal() - each.pool().returnedTotal())
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
                                && workers.stream().allMatch(w -> w.worker().ended().isDone()));
        workers.forEach(each -> each.worker().ended().join());
    }
}
